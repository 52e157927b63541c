"""Locks between processes and threads: one file each, flock(2), nothing global.

flock belongs to the open file, so the kernel lets go of it when its process dies, and two threads
of one process exclude each other too. The file is removed by whoever holds the lock last. Someone
else may have opened it just before; so after getting a lock one looks whether the file is still
the one that the name leads to, and begins anew if not.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

from bootstrap.errors import Interrupted, StoreError

_POLL = 0.05
"""Seconds between two tries while waiting may be given up."""


@contextmanager
def lock(
    path: str, *, on_wait: Callable[[], None] | None = None, cancel: Event | None = None
) -> Iterator[None]:
    """Holds the lock on `path`; calls `on_wait` once if somebody else has it.

    Errors: Interrupted if `cancel` is set while waiting; StoreError if the file cannot be made.
    """
    told = False
    while True:
        try:
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"cannot lock: open {path}: {error.strerror}", hint=_hint(error)) from error
        try:
            if not _try(fd):
                if not told and on_wait is not None:
                    on_wait()
                told = True
                _wait(fd, cancel)
            if _is_at(fd, path):
                break
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)
    try:
        yield
    finally:
        try:
            os.unlink(path)
        except OSError:
            pass  # a lock file that stays is as good as none; sweeping removes it
        fcntl.flock(fd, fcntl.LOCK_UN)
        os.close(fd)


def remove_if_free(path: str) -> bool:
    """Removes a lock file that nobody holds (its owner was killed); whether it did."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        if not _try(fd) or not _is_at(fd, path):
            return False
        os.unlink(path)
        return True
    finally:
        os.close(fd)


def _try(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait(fd: int, cancel: Event | None) -> None:
    if cancel is None:
        fcntl.flock(fd, fcntl.LOCK_EX)
        return
    while not _try(fd):
        if cancel.wait(_POLL):
            raise Interrupted("interrupted while waiting for another process")


def _is_at(fd: int, path: str) -> bool:
    try:
        there = os.stat(path)
    except FileNotFoundError:
        return False
    here = os.fstat(fd)
    return (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)


def _hint(error: OSError) -> str:
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return (
            "building needs a store that may be written to: allow it, or set BOOTSTRAP_HOME to another; "
            "reading does not"
        )
    return ""
