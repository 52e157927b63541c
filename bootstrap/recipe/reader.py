"""The one way by which evaluation reads files; it records what was looked at.

Whoever keeps the record can show later that an unchanged checkout needs no evaluation.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from bootstrap.digest import Digest, digest
from bootstrap.errors import RecipeError


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One name in a directory."""

    name: str
    kind: Literal["file", "directory", "other"]
    """Symbolic links are "other": they are not followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a local file holds."""

    digest: Digest
    size: int
    executable: bool


class Reader(Protocol):
    """Reads a project. Paths are relative to its root, with "/"; "" is the root itself."""

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None if there is none."""

    def content(self, path: str) -> Content | None:
        """What a file holds; None if it is no regular file."""

    def entries(self, path: str) -> tuple[Entry, ...]:
        """A directory's entries, sorted by name; none if it is no directory."""

    def looked_at(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The files that were read and the directories that were listed or searched; sorted."""


_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ENXIO, errno.ELOOP, errno.ENAMETOOLONG)
"""No such name; a socket; links in a circle; a name that no file system takes."""


class DiskReader:
    """Reads a project from disk."""

    def __init__(self, root: Path) -> None:
        self._root = os.fspath(root)
        self._inside = os.path.join(os.path.realpath(root), "")
        self._files: dict[str, None] = {}
        self._directories: dict[str, None] = {}

    def read(self, path: str) -> bytes | None:
        found = self._regular(path)
        if found is None:
            self._searched(os.path.dirname(path))
            return None
        return found[0]

    def content(self, path: str) -> Content | None:
        found = self._regular(path)
        if found is None:
            return None
        data, mode = found
        return Content(digest=digest(data), size=len(data), executable=bool(mode & stat.S_IXUSR))

    def _regular(self, path: str) -> tuple[bytes, int] | None:
        """A regular file's bytes and mode; None for what is none, or is not there."""
        if "\0" in path:
            return None
        try:
            # Opening a named pipe would wait for a writer.
            fd = os.open(os.path.join(self._root, path), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            if error.errno in _NOT_THERE:
                return None
            raise RecipeError(f"{path}: {error.strerror}") from error
        mode = os.fstat(fd).st_mode
        if not stat.S_ISREG(mode):
            os.close(fd)
            return None
        with open(fd, "rb", buffering=0) as file:
            real = os.readlink(f"/proc/self/fd/{fd}")
            if not real.startswith(self._inside):
                raise RecipeError(
                    f"{path}: a symbolic link leads out of the project, to {real}",
                    hint="copy it into the project",
                )
            data = file.read()
        self._files[path] = None
        return data, mode

    def entries(self, path: str) -> tuple[Entry, ...]:
        if "\0" in path:
            return ()
        self._searched(path)
        try:
            with os.scandir(os.path.join(self._root, path)) as found:
                entries = [Entry(name=entry.name, kind=_kind(entry)) for entry in found]
        except OSError as error:
            if error.errno in _NOT_THERE:
                return ()
            raise RecipeError(f"{path}: {error.strerror}") from error
        return tuple(sorted(entries, key=lambda entry: entry.name))

    def looked_at(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return tuple(sorted(self._files)), tuple(sorted(self._directories))

    def _searched(self, path: str) -> None:
        """Where a directory is missing, the one above it would tell of its coming."""
        while path and not os.path.isdir(os.path.join(self._root, path)):
            path = os.path.dirname(path)
        self._directories[path] = None


def _kind(entry: os.DirEntry[str]) -> Literal["file", "directory", "other"]:
    if entry.is_file(follow_symlinks=False):
        return "file"
    return "directory" if entry.is_dir(follow_symlinks=False) else "other"
