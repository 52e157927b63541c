"""The form in which everything is stored: modes, one time, one owner, no attributes.

What differs is told in words, for people.
"""

from __future__ import annotations

import errno
import os
import stat

from bootstrap.store.survey import TIME, kind_of

DIRECTORY_MODE = 0o555
_USUAL = frozenset({stat.S_IFREG | 0o444, stat.S_IFREG | 0o555, stat.S_IFDIR | DIRECTORY_MODE})
"""What nearly everything has for its mode, and that is right."""


def file_mode(*, executable: bool) -> int:
    """The permissions of a stored file."""
    return 0o555 if executable else 0o444


def odd_form(status: os.stat_result, owner: int, *, executable: bool | None = None) -> str:
    """What is not as a store keeps it, "" if nothing is. Without `executable` a file's mode may be
    that of either kind."""
    if executable is not None or status.st_mode not in _USUAL:
        odd = _odd_mode(status.st_mode, executable)
        if odd:
            return odd
    if status.st_mtime_ns != TIME:
        return f"has the modification time {status.st_mtime_ns / 1e9:.9f} in place of {TIME / 1e9:.0f}"
    if status.st_uid != owner:
        return f"belongs to user {status.st_uid} in place of {owner}"
    return ""


def _odd_mode(mode: int, executable: bool | None) -> str:
    if stat.S_ISREG(mode):
        wanted = file_mode(executable=bool(mode & 0o111) if executable is None else executable)
    elif stat.S_ISDIR(mode):
        wanted = DIRECTORY_MODE
    elif stat.S_ISLNK(mode):
        return ""
    else:
        return kind_of(mode)
    if stat.S_IMODE(mode) != wanted:
        return f"has mode {stat.S_IMODE(mode):04o} in place of {wanted:04o}"
    return ""


def odd_attributes(fd: int) -> list[str]:
    """The extended attributes that no stored file has; those of the system's own are left alone."""
    try:
        names = os.listxattr(fd)
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENOSYS):
            return []
        raise
    return [
        name
        for name in names
        if name == "security.capability" or name.startswith(("user.", "system.posix_acl_"))
    ]
