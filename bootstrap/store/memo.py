"""Directories from outside: copied in by content, and not read again while nothing has changed.

A file that has the device, inode, size, and times of modification and change that it had when it
was last read has the contents it had then. A file changed just before it was read is not
remembered, since a second change could hide in the same tick of the clock.
"""

from __future__ import annotations

import os
import stat
import struct
import time
from collections.abc import Collection, Iterable

from bootstrap.digest import Digest, digest_file
from bootstrap.errors import OutputRefused
from bootstrap.store.add import from_outside, keep
from bootstrap.store.facts import Facts
from bootstrap.store.layout import Layout
from bootstrap.store.outside import Copy
from bootstrap.store.places import new_place
from bootstrap.store.trouble import shown, system_error
from bootstrap.store.uses import Uses, note_use
from bootstrap.store.values import Added
from bootstrap.storepath import StorePath, output_digest
from bootstrap.tree import Directory, File, Node, Symlink, root_digest

_TICK = 100_000_000
"""Nanoseconds; file systems take their times from a clock that ticks up to every 10 ms."""
_STATE = struct.Struct("<QQQqq")
"""Device, inode, size, mtime and ctime in nanoseconds."""
_ROW = struct.Struct("40s32s")

State = bytes


def add_tree(
    layout: Layout, facts: Facts, uses: Uses, source: str, name: str, candidates: Collection[StorePath]
) -> Added:
    """See `bootstrap.store.store.Store.add_tree`."""
    place = os.path.abspath(source)
    try:
        known = None if candidates else facts.seen(place)
        if known is not None:
            there = _unchanged(layout, facts, uses, place, name, known)
            if there is not None:
                return there
        with new_place(layout) as aside:
            copy = Copy(candidate.hash.encode() for candidate in candidates)
            parent = os.open(aside.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                survey = copy.make(os.fsencode(place), parent, b"tree")
            finally:
                os.close(parent)
            if not candidates:
                facts.keep_seen(place, _seen(copy, survey.contents))
            output = from_outside(f"{aside.path}/tree", name, survey, candidates)
            return keep(layout, facts, uses, {"out": output})["out"]
    except OSError as error:
        raise system_error(f"add {source}", error) from error


def _unchanged(layout: Layout, facts: Facts, uses: Uses, place: str, name: str, seen: bytes) -> Added | None:
    """The path of a directory whose files were all seen before, or whose contents are there."""
    look = _Look(dict(_ROW.iter_unpack(seen)))
    tree = root_digest(look.node(os.fsencode(place), b""))
    digest = output_digest(name, tree, ())
    path = StorePath(digest.base32, name)
    uses.hold([path])
    if not facts.has(path):
        return None
    note_use(layout, [path])
    if look.states.keys() - look.known.keys():
        facts.keep_seen(place, b"".join(_ROW.pack(*row) for row in look.states.items()))
    return Added(
        path=path,
        digest=digest,
        tree=tree,
        size=look.size,
        files=look.files,
        references=(),
        self_references=0,
        occurrences={},
        was_there=True,
    )


class _Look:
    """One pass over a directory that reads only what it does not know."""

    def __init__(self, known: dict[State, bytes]) -> None:
        self.known = known
        self.states: dict[State, bytes] = {}
        self.size = 0
        self.files = 0
        self._now = time.time_ns()

    def node(self, path: bytes, below: bytes) -> Node:
        status = os.lstat(path)
        if stat.S_ISDIR(status.st_mode):
            return self._directory(path, below)
        if stat.S_ISLNK(status.st_mode):
            self.files += 1
            return Symlink(target=os.readlink(path))
        if stat.S_ISREG(status.st_mode):
            return self._file(path, status)
        raise OutputRefused(f"{shown(below)} is neither file, symlink nor directory")

    def _directory(self, path: bytes, below: bytes) -> Directory:
        entries: list[tuple[bytes, Node]] = []
        prefix = below + b"/" if below else b""
        with os.scandir(path) as found:
            listing = sorted([(entry.name, entry) for entry in found])
        for name, entry in listing:
            if entry.is_file(follow_symlinks=False):
                entries.append((name, self._file(entry.path, entry.stat(follow_symlinks=False))))
            else:
                entries.append((name, self.node(entry.path, prefix + name)))
        return Directory(entries=tuple(entries))

    def _file(self, path: bytes, status: os.stat_result) -> File:
        state = _state(status)
        raw = self.known.get(state)
        if raw is None:
            raw = digest_file(path).raw
        if _is_settled(status, self._now):
            self.states[state] = raw
        self.size += status.st_size
        self.files += 1
        executable = bool(status.st_mode & 0o111)
        return File(digest=Digest(raw), size=status.st_size, executable=executable)


def _seen(copy: Copy, contents: Iterable[tuple[bytes, File]]) -> bytes:
    """What is worth remembering of a copy: files that did not change while they were read."""
    rows = []
    for path, file in contents:
        before, after = copy.states[path]
        state = _state(before)
        if _is_settled(before, copy.began) and state == _state(after):
            rows.append(state + file.digest.raw)
    return b"".join(rows)


def _state(status: os.stat_result) -> State:
    return _STATE.pack(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _is_settled(status: os.stat_result, now: int) -> bool:
    return max(status.st_mtime_ns, status.st_ctime_ns) < now - _TICK
