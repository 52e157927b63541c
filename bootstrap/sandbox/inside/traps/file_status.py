"""What stat(2) and its kin tell of files: one time for all that the sandbox wrote, other inode numbers."""

from __future__ import annotations

import ctypes
import os
import re
import stat
import struct
import time
from hashlib import blake2b

from bootstrap.sandbox.inside.traps.listener import Call, Handler
from bootstrap.sandbox.inside.traps.places import name_of, place

CLOCK_REALTIME_COARSE = 5  # include/uapi/linux/time.h

SYS_newfstatat = 262  # arch/x86/entry/syscalls/syscall_64.tbl
SYS_statx = 332

AT_FDCWD = -100  # include/uapi/linux/fcntl.h
AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH = 0x100, 0x1000

# struct stat, arch/x86/include/uapi/asm/stat.h: access, modification, change; each seconds, ns
_TIMES = struct.Struct("=qQqQqQ")
_TIMES_AT = 72
_FILE = struct.Struct("=QQQI")  # and at its beginning: device, inode, links, mode
_STAT_SIZE = 144

# struct statx, include/uapi/linux/stat.h: access, birth, change, modification; each seconds, ns, padding
_STATX_SIZE = 256
_STATX_TIME = struct.Struct("=qIi")
_STATX_PLACES = (64, 80, 96, 112)
_STATX_INODE, _STATX_INODE_AT = struct.Struct("=Q"), 32
_STATX_LINKS, _STATX_LINKS_AT = struct.Struct("=I8xH"), 16  # links, owner and group, mode
_STATX_DEVICE, _STATX_DEVICE_AT = struct.Struct("=II"), 136  # major, minor

_MOST_LINKED = 1_000_000

_OPEN = re.compile(rb"/proc/\d+/(cwd|fd/\d+)")
"""What a process has open: the link tells its name."""

_buffer = ctypes.create_string_buffer(_STATX_SIZE)
_syscall = ctypes.PyDLL(None, use_errno=True).syscall
_syscall.argtypes = (
    ctypes.c_long,
    *(ctypes.c_long, ctypes.c_char_p, ctypes.c_long, ctypes.c_long, ctypes.c_void_p),
)
_syscall.restype = ctypes.c_long


class Inodes:
    """Numbers for files, made of their names; of a file with several, of the one first asked for.

    Names count from `build`, the working directory, wherever that is seen.
    """

    def __init__(self, seed: int, build: str) -> None:
        self._seed = seed
        self._build = build
        self._linked: dict[tuple[int, int], int] = {}
        """Numbers of files with several names, by device and inode."""

    def number(self, device: int, inode: int, name: str, *, linked: bool = False) -> int:
        """The number of the file of this name; `linked`: which may have others."""
        known = self._linked.get((device, inode))
        if known is not None:
            return known
        if name == self._build or name.startswith(self._build + "/"):
            name = "." + name[len(self._build) :]
        digest = blake2b(os.fsencode(name), digest_size=8, salt=b"%d" % self._seed).digest()
        # All of one length.
        number = 10**12 + int.from_bytes(digest, "big") % 10**12
        if linked and len(self._linked) < _MOST_LINKED:
            self._linked[device, inode] = number
        return number


def _name(where: bytes, follow: int) -> str:
    """The name of the file that was looked at."""
    if _OPEN.fullmatch(where):
        return os.readlink(os.fsdecode(where))
    no_follow = os.O_NOFOLLOW if follow & AT_SYMLINK_NOFOLLOW else 0
    descriptor = os.open(where, os.O_PATH | no_follow | os.O_CLOEXEC)
    try:
        return name_of(descriptor)
    finally:
        os.close(descriptor)


class FileStatus:
    """What was modified since now is said to have been modified at `seconds`; None: when it was."""

    def __init__(self, seconds: int | None, inodes: Inodes | None) -> None:
        self._seconds = seconds
        self._inodes = inodes
        # By the clock that files get their times from; what was there before is not later than this tick.
        self._since = time.clock_gettime_ns(CLOCK_REALTIME_COARSE)
        while time.clock_gettime_ns(CLOCK_REALTIME_COARSE) == self._since:
            time.sleep(0.0005)

    def handlers(self) -> dict[str, Handler]:
        return {
            "stat": lambda call: self._stat(call, AT_FDCWD, call.arguments[0], call.arguments[1], 0),
            "stat64": lambda call: self._stat(call, AT_FDCWD, call.arguments[0], call.arguments[1], 0),
            "lstat": self._lstat,
            "lstat64": self._lstat,
            "fstat": self._fstat,
            "fstat64": self._fstat,
            "newfstatat": lambda call: self._stat(call, *call.arguments[:4]),
            "fstatat64": lambda call: self._stat(call, *call.arguments[:4]),
            "statx": self._statx,
        }

    def _lstat(self, call: Call) -> int | None:
        return self._stat(call, AT_FDCWD, call.arguments[0], call.arguments[1], AT_SYMLINK_NOFOLLOW)

    def _fstat(self, call: Call) -> int | None:
        return self._stat(call, call.arguments[0], 0, call.arguments[1], AT_EMPTY_PATH)

    def _stat(self, call: Call, directory: int, path: int, result: int, flags: int) -> int | None:
        if call.narrow and not call.name.endswith("64"):
            return None  # struct stat with times of 32 bits, which nothing has used since glibc 2.1
        where, follow = place(call, directory, path, flags & 0xFFFFFFFF)
        if _syscall(SYS_newfstatat, AT_FDCWD, where, ctypes.addressof(_buffer), follow, None):
            return None
        content = bytearray(ctypes.string_at(_buffer, _STAT_SIZE))
        _, _, seconds, nanoseconds, _, _ = _TIMES.unpack_from(content, _TIMES_AT)
        is_new = self._is_new(seconds, nanoseconds)
        if is_new:
            _TIMES.pack_into(content, _TIMES_AT, *(self._seconds, 0) * 3)
        if self._inodes is not None:
            device, inode, links, mode = _FILE.unpack_from(content)
            linked = links > 1 and not stat.S_ISDIR(mode)
            number = self._inodes.number(device, inode, _name(where, follow), linked=linked)
            _FILE.pack_into(content, 0, device, number, links, mode)
        elif not is_new:
            return None
        call.write(result, _narrowed(bytes(content)) if call.narrow else bytes(content))
        return 0

    def _statx(self, call: Call) -> int | None:
        directory, path, flags, mask, result = call.arguments[:5]
        where, follow = place(call, directory, path, flags & 0xFFFFFFFF)
        address = ctypes.addressof(_buffer)
        if _syscall(SYS_statx, AT_FDCWD, where, follow, mask & 0xFFFFFFFF, address):
            return None
        content = bytearray(ctypes.string_at(_buffer, _STATX_SIZE))
        seconds, nanoseconds, _ = _STATX_TIME.unpack_from(content, _STATX_PLACES[3])
        is_new = self._is_new(seconds, nanoseconds)
        if is_new:
            for at in _STATX_PLACES:
                if any(content[at : at + _STATX_TIME.size]):
                    _STATX_TIME.pack_into(content, at, self._seconds, 0, 0)
        if self._inodes is not None:
            (inode,) = _STATX_INODE.unpack_from(content, _STATX_INODE_AT)
            device = os.makedev(*_STATX_DEVICE.unpack_from(content, _STATX_DEVICE_AT))
            links, mode = _STATX_LINKS.unpack_from(content, _STATX_LINKS_AT)
            linked = links > 1 and not stat.S_ISDIR(mode)
            number = self._inodes.number(device, inode, _name(where, follow), linked=linked)
            _STATX_INODE.pack_into(content, _STATX_INODE_AT, number)
        elif not is_new:
            return None
        call.write(result, bytes(content))
        return 0

    def _is_new(self, seconds: int, nanoseconds: int) -> bool:
        return self._seconds is not None and seconds * 1_000_000_000 + nanoseconds > self._since


_WIDE = struct.Struct("=QQQIIIIQqqq6Q24x")  # struct stat, 64-bit


def _narrowed(content: bytes) -> bytes:
    device, inode, links, mode, uid, gid, _, special, size, block, blocks, *times = _WIDE.unpack(content)
    times = [time & 0xFFFFFFFF for time in times]
    return struct.pack(
        "=QIIIIIIQIqIQ6IQ",
        device, 0, inode & 0xFFFFFFFF, mode, links, uid, gid, special, 0, size, block, blocks, *times, inode,
    )  # fmt: skip
