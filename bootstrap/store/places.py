"""Build directories: made, kept if somebody asks, removed, and, with locks, swept up after dead owners.

The owner of a build directory holds a flock(2) on the directory itself. One that nobody holds is a
leftover: its owner was killed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from bootstrap.errors import StoreError
from bootstrap.store.layout import Layout
from bootstrap.store.locks import remove_if_free
from bootstrap.store.removal import remove_tree


class Place:
    """A directory of one's own on the store's file system, at `path`."""

    def __init__(self, path: str, kept: str) -> None:
        self.path = path
        self._kept = kept
        self.is_kept = False

    def keep(self) -> str:
        """Moves it out of reach of any sweeping; where it is from now on."""
        os.makedirs(self._kept, exist_ok=True)
        target = f"{self._kept}/{os.path.basename(self.path)}"
        os.rename(self.path, target)
        self.path = target
        self.is_kept = True
        return target


@contextmanager
def new_place(layout: Layout) -> Iterator[Place]:
    """A new, empty build directory; removed at the end unless kept. StoreError if it cannot be made."""
    place, fd = _make(layout)
    try:
        yield place
    finally:
        try:
            if not place.is_kept:
                _remove(place.path)
        finally:
            os.close(fd)


def _make(layout: Layout) -> tuple[Place, int]:
    while True:
        path = f"{layout.tmp}/{os.getpid()}-{os.urandom(6).hex()}"
        try:
            os.mkdir(path, 0o700)
        except OSError as error:
            raise StoreError(
                f"cannot make a build directory: mkdir {path}: {error.strerror}",
                hint="building needs a store that may be written to, and room on its disk",
            ) from error
        fd = _claim(path)
        if fd is not None:
            return Place(path, layout.kept), fd


def _claim(path: str) -> int | None:
    """The locked directory, or None if somebody else holds or removed it."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        there, here = os.stat(path), os.fstat(fd)
        if (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino):
            return fd
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(fd)
        raise
    os.close(fd)
    return None


def sweep(layout: Layout) -> int:
    """Removes the build directories and locks of dead owners; how many directories. Others' are not
    touched."""
    for name in _listed(layout.locks):
        remove_if_free(f"{layout.locks}/{name}")
    removed = 0
    for name in _listed(layout.tmp):
        path = f"{layout.tmp}/{name}"
        fd = _claim(path)
        if fd is None:
            continue
        try:
            _remove(path)
            removed += 1
        finally:
            os.close(fd)
    return removed


def _listed(directory: str) -> list[str]:
    """The names in it; none if it is not there: not every layout has all directories."""
    try:
        return os.listdir(directory)
    except FileNotFoundError:
        return []


def _remove(path: str) -> None:
    try:
        remove_tree(path)
    except OSError as error:
        raise StoreError(f"cannot remove {path}: {error.strerror} ({error.filename!r})") from error
