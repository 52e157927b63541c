"""The commands that need no program: mkdir, copy, write, symlink, unhex, compare.

They run in process 1 after it has given up its rights, so they can do no more than a program of the
build could. Paths are relative to the working directory. OSError as usual; `Differs` from `compare`,
`NotHex` from `unhex`.
"""

from __future__ import annotations

import os
import re
import stat

_CHUNK = 1 << 20


class Differs(Exception):
    """Two things that were to be the same are not; says where."""


class NotHex(Exception):
    """A file is not commented hexadecimal digits throughout; says where."""


def make_directory(path: str) -> None:
    """Make a directory and those above it; fine if it is there."""
    os.makedirs(path, exist_ok=True)


def write(path: str, text: str, executable: bool) -> None:
    """Write a text in UTF-8; what is there is replaced."""
    _write(path, text.encode(), executable)


def make_symlink(target: str, path: str) -> None:
    """Make a symbolic link; parents are made; another link there is replaced."""
    _make_parents(path)
    if os.path.islink(path):
        os.unlink(path)
    os.symlink(target, path)


def copy(source: str, target: str, executable: bool) -> None:
    """Copy a file, or what a directory holds, onto a path. Links are copied as links beneath a directory.

    A file is 0755 if its source could be executed or `executable` asks for it, else 0644; a
    directory 0755.
    """
    status = os.stat(source)
    if stat.S_ISDIR(status.st_mode):
        if executable:
            raise IsADirectoryError(21, "a directory cannot be made executable", source)
        _copy_directory(source, target)
        return
    _make_parents(target)
    if os.path.isdir(target):
        raise IsADirectoryError(21, "a file cannot be copied onto a directory", target)
    _copy_file(source, target, executable)


def unhex(source: str, target: str, executable: bool) -> None:
    """Write the bytes that commented hexadecimal digits stand for; what is there is replaced.

    Two digits side by side, of either case, are a byte; bytes may be divided by blanks, tabs and line
    ends; "#" begins a remark, to the end of the line. `NotHex` for all else.
    """
    with open(source, "rb") as file:
        lines = file.read().split(b"\n")
    data = bytearray()
    for number, line in enumerate(lines, 1):
        code = line.partition(b"#")[0]
        read = _HEX.match(code).end()  # type: ignore[union-attr]  # it matches nothing, too
        if read < len(code):
            raise NotHex(
                f"{source}:{number}:{read + 1}: {code[read : read + 2].decode('latin-1')!r} is neither "
                "two hexadecimal digits, nor blank, nor a remark (#)"
            )
        data += bytes.fromhex(code.decode())
    _write(target, data, executable)


_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}|[ \t\r])*")


def compare(left: str, right: str) -> None:
    """`Differs` unless two files, or two directories with all beneath, are byte for byte the same.

    Names, kinds, contents and link targets count; modes, owners and times do not.
    """
    _compare(left, right, follow=True)


def _make_parents(path: str) -> None:
    parent = os.path.dirname(path)
    if parent:
        os.makedirs(parent, exist_ok=True)


def _write(path: str, data: bytes | bytearray, executable: bool) -> None:
    _make_parents(path)
    _remove_file(path)
    with open(path, "xb") as file:
        file.write(data)
        os.fchmod(file.fileno(), 0o755 if executable else 0o644)


def _remove_file(path: str) -> None:
    # A new file rather than the old one written over: that may be read-only, a link, or have other names.
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def _copy_directory(source: str, target: str) -> None:
    os.makedirs(target, exist_ok=True)
    with os.scandir(source) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        onto = os.path.join(target, entry.name)
        if entry.is_symlink():
            if os.path.lexists(onto):
                os.unlink(onto)
            os.symlink(os.readlink(entry.path), onto)
        elif entry.is_dir():
            _copy_directory(entry.path, onto)
        elif entry.is_file():
            _copy_file(entry.path, onto, False)
        else:
            raise OSError(22, "neither a file, a directory nor a link", entry.path)


def _copy_file(source: str, target: str, executable: bool) -> None:
    # O_NONBLOCK: a pipe without a writer would be waited for.
    reader = os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(reader)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(22, "neither a file nor a directory", source)
        if os.path.exists(target) and os.path.samestat(status, os.stat(target)):
            raise OSError(22, f"is the same file as {target}", source)
        _remove_file(target)
        mode = 0o755 if executable or status.st_mode & 0o111 else 0o644
        writer = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            while os.sendfile(writer, reader, None, _CHUNK):
                pass
            os.fchmod(writer, mode)
        finally:
            os.close(writer)
    finally:
        os.close(reader)


def _compare(left: str, right: str, follow: bool) -> None:
    one = os.stat(left, follow_symlinks=follow)
    other = os.stat(right, follow_symlinks=follow)
    kinds = [_kind(status.st_mode) for status in (one, other)]
    if kinds[0] != kinds[1]:
        raise Differs(f"{left} is a {kinds[0]}, {right} a {kinds[1]}")
    if kinds[0] == "link":
        targets = os.readlink(left), os.readlink(right)
        if targets[0] != targets[1]:
            raise Differs(f"{left} points at {targets[0]}, {right} at {targets[1]}")
    elif kinds[0] == "directory":
        _compare_directories(left, right)
    elif kinds[0] == "file":
        _compare_files(left, right)
    else:
        raise Differs(f"{left} is a {kinds[0]}, which cannot be compared")


def _compare_directories(left: str, right: str) -> None:
    names = set(os.listdir(left)), set(os.listdir(right))
    for here, there, only in ((left, right, names[0] - names[1]), (right, left, names[1] - names[0])):
        if only:
            more = f" (and {len(only) - 1} more)" if len(only) > 1 else ""
            raise Differs(f"{here}/{min(only)} is missing from {there}{more}")
    for name in sorted(names[0]):
        _compare(f"{left}/{name}", f"{right}/{name}", follow=False)


def _compare_files(left: str, right: str) -> None:
    with open(left, "rb") as one, open(right, "rb") as other:
        offset = 0
        while True:
            ours, theirs = one.read(_CHUNK), other.read(_CHUNK)
            if ours != theirs:
                break
            if not ours:
                return
            offset += len(ours)
    shorter = min(len(ours), len(theirs))
    if ours[:shorter] == theirs[:shorter]:
        sizes = os.path.getsize(left), os.path.getsize(right)
        raise Differs(f"{left} has {sizes[0]} bytes, {right} {sizes[1]}, the same as far as they go")
    at = offset + _first_difference(ours[:shorter], theirs[:shorter])
    raise Differs(f"{left} differs from {right} at byte {at} (the first is 0)")


def _first_difference(one: bytes, other: bytes) -> int:
    low, high = 0, len(one)
    while high - low > 1:
        middle = (low + high) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _kind(mode: int) -> str:
    for holds, kind in (
        (stat.S_ISDIR, "directory"),
        (stat.S_ISREG, "file"),
        (stat.S_ISLNK, "link"),
        (stat.S_ISFIFO, "pipe"),
        (stat.S_ISSOCK, "socket"),
    ):
        if holds(mode):
            return kind
    return "device"
