"""The one way by which evaluation reads files; it records what was looked at.

Whoever keeps the record can show later that an unchanged checkout needs no evaluation.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from bootstrap.digest import Digest, digest


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


class DiskReader:
    """Reads a project from disk."""

    def __init__(self, root: Path) -> None:
        self._root = os.fspath(root)
        self._files: dict[str, None] = {}
        self._directories: dict[str, None] = {}

    def read(self, path: str) -> bytes | None:
        try:
            with open(os.path.join(self._root, path), "rb", buffering=0) as file:
                data = file.read()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            self._searched(os.path.dirname(path))
            return None
        self._files[path] = None
        return data

    def content(self, path: str) -> Content | None:
        try:
            fd = os.open(os.path.join(self._root, path), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            os.close(fd)
            return None
        with open(fd, "rb", buffering=0) as file:
            data = file.read()
        self._files[path] = None
        return Content(digest=digest(data), size=len(data), executable=bool(status.st_mode & stat.S_IXUSR))

    def entries(self, path: str) -> tuple[Entry, ...]:
        self._searched(path)
        try:
            with os.scandir(os.path.join(self._root, path)) as found:
                entries = [Entry(name=entry.name, kind=_kind(entry)) for entry in found]
        except (FileNotFoundError, NotADirectoryError):
            return ()
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
