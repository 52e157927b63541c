"""A fresh copy of a directory, as a build may have it: contents, permissions, times, symlinks."""

from __future__ import annotations

import os
import shutil
import stat

from bootstrap.errors import UsageError
from bootstrap.store.survey import kind_of


def copy_tree(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> None:
    """Copies a directory with all beneath into a new one, in the order of its names.

    Modification times and permissions are kept; owners and hard links are not. Symlinks are copied as
    they are. UsageError for a device, a socket or a fifo, and for what cannot be read.
    """
    try:
        _directory(os.fsencode(source), os.fsencode(target))
    except OSError as error:
        raise UsageError(
            f"the source cannot be copied: {os.fsdecode(error.filename or b'')}: {error.strerror}"
        ) from error


def _directory(source: bytes, target: bytes) -> None:
    os.mkdir(target, 0o700)
    for name in sorted(os.listdir(source)):
        _entry(os.path.join(source, name), os.path.join(target, name))
    status = os.stat(source)
    os.chmod(target, stat.S_IMODE(status.st_mode) | 0o700)
    os.utime(target, ns=(status.st_mtime_ns, status.st_mtime_ns))


def _entry(source: bytes, target: bytes) -> None:
    status = os.lstat(source)
    if stat.S_ISDIR(status.st_mode):
        _directory(source, target)
        return
    if stat.S_ISLNK(status.st_mode):
        os.symlink(os.readlink(source), target)
    elif stat.S_ISREG(status.st_mode):
        shutil.copyfile(source, target)
        os.chmod(target, stat.S_IMODE(status.st_mode))
    else:
        raise UsageError(
            f"the source holds what cannot be copied: {os.fsdecode(source)} {kind_of(status.st_mode)}",
            hint="build from a clean checkout",
        )
    os.utime(target, ns=(status.st_mtime_ns, status.st_mtime_ns), follow_symlinks=False)
