"""Two trees, walked together: what is known to be the same is not looked at.

Compared are kinds, permission bits, contents, targets of symlinks, names, and the numbers of
devices; not owners, times, links and extended attributes. Two files are the same without being
read if they are one file on disk, or if both sides come with an index and their digests are equal;
so are two directories of indexes. All other pairs of files are read side by side, which is quicker
than hashing them and stops at the first differing byte. Symlinks are never followed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from bootstrap.tree import Directory, File, Node, Symlink
from reprocheck.compare.bounds import Bounds, Refused
from reprocheck.compare.content import FileContent
from reprocheck.compare.difference import Difference, Kind, Place, shown
from reprocheck.compare.pair import compare_contents

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_SMALL = 1 << 16
"""Bytes of files that are read in one piece."""
_KINDS = (
    (stat.S_ISREG, "file"),
    (stat.S_ISDIR, "directory"),
    (stat.S_ISLNK, "symlink"),
    (stat.S_ISFIFO, "fifo"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISBLK, "block device"),
    (stat.S_ISCHR, "character device"),
)

Path = str | os.PathLike[str]


def diff(
    left: Path,
    right: Path,
    *,
    left_index: Node | None = None,
    right_index: Node | None = None,
    bounds: Bounds | None = None,
) -> Iterator[Difference]:
    """Every difference of two files or trees, as it is found, in the order of their paths; none if
    they are equal. An index (`reprocheck.compare.index`) must be that of the tree as it is now.

    Errors: OSError if one of the two is not there. What cannot be read beneath is a difference.
    """
    indexes = (left_index, right_index) if left_index and right_index else (None, None)
    entries = _Entry.of(os.fsencode(left), indexes[0]), _Entry.of(os.fsencode(right), indexes[1])
    todo = [(b"", *entries)]
    while todo:
        path, one, other = todo.pop()
        if one.is_same(other):
            continue
        yield from _properties(path, one, other)
        if one.kind != other.kind:
            continue
        if one.kind == "file":
            yield from _files(path, one, other, bounds or Bounds())
        elif one.kind == "directory":
            alone, both = _names(path, one, other)
            yield from alone
            todo += reversed(both)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """What is known of a file, directory or symlink without reading its contents."""

    real: bytes
    kind: str
    mode: int
    """Permission bits; of an index 0o555 or 0o444."""
    size: int = 0
    node: Node | None = None
    """What an index says of it."""
    identity: tuple[int, int] | None = None
    """Device and inode, where no index is used."""
    device: int = 0
    trouble: str = ""
    """Why nothing is known."""

    @classmethod
    def of(cls, real: bytes, node: Node | None) -> _Entry:
        """OSError if it is not there."""
        if isinstance(node, File):
            mode = 0o555 if node.executable else 0o444
            return cls(real=real, kind="file", mode=mode, size=node.size, node=node)
        if node is not None:
            kind = "directory" if isinstance(node, Directory) else "symlink"
            return cls(real=real, kind=kind, mode=0o555, node=node)
        status = os.lstat(real)
        kind = next((name for test, name in _KINDS if test(status.st_mode)), "unknown")
        return cls(
            real=real,
            kind=kind,
            mode=stat.S_IMODE(status.st_mode),
            size=status.st_size,
            identity=(status.st_dev, status.st_ino),
            device=status.st_rdev,
        )

    def is_same(self, other: _Entry) -> bool:
        """Whether it is known to be the same, with all beneath it."""
        if self.node is not None and other.node is not None:
            return self.node.kind == other.node.kind and self.node.digest == other.node.digest
        return self.identity is not None and self.identity == other.identity

    def target(self) -> bytes:
        """Of a symlink."""
        return self.node.target if isinstance(self.node, Symlink) else os.readlink(self.real)

    def names(self) -> Mapping[bytes, Node | None]:
        """Of a directory: its entries; OSError if it cannot be read."""
        if isinstance(self.node, Directory):
            return dict(self.node.entries)
        return dict.fromkeys(os.listdir(self.real))


def _properties(path: bytes, one: _Entry, other: _Entry) -> Iterator[Difference]:
    place: Place = (path,)
    if one.kind != other.kind:
        yield Difference(place=place, kind=Kind.TYPE, left=one.kind, right=other.kind)
        return
    if one.kind == "symlink":
        try:
            targets = one.target(), other.target()
        except OSError as error:
            yield _unreadable(place, error)
            return
        if targets[0] != targets[1]:
            left, right = map(shown, targets)
            yield Difference(place=place, kind=Kind.TARGET, left=left, right=right)
        return
    if one.mode != other.mode:
        yield Difference(place=place, kind=Kind.MODE, left=f"{one.mode:04o}", right=f"{other.mode:04o}")
    if one.device != other.device:
        numbers = [f"{os.major(each.device)}:{os.minor(each.device)}" for each in (one, other)]
        yield Difference(
            place=place, kind=Kind.METADATA, field="device number", left=numbers[0], right=numbers[1]
        )


def _names(
    path: bytes, one: _Entry, other: _Entry
) -> tuple[list[Difference], list[tuple[bytes, _Entry, _Entry]]]:
    """What only one of two directories has, or cannot be told; and the pairs of what both have."""
    alone: list[Difference] = []
    both: list[tuple[bytes, _Entry, _Entry]] = []
    try:
        left, right = one.names(), other.names()
    except OSError as error:
        return [_unreadable((path,), error)], []
    for name in sorted(left.keys() | right.keys()):
        below = path + b"/" + name if path else name
        if name not in right:
            alone.append(Difference(place=(below,), kind=Kind.ONLY_LEFT))
        elif name not in left:
            alone.append(Difference(place=(below,), kind=Kind.ONLY_RIGHT))
        else:
            try:
                pair = (
                    _Entry.of(one.real + b"/" + name, left[name]),
                    _Entry.of(other.real + b"/" + name, right[name]),
                )
            except OSError as error:
                alone.append(_unreadable((below,), error))
                continue
            if not pair[0].is_same(pair[1]):
                both.append((below, *pair))
    return alone, both


def _files(path: bytes, one: _Entry, other: _Entry, bounds: Bounds) -> Iterator[Difference]:
    place: Place = (path,)
    try:
        if one.size == other.size <= _SMALL and _read(one) == _read(other):
            return
        with _opened(one.real) as left_file, _opened(other.real) as right_file:
            yield from compare_contents(FileContent(left_file), FileContent(right_file), place, bounds)
    except Refused as reason:
        yield Difference(place=place, kind=Kind.UNREADABLE, note=str(reason))
    except OSError as error:
        yield _unreadable(place, error)


def _read(entry: _Entry) -> bytes:
    """A small file; a byte more if it has grown."""
    fd = os.open(entry.real, _READ)
    try:
        return os.read(fd, entry.size + 1)
    finally:
        os.close(fd)


def _opened(real: bytes) -> BinaryIO:
    fd = os.open(real, _READ)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise Refused("it became something else while it was looked at")
    return os.fdopen(fd, "rb", buffering=0)


def _unreadable(place: Place, error: OSError) -> Difference:
    return Difference(place=place, kind=Kind.UNREADABLE, note=error.strerror or str(error))
