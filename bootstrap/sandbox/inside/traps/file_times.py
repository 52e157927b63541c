"""One time for every file that the sandbox wrote: stat(2) and its kin."""

from __future__ import annotations

import ctypes
import struct
import time

from bootstrap.sandbox.inside.traps.listener import Call, Handler
from bootstrap.sandbox.inside.traps.places import place

CLOCK_REALTIME_COARSE = 5  # include/uapi/linux/time.h

SYS_newfstatat = 262  # arch/x86/entry/syscalls/syscall_64.tbl
SYS_statx = 332

AT_FDCWD = -100  # include/uapi/linux/fcntl.h
AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH = 0x100, 0x1000

# struct stat, arch/x86/include/uapi/asm/stat.h: access, modification, change; each seconds, ns
_TIMES = struct.Struct("=qQqQqQ")
_TIMES_AT = 72
_STAT_SIZE = 144

# struct statx, include/uapi/linux/stat.h: access, birth, change, modification; each seconds, ns, padding
_STATX_SIZE = 256
_STATX_TIME = struct.Struct("=qIi")
_STATX_PLACES = (64, 80, 96, 112)

_buffer = ctypes.create_string_buffer(_STATX_SIZE)
_syscall = ctypes.PyDLL(None, use_errno=True).syscall
_syscall.argtypes = (
    ctypes.c_long,
    *(ctypes.c_long, ctypes.c_char_p, ctypes.c_long, ctypes.c_long, ctypes.c_void_p),
)
_syscall.restype = ctypes.c_long


class FileTimes:
    """What was modified since now is said to have been modified at `seconds`."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
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
        status = ctypes.string_at(_buffer, _STAT_SIZE)
        _, _, seconds, nanoseconds, _, _ = _TIMES.unpack_from(status, _TIMES_AT)
        if not self._is_new(seconds, nanoseconds):
            return None
        content = status[:_TIMES_AT] + self._times() + status[_TIMES_AT + _TIMES.size :]
        call.write(result, _narrowed(content) if call.narrow else content)
        return 0

    def _statx(self, call: Call) -> int | None:
        directory, path, flags, mask, result = call.arguments[:5]
        where, follow = place(call, directory, path, flags & 0xFFFFFFFF)
        address = ctypes.addressof(_buffer)
        if _syscall(SYS_statx, AT_FDCWD, where, follow, mask & 0xFFFFFFFF, address):
            return None
        content = bytearray(ctypes.string_at(_buffer, _STATX_SIZE))
        seconds, nanoseconds, _ = _STATX_TIME.unpack_from(content, _STATX_PLACES[3])
        if not self._is_new(seconds, nanoseconds):
            return None
        for at in _STATX_PLACES:
            if any(content[at : at + _STATX_TIME.size]):
                _STATX_TIME.pack_into(content, at, self._seconds, 0, 0)
        call.write(result, bytes(content))
        return 0

    def _is_new(self, seconds: int, nanoseconds: int) -> bool:
        return seconds * 1_000_000_000 + nanoseconds > self._since

    def _times(self) -> bytes:
        return _TIMES.pack(self._seconds, 0, self._seconds, 0, self._seconds, 0)


_WIDE = struct.Struct("=QQQIIIIQqqq6Q24x")  # struct stat, 64-bit


def _narrowed(content: bytes) -> bytes:
    device, inode, links, mode, uid, gid, _, special, size, block, blocks, *times = _WIDE.unpack(content)
    times = [time & 0xFFFFFFFF for time in times]
    return struct.pack(
        "=QIIIIIIQIqIQ6IQ",
        device, 0, inode & 0xFFFFFFFF, mode, links, uid, gid, special, 0, size, block, blocks, *times, inode,
    )  # fmt: skip
