"""A patch applied as ``patch -p1`` would, but strictly, and all of it or nothing.

A hunk's lines must be found exactly where it says: no fuzz, no offset. All files are patched in
memory first; only when every hunk has found its place is anything written. What is written is made
anew (never through a link) and has the time 1, as have the directories it lies in.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass

from bootstrap.errors import PatchError
from bootstrap.fetch.beneath import TIMES, Beneath
from bootstrap.fetch.names import shown
from bootstrap.fetch.patch_text import FilePatch, Hunk, Malformed, parse


@dataclass(frozen=True, slots=True)
class _File:
    """A file in memory: its lines, each with its newline."""

    lines: tuple[bytes, ...]
    executable: bool


def apply_patch(target: str | os.PathLike[str], text: bytes, name: str) -> None:
    """Apply a patch to the tree in `target`; `name` stands for the patch in errors.

    Errors: PatchError naming the patch, the file, the hunk by number and header, and the line that
    was expected and the one found; then nothing was changed. OSError if `target` cannot be written.
    """
    try:
        parts = parse(text)
    except Malformed as malformed:
        raise PatchError(f"{name}:{malformed.line}: {malformed}") from None
    with Beneath(target) as beneath:
        before: dict[bytes, _File | None] = {}
        after: dict[bytes, _File | None] = {}
        for part in parts:
            if part.path not in before:
                before[part.path] = after[part.path] = _read(beneath, part.path, name)
            after[part.path] = _patched(part, after[part.path], name)
        _refuse_shadows(after, name)
        for path, file in after.items():  # first what goes: a directory may take its place
            if file is None and before[path] is not None:
                _remove(beneath, path)
        for path, file in after.items():
            if file is not None and file != before[path]:
                _write(beneath, path, file, replaces=before[path] is not None)


def _patched(part: FilePatch, file: _File | None, name: str) -> _File | None:
    where = f"{name}: {shown(part.path)}"
    if part.creates and file is not None and (file.lines or not part.hunks):
        raise PatchError(f"{where}: is to be made by the patch, and is there already")
    if file is None and not (part.creates or part.begins_empty):
        raise PatchError(f"{where}: no such file in the tree", hint="is `strip` of the source right?")
    lines = file.lines if file is not None else ()
    result: list[bytes] = []
    taken = 0
    for number, hunk in enumerate(part.hunks, 1):
        at = hunk.start - 1 if hunk.old else hunk.start
        if at < taken or lines[at : at + len(hunk.old)] != hunk.old or at > len(lines):
            raise _misfit(where, number, hunk, lines, at, taken)
        if hunk.new and not hunk.new[-1].endswith(b"\n") and at + len(hunk.old) < len(lines):
            raise PatchError(
                f"{where}: hunk {number} ({_header(hunk)}) ends in a line without newline, "
                "and the file goes on after it"
            )
        result += lines[taken:at]
        result += hunk.new
        taken = at + len(hunk.old)
    result += lines[taken:]
    if part.deletes:
        if result:
            raise PatchError(f"{where}: is to be deleted, and has {len(result)} lines more")
        return None
    executable = part.executable
    if executable is None:
        executable = file is not None and file.executable
    if any(not line.endswith(b"\n") for line in result[:-1]):
        raise PatchError(f"{where}: lines are added after one without newline")
    return _File(tuple(result), executable)


def _misfit(where: str, number: int, hunk: Hunk, lines: tuple[bytes, ...], at: int, taken: int) -> PatchError:
    begin = f"{where}: hunk {number} ({_header(hunk)}) does not apply"
    if at < taken:
        return PatchError(f"{begin}: it begins before the end of the hunk before it")
    if at > len(lines):
        return PatchError(f"{begin}: the file has {len(lines)} lines")
    for offset, expected in enumerate(hunk.old):
        found = lines[at + offset] if at + offset < len(lines) else None
        if found != expected:
            break
    text = "the end of the file" if found is None else _line(found)
    message = f"{begin}, at line {at + offset + 1}\n    expected: {_line(expected)}\n    found:    {text}"
    size = len(hunk.old)
    places = [i + 1 for i in range(taken, len(lines) - size + 1) if lines[i : i + size] == hunk.old]
    hint = f"its lines are found at line {places[0]}: make the patch anew" if len(places) == 1 else ""
    return PatchError(message, hint=hint)


def _header(hunk: Hunk) -> str:
    return hunk.header.decode("ascii")


def _line(line: bytes) -> str:
    return repr(line.decode("utf-8", "backslashreplace"))


def _read(beneath: Beneath, path: bytes, patch: str) -> _File | None:
    try:
        name, parent = beneath.parent(path)
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, dir_fd=parent)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise PatchError(f"{patch}: {shown(path)}: not reached without links: {error.strerror}") from error
    try:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode):
            raise PatchError(f"{patch}: {shown(path)}: not a regular file")
        with open(fd, "rb", closefd=False) as file:
            lines = file.read().split(b"\n")
    finally:
        os.close(fd)
    last = lines.pop()
    whole = [line + b"\n" for line in lines]
    return _File(tuple([*whole, last] if last else whole), bool(found.st_mode & 0o100))


def _refuse_shadows(after: Mapping[bytes, _File | None], patch: str) -> None:
    """A file cannot lie beneath another one that the patch leaves or makes."""
    for path, file in after.items():
        above = path
        while file is not None and (above := above.rpartition(b"/")[0]):
            if after.get(above) is not None:
                raise PatchError(f"{patch}: {shown(path)}: lies beneath a file, {shown(above)}")


def _remove(beneath: Beneath, path: bytes) -> None:
    """Remove a file, and the directories that are empty then, as patch(1) does."""
    name, parent = beneath.parent(path)
    os.unlink(name, dir_fd=parent)
    above = path.rpartition(b"/")[0]
    while above and beneath.remove_if_empty(above):
        above = above.rpartition(b"/")[0]
    beneath.set_directory_times(above)


def _write(beneath: Beneath, path: bytes, file: _File, *, replaces: bool) -> None:
    above = path.rpartition(b"/")[0]
    made = beneath.make_directories(above)
    name, parent = beneath.parent(path)
    if replaces:
        os.unlink(name, dir_fd=parent)
    mode = 0o755 if file.executable else 0o644
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(name, flags, mode, dir_fd=parent), "wb") as new:
        new.write(b"".join(file.lines))
        new.flush()
        os.fchmod(new.fileno(), mode)
        os.utime(new.fileno(), ns=TIMES)
    for directory in (above, *made):
        beneath.set_directory_times(directory)
