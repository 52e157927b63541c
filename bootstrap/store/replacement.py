"""One whole tree in the place of another, at once: nobody finds half of it, or none."""

from __future__ import annotations

import errno
import os
import stat

from bootstrap.store.removal import remove_tree

_AT_FDCWD = -100  # linux/fcntl.h
_RENAME_EXCHANGE = 2  # linux/fs.h
_NOT_HERE = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP})


def put_in_place(new: bytes, target: bytes) -> None:
    """Renames `new`, which lies on the same file system, to `target`; what lay there is removed.

    Directories may be writable at their top afterwards: renaming them rewrites their "..". OSError as
    the system raises it.
    """
    try:
        os.rename(new, target)
        return
    except OSError:
        if not os.path.lexists(target):
            raise
    if stat.S_ISDIR(os.lstat(target).st_mode):
        os.chmod(target, 0o755)
    try:
        _exchange(new, target)
    except OSError as error:
        if error.errno not in _NOT_HERE:
            raise
        aside = new + b".replaced"
        os.rename(target, aside)
        os.rename(new, target)
        new = aside
    remove_tree(new)


def _exchange(one: bytes, other: bytes) -> None:
    """renameat2(2) with RENAME_EXCHANGE; not every file system has it."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(_AT_FDCWD, one, _AT_FDCWD, other, _RENAME_EXCHANGE) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), other)
