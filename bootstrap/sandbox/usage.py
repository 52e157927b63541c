"""How much lies beneath the directories that a build may write to: bytes and files.

A build may do what it likes with them meanwhile. The walk holds one descriptor and goes by names
relative to it, so neither a link that was put in the place of a directory nor a depth that no path
can name leads it astray.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple

BLOCK = 4096
"""What the smallest file counts."""

_SLICE = 2000
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Usage(NamedTuple):
    bytes: int
    files: int
    """Names of every kind: files, links, directories, pipes."""


def measure(directories: Sequence[str], *, at_rest: bool = False) -> Iterator[Usage]:
    """What was found so far, every few thousand names and at the end: the caller can do other things between.

    A file counts what it claims to hold or what it takes on disk, whichever is more (a file of holes
    fills up when it is copied), once for all its names. `at_rest`: nobody writes any more, so that
    directories which the build made unreadable can be opened to all of it.
    """
    walk = _Walk(at_rest)
    for directory in directories:
        yield from walk.through(directory)
    yield walk.usage


class _Walk:
    def __init__(self, at_rest: bool) -> None:
        self.usage = Usage(0, 0)
        self._at_rest = at_rest
        self._seen: set[tuple[int, int]] = set()

    def through(self, top: str) -> Iterator[Usage]:
        try:
            here = self._open(top, None)
        except OSError:
            return
        # Which directory each of those above is, and what is yet to be looked at in it.
        above: list[tuple[tuple[int, int], list[str]]] = []
        try:
            inner = yield from self._list(here)
            while True:
                if inner:
                    try:
                        below = self._open(inner.pop(), here)
                    except OSError:
                        continue  # removed meanwhile, or made unreadable by the build
                    above.append((_identity(here), inner))
                    os.close(here)
                    here = below
                    inner = yield from self._list(here)
                elif above:
                    there, inner = above.pop()
                    try:
                        parent = os.open("..", _DIRECTORY, dir_fd=here)
                    except OSError:
                        return
                    os.close(here)
                    here = parent
                    if _identity(here) != there:
                        return  # moved meanwhile; the next walk will find it
                else:
                    return
        finally:
            os.close(here)

    def _open(self, name: str, above: int | None) -> int:
        if self._at_rest:
            mode = os.stat(name, dir_fd=above, follow_symlinks=False).st_mode
            if mode & 0o500 != 0o500:
                os.chmod(name, 0o700, dir_fd=above)
        return os.open(name, _DIRECTORY, dir_fd=above)

    def _list(self, directory: int) -> Generator[Usage, None, list[str]]:
        """Counts what is in a directory; gives the names of the directories among it."""
        inner: list[str] = []
        with os.scandir(directory) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    inner.append(entry.name)
                self.usage = Usage(self.usage.bytes + self._size(entry), self.usage.files + 1)
                if self.usage.files % _SLICE == 0:
                    yield self.usage
        return inner

    def _size(self, entry: os.DirEntry[str]) -> int:
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            return BLOCK
        if status.st_nlink > 1 and not entry.is_dir(follow_symlinks=False):
            if (status.st_dev, status.st_ino) in self._seen:
                return 0
            self._seen.add((status.st_dev, status.st_ino))
        return max(status.st_size, status.st_blocks * 512, BLOCK)


def _identity(directory: int) -> tuple[int, int]:
    status = os.fstat(directory)
    return status.st_dev, status.st_ino
