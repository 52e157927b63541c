"""Removing trees that do not want to go: read-only directories, any depth, any names."""

from __future__ import annotations

import os
import stat
from contextlib import suppress

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_DEEP = 64
"""Levels below which a directory is first moved up: each level holds a descriptor open."""


def remove_tree(path: str | bytes) -> None:
    """Removes a file, symlink or directory with all beneath; nothing happens if it is not there.

    Never follows a symlink, and does not mind others who remove the same: what was moved up from a great
    depth belongs to nobody, and a sweep may find it. OSError for what cannot be removed (after removing
    what could be, up to there).
    """
    path = os.fsencode(path)
    parent, name = os.path.split(path.rstrip(b"/"))
    try:
        fd = os.open(parent or b".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        moved = [name]
        while moved:
            with suppress(FileNotFoundError):
                _remove(fd, moved.pop(), fd, moved)
    finally:
        os.close(fd)


def _remove(fd: int, name: bytes, top: int, moved: list[bytes]) -> None:
    mode = os.lstat(name, dir_fd=fd).st_mode
    if stat.S_ISDIR(mode):
        _remove_directory(fd, name, top, moved, 0)
    else:
        os.unlink(name, dir_fd=fd)


def _remove_directory(fd: int, name: bytes, top: int, moved: list[bytes], depth: int) -> None:
    if depth >= _DEEP:
        aside = b"deep-" + os.urandom(8).hex().encode()
        os.chmod(name, 0o700, dir_fd=fd)
        os.rename(name, aside, src_dir_fd=fd, dst_dir_fd=top)
        moved.append(aside)
        return
    try:
        inner = os.open(name, _DIRECTORY, dir_fd=fd)
    except PermissionError:
        os.chmod(name, 0o700, dir_fd=fd)
        inner = os.open(name, _DIRECTORY, dir_fd=fd)
    try:
        os.fchmod(inner, 0o700)
        with os.scandir(inner) as entries:
            found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        for entry, is_directory in found:
            with suppress(FileNotFoundError):
                if is_directory:
                    _remove_directory(inner, os.fsencode(entry), top, moved, depth + 1)
                else:
                    os.unlink(entry, dir_fd=inner)
    finally:
        os.close(inner)
    os.rmdir(name, dir_fd=fd)
