"""What the machine is said to be: uname(2), sched_getaffinity(2), sysinfo(2)."""

from __future__ import annotations

import ctypes
import os
import struct
from typing import Any

from bootstrap.sandbox import syscalls as sys
from bootstrap.sandbox.inside.traps.listener import Call, Handler

_FIELD = 65  # bytes of each field of struct new_utsname, include/uapi/linux/utsname.h
_PER_LINUX32, _PER_MASK = 0x0008, 0x00FF  # include/uapi/linux/personality.h

_WIDE = struct.Struct("=q3Q6QH6xQQI4x")  # struct sysinfo, include/uapi/linux/sysinfo.h: 112 bytes
_NARROW = struct.Struct("=i3I6IHxxIII8x")  # 64 bytes
_TOTAL, _FREE, _UNIT = 4, 5, 13  # fields of both

_EINVAL = 22

_sysinfo = ctypes.PyDLL(None, use_errno=True).sysinfo
_sysinfo.argtypes = (ctypes.c_char_p,)


class Machine:
    """What differs; None: as it is."""

    def __init__(self, traps: dict[str, Any]) -> None:
        self._release = traps["release"]
        self._version = traps["kernel_version"]
        self._processors = traps["processors"]
        self._memory = traps["memory"]

    def handlers(self) -> dict[str, Handler]:
        return {
            "uname": self._uname,
            "sched_getaffinity": self._sched_getaffinity,
            "sysinfo": self._sysinfo,
        }

    def _uname(self, call: Call) -> int:
        name = os.uname()
        with open(f"/proc/{call.pid}/personality", "rb") as file:
            is_32 = int(file.read(), 16) & _PER_MASK == _PER_LINUX32
        fields = (
            name.sysname,
            name.nodename,
            name.release if self._release is None else self._release,
            name.version if self._version is None else self._version,
            "i686" if is_32 else name.machine,
            _domain(),
        )
        packed = b"".join(field.encode()[: _FIELD - 1].ljust(_FIELD, b"\0") for field in fields)
        call.write(call.arguments[0], packed)
        return 0

    def _sched_getaffinity(self, call: Call) -> int | None:
        pid, size, address = call.arguments[:3]
        size &= 0xFFFFFFFF
        if pid and not os.path.exists(f"/proc/{pid & 0xFFFFFFFF}"):
            return None
        word = 4 if call.narrow else 8
        mask = ((1 << self._processors) - 1).to_bytes(-(-self._processors // 64) * 8, "little")
        if size % word or size * 8 < self._processors:
            return -_EINVAL
        call.write(address, mask[:size])
        return min(len(mask), size)

    def _sysinfo(self, call: Call) -> int:
        content = ctypes.create_string_buffer(_WIDE.size)
        if _sysinfo(content):
            raise sys.CallFailed(ctypes.get_errno(), "sysinfo")
        fields = list(_WIDE.unpack(content.raw))
        # In pages, as the kernel has it for 32-bit programs on a machine with more than they can count.
        unit = 4096 if call.narrow else 1
        for index in range(_TOTAL, 10):
            fields[index] = fields[index] * fields[_UNIT] // unit
        for index in (11, 12):
            fields[index] = 0  # high memory, of which there is none here
        fields[_TOTAL], fields[_FREE], fields[_UNIT] = self._memory // unit, self._memory // 2 // unit, unit
        call.write(call.arguments[0], _NARROW.pack(*fields) if call.narrow else _WIDE.pack(*fields))
        return 0


def _domain() -> str:
    with open("/proc/sys/kernel/domainname", encoding="utf-8", errors="replace") as file:
        return file.read().rstrip("\n")
