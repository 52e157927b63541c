"""A fresh copy of a directory, as a build may have it: contents, permissions, times, symlinks."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from bootstrap.errors import StoreError, UsageError
from bootstrap.store.survey import DEEPEST, kind_of


def copy_tree(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> None:
    """Copies a directory with all beneath into a new one, in the order of its names.

    Modification times, permissions and holes of files are kept; owners and hard links are not. Symlinks
    are copied as they are. UsageError for a device, a socket or a fifo, for what cannot be read, for too
    many levels, and for a target in the source; StoreError if there is no room.
    """
    if Path(target).resolve().is_relative_to(Path(source).resolve()):
        raise UsageError(
            f"the source holds the directory that it would be copied to: {os.fsdecode(target)}",
            hint="set TMPDIR to a directory that is not in the source",
        )
    try:
        _directory(os.fsencode(source), os.fsencode(target), 0)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreError(
                f"the source cannot be copied to {os.fsdecode(target)}: {error.strerror}",
                hint="make room there, or set TMPDIR to another place",
            ) from error
        raise UsageError(
            f"the source cannot be copied: {os.fsdecode(error.filename or b'')}: {error.strerror}"
        ) from error


def _directory(source: bytes, target: bytes, depth: int) -> None:
    if depth > DEEPEST:
        raise UsageError(f"the source is deeper than {DEEPEST} levels: {os.fsdecode(source[:60])}...")
    os.mkdir(target, 0o700)
    for name in sorted(os.listdir(source)):
        _entry(os.path.join(source, name), os.path.join(target, name), depth)
    status = os.stat(source)
    os.chmod(target, stat.S_IMODE(status.st_mode) | 0o700)
    os.utime(target, ns=(status.st_mtime_ns, status.st_mtime_ns))


def _entry(source: bytes, target: bytes, depth: int) -> None:
    status = os.lstat(source)
    if stat.S_ISDIR(status.st_mode):
        _directory(source, target, depth + 1)
        return
    if stat.S_ISLNK(status.st_mode):
        os.symlink(os.readlink(source), target)
    elif stat.S_ISREG(status.st_mode):
        _file(source, target)
        os.chmod(target, stat.S_IMODE(status.st_mode))
    else:
        raise UsageError(
            f"the source holds what cannot be copied: {os.fsdecode(source)} {kind_of(status.st_mode)}",
            hint="build from a clean checkout",
        )
    os.utime(target, ns=(status.st_mtime_ns, status.st_mtime_ns), follow_symlinks=False)


def _file(source: bytes, target: bytes) -> None:
    with open(source, "rb", buffering=0) as theirs, open(target, "xb", buffering=0) as ours:
        size = os.fstat(theirs.fileno()).st_size
        try:
            ours.truncate(size)
            start = _seek_data(theirs.fileno(), 0, size)
            while start < size:
                end = os.lseek(theirs.fileno(), start, os.SEEK_HOLE)
                os.lseek(ours.fileno(), start, os.SEEK_SET)
                while start < end and (
                    sent := os.sendfile(ours.fileno(), theirs.fileno(), start, end - start)
                ):
                    start += sent
                start = _seek_data(theirs.fileno(), end, size)
        except OSError as error:
            error.filename = target
            raise


def _seek_data(descriptor: int, start: int, size: int) -> int:
    """Where the next bytes begin that are not in a hole; the file's size if there are none (lseek(2))."""
    try:
        return os.lseek(descriptor, start, os.SEEK_DATA)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        return size
