"""Hosts on which something is wrong, for real: words to put before a command."""

from __future__ import annotations

import os
import sys

_FORBID = """
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
# linux/filter.h: load the call's number; unshare (272), and clone (56) with namespaces, give EPERM
load, equal, any_bit, give = 0x20, 0x15, 0x45, 0x06
program = b"".join(struct.pack("=HBBI", *step) for step in (
    (load, 0, 0, 0), (equal, 4, 0, 272), (equal, 1, 0, 435), (equal, 1, 4, 56), (give, 0, 0, 0x50026),
    (load, 0, 0, 16), (any_bit, 0, 1, 0x7E020000), (give, 0, 0, 0x50001), (give, 0, 0, 0x7FFF0000)))
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.byref(Program(len(program) // 8, program)), 0, 0) == 0, ctypes.get_errno()
os.execvp(sys.argv[1], sys.argv[1:])
"""


def with_a_filter_against_namespaces() -> list[str]:
    """As in a container, whose seccomp filter answers with EPERM."""
    return [sys.executable, "-c", _FORBID]


def without_user_namespaces() -> list[str]:
    """As on a kernel that is set so; the setting is that of a user namespace, whose root the command is."""
    script = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
    return ["unshare", "--user", "--map-root-user", "sh", "-c", script, "sh"]


def with_a_disk(place: str, options: str) -> list[str]:
    """With a file system of its own at a directory, in a mount namespace of its own."""
    own = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    script = f'mount -t tmpfs -o {options} none "$0" && exec "$@"'
    return ["unshare", "--mount", *own, "sh", "-c", script, place]
