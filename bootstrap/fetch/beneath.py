"""An open directory, worked in by relative path, never through a symbolic link, never left."""

from __future__ import annotations

import errno
import os
from types import TracebackType

_KEPT_OPEN = 64
"""Directories kept open, the latest used: most members lie beside the one before."""

_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

TIMES = (1_000_000_000, 1_000_000_000)
"""Access and modification time of all that is unpacked or patched: the second 1, in nanoseconds."""


class Beneath:
    """A directory and what lies beneath it, reached by openat(2) one component at a time.

    Paths are bytes, relative, without "." and ".."; b"" is the directory itself.
    """

    def __init__(self, directory: str | bytes | os.PathLike[str]) -> None:
        self._root = os.open(directory, _FLAGS)
        self._open: dict[bytes, int] = {}

    def __enter__(self) -> Beneath:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all that is open; a second call does nothing."""
        for fd in self._open.values():
            os.close(fd)
        self._open.clear()
        if self._root >= 0:
            os.close(self._root)
            self._root = -1

    def directory(self, path: bytes) -> int:
        """A descriptor of a directory, good until the next call; OSError (ELOOP, ENOTDIR) for a link."""
        if not path:
            return self._root
        fd = self._open.pop(path, -1)
        if fd < 0:
            above, _, name = path.rpartition(b"/")
            fd = self._nearest(above, name)
            if len(self._open) >= _KEPT_OPEN:
                os.close(self._open.pop(next(iter(self._open))))
        self._open[path] = fd
        return fd

    def _nearest(self, above: bytes, name: bytes) -> int:
        """Open `name` in `above`, beginning at the lowest directory that is open."""
        todo = [name]
        at = self._open.get(above, -1)
        while at < 0 and above:
            above, _, last = above.rpartition(b"/")
            todo.append(last)
            at = self._open.get(above, -1)
        fd = at = self._root if at < 0 else at
        while todo:
            try:
                lower = os.open(todo.pop(), _FLAGS, dir_fd=fd)
            finally:
                if fd != at:
                    os.close(fd)
            fd = lower
        return fd

    def parent(self, path: bytes) -> tuple[bytes, int]:
        """The last component of a path, and a descriptor of the directory it lies in."""
        above, _, name = path.rpartition(b"/")
        return name, self.directory(above)

    def set_directory_times(self, path: bytes) -> None:
        """Give a directory the times of all that is unpacked."""
        os.utime(self.directory(path), ns=TIMES)

    def make_directories(self, path: bytes) -> tuple[bytes, ...]:
        """Make a directory (0755) and those above it that are missing.

        Gives those that were touched: the ones made, and the one in which the first was made.
        """
        missing = []
        at = path
        while at:
            try:
                self.directory(at)
                break
            except FileNotFoundError:
                missing.append(at)
                at = at.rpartition(b"/")[0]
        for new in reversed(missing):
            name, parent = self.parent(new)
            os.mkdir(name, 0o755, dir_fd=parent)
            os.fchmod(self.directory(new), 0o755)
        return (at, *missing) if missing else ()

    def remove_if_empty(self, path: bytes) -> bool:
        """Remove a directory unless something lies in it; whether it is gone."""
        name, parent = self.parent(path)
        try:
            os.rmdir(name, dir_fd=parent)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                return False
            raise
        fd = self._open.pop(path, -1)
        if fd >= 0:
            os.close(fd)
        return True
