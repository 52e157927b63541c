"""Which file a call of another process means, as a path of ours; and what the file is called."""

from __future__ import annotations

import os

from bootstrap.sandbox.inside.traps import memory
from bootstrap.sandbox.inside.traps.listener import Call

AT_FDCWD = -100  # include/uapi/linux/fcntl.h
AT_EMPTY_PATH = 0x1000
_ENOENT = 2


def place(call: Call, directory: int, path: int, flags: int) -> tuple[bytes, int]:
    """The path, and `flags` for it; OSError for what cannot be told (it means another thing to us).

    The root is the same for every process of a sandbox: the contract refuses chroot(2).
    """
    name = memory.path(call.pid, path) if path or not flags & AT_EMPTY_PATH else b""
    if name.startswith(b"/"):
        # Links in there mean each process itself.
        if name.startswith((b"/proc/", b"/dev/")):
            raise FileNotFoundError(_ENOENT, "means another file here")
        return name, flags
    base = base_of(call, directory)
    if name:
        return base + b"/" + name, flags
    if not flags & AT_EMPTY_PATH:
        raise FileNotFoundError(_ENOENT, "no name")
    return base, 0


def base_of(call: Call, directory: int) -> bytes:
    """The directory (or file) that a descriptor of the caller's is, AT_FDCWD among them."""
    number = directory & 0xFFFFFFFF
    if number == AT_FDCWD & 0xFFFFFFFF:
        return b"/proc/%d/cwd" % call.pid
    return b"/proc/%d/fd/%d" % (call.pid, number)


def name_of(descriptor: int) -> str:
    """Of a file that is open here."""
    return os.readlink(f"/proc/{os.getpid()}/fd/{descriptor}")  # /proc/self takes five times as long
