"""What a person reads when a system call fails on behalf of the store."""

from __future__ import annotations

import errno

from bootstrap.errors import StoreError


def shown(path: bytes) -> str:
    """A path as people read it."""
    return path.decode("utf-8", "backslashreplace") or "."


def system_error(what: str, error: OSError) -> StoreError:
    """The error of a system call as one of the store's."""
    hint = ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        hint = "make room on the disk that BOOTSTRAP_HOME is on"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        hint = "BOOTSTRAP_HOME must be on a file system that you may write to"
    name = error.filename
    place = f" ({shown(name) if isinstance(name, bytes) else name})" if name is not None else ""
    return StoreError(f"cannot {what}: {error.strerror}{place}", hint=hint)
