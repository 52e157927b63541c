"""Questions from the kernel about calls that wait for an answer, and the answers: seccomp_unotify(2)."""

from __future__ import annotations

import ctypes
import fcntl
import struct
from collections.abc import Callable
from typing import NamedTuple

from bootstrap.sandbox import syscalls as sys
from bootstrap.sandbox.inside.traps import memory
from bootstrap.sandbox.notify_filter import AUDIT_ARCH_I386, CALLS

SYS_seccomp = 317  # arch/x86/entry/syscalls/syscall_64.tbl

SECCOMP_SET_MODE_FILTER = 1  # include/uapi/linux/seccomp.h
SECCOMP_FILTER_FLAG_NEW_LISTENER = 1 << 3
SECCOMP_IOCTL_NOTIF_RECV = 0xC0502100
SECCOMP_IOCTL_NOTIF_SEND = 0xC0182101
SECCOMP_IOCTL_NOTIF_ID_VALID = 0x40082102
SECCOMP_IOCTL_NOTIF_SET_FLAGS = 0x40082104
SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP = 1
SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1

_QUESTION = struct.Struct("=QIIiIQ6Q")  # struct seccomp_notif
_ANSWER = struct.Struct("=QqiI")  # struct seccomp_notif_resp
_ID = struct.Struct("=Q")

_NAMES = {(width == 1, numbers[width]): name for name, numbers in CALLS.items() for width in (0, 1)}

_syscall = ctypes.PyDLL(None, use_errno=True).syscall
_syscall.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_long, ctypes.c_void_p)
_syscall.restype = ctypes.c_long


class _SockFprog(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_char_p))  # include/uapi/linux/filter.h


def install(program: bytes) -> int:
    """Set a filter for the calling process, and its children; gives the descriptor of its questions."""
    fprog = _SockFprog(len(program) // 8, program)
    flags = SECCOMP_FILTER_FLAG_NEW_LISTENER
    listener: int = _syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, ctypes.addressof(fprog))
    if listener < 0:
        raise sys.CallFailed(ctypes.get_errno(), "seccomp", "SECCOMP_FILTER_FLAG_NEW_LISTENER")
    return listener


class Call(NamedTuple):
    """A system call that waits for its answer."""

    listener: int
    id: int
    pid: int
    """The thread that called."""
    name: str
    narrow: bool
    """Made by a 32-bit program, whose structures differ."""
    arguments: tuple[int, int, int, int, int, int]

    def is_valid(self) -> bool:
        """Whether it still waits; if not, its process is gone, or was interrupted."""
        try:
            fcntl.ioctl(self.listener, SECCOMP_IOCTL_NOTIF_ID_VALID, _ID.pack(self.id))
        except OSError:
            return False
        return True

    def read(self, address: int, size: int) -> bytes:
        return memory.read(self.pid, address, size)

    def write(self, address: int, content: bytes) -> None:
        """`memory.write`; only if the process that called still is who it was."""
        if not self.is_valid():
            raise ProcessLookupError(3, "No such process")
        memory.write(self.pid, address, content)


Handler = Callable[[Call], int | None]


def prepare(listener: int) -> None:
    """Have questions wake us on the processor that they come from (Linux 6.6), which halves the time."""
    try:
        fcntl.ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP)
    except OSError:
        pass


def receive(listener: int) -> Call | None:
    """The next question; None if whoever asked was killed meanwhile."""
    question = bytearray(_QUESTION.size)
    try:
        fcntl.ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, question)
    except OSError:
        return None
    id, pid, _, number, arch, _, *_ = fields = _QUESTION.unpack(question)
    narrow = arch == AUDIT_ARCH_I386
    return Call(listener, id, pid, _NAMES[narrow, number], narrow, fields[6:])


def answer(call: Call, result: int | None) -> None:
    """None: the kernel carries the call out."""
    if result is None:
        response = _ANSWER.pack(call.id, 0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE)
    elif result < 0:
        response = _ANSWER.pack(call.id, 0, result, 0)
    else:
        response = _ANSWER.pack(call.id, result, 0, 0)
    try:
        fcntl.ioctl(call.listener, SECCOMP_IOCTL_NOTIF_SEND, response)
    except OSError:
        pass  # it was killed, or interrupted by a signal
