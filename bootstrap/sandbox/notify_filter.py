"""The filter that asks the sandbox's supervisor about a call, as bytes for seccomp(2).

It stands beside the contract's own filter (`seccomp`), whose refusals win over a question, and asks
only about the calls that some trap answers, and of those only where the arguments matter. Everything
else runs at native speed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from typing import Any

from bootstrap.sandbox.seccomp import (
    AUDIT_ARCH_X86_64,
    BPF_ALU_AND_K,
    BPF_JMP_JA,
    BPF_JMP_JEQ_K,
    BPF_JMP_JSET_K,
    BPF_LD_W_ABS,
    BPF_RET_K,
    SECCOMP_RET_ALLOW,
    Block,
    Instruction,
)

AUDIT_ARCH_I386 = 0x40000003  # include/uapi/linux/audit.h
SECCOMP_RET_USER_NOTIF = 0x7FC00000  # include/uapi/linux/seccomp.h

O_CREAT, O_TRUNC = 0o100, 0o1000  # include/uapi/asm-generic/fcntl.h

FUTEX_WAIT, FUTEX_LOCK_PI, FUTEX_WAIT_BITSET = 0, 6, 9  # include/uapi/linux/futex.h
FUTEX_WAIT_REQUEUE_PI, FUTEX_LOCK_PI2 = 11, 13
FUTEX_CLOCK_REALTIME = 256
FUTEX_CMD_MASK = 0x7F

TIMER_ABSTIME = 1  # include/uapi/linux/time.h

REALTIME_CLOCKS = (0, 5, 8, 11)  # CLOCK_REALTIME, _COARSE, _ALARM, CLOCK_TAI: include/uapi/linux/time.h
MONOTONIC_CLOCKS = (1, 4, 6, 7, 9)  # CLOCK_MONOTONIC, _RAW, _COARSE, CLOCK_BOOTTIME, _ALARM

_LOOKS = ["clock_gettime", "clock_gettime64", "gettimeofday", "time"]
_DEADLINES = ["futex", "futex_time64", "clock_nanosleep", "clock_nanosleep_time64"]
_DEADLINES += ["timerfd_settime", "timerfd_settime64", "timer_settime", "timer_settime64"]
_WAITS = ["nanosleep", "poll", "ppoll", "ppoll_time64", "select", "pselect6", "pselect6_time64"]
_WAITS += ["epoll_wait", "epoll_pwait", "epoll_pwait2"]

# Numbers: arch/x86/entry/syscalls/syscall_64.tbl, syscall_32.tbl; -1: there is no such call.
CALLS = {
    "clock_gettime": (228, 265),
    "clock_gettime64": (-1, 403),
    "clock_nanosleep": (230, 267),
    "clock_nanosleep_time64": (-1, 407),
    "creat": (85, 8),
    "epoll_pwait": (281, 319),
    "epoll_pwait2": (441, 441),
    "epoll_wait": (232, 256),
    "fstat": (5, 108),
    "fstat64": (-1, 197),
    "fstatat64": (-1, 300),
    "futex": (202, 240),
    "futex_time64": (-1, 422),
    "getdents": (78, 141),
    "getdents64": (217, 220),
    "getrandom": (318, 355),
    "gettimeofday": (96, 78),
    "link": (86, 9),
    "linkat": (265, 303),
    "lstat": (6, 107),
    "lstat64": (-1, 196),
    "nanosleep": (35, 162),
    "newfstatat": (262, -1),
    "open": (2, 5),
    "openat": (257, 295),
    "poll": (7, 168),
    "ppoll": (271, 309),
    "ppoll_time64": (-1, 414),
    "pselect6": (270, 308),
    "pselect6_time64": (-1, 413),
    "rename": (82, 38),
    "renameat": (264, 302),
    "renameat2": (316, 353),
    "sched_getaffinity": (204, 242),
    "select": (23, 142),
    "stat": (4, 106),
    "stat64": (-1, 195),
    "statx": (332, 383),
    "symlink": (88, 83),
    "symlinkat": (266, 304),
    "sysinfo": (99, 116),
    "time": (201, 13),
    "timer_settime": (223, 260),
    "timer_settime64": (-1, 409),
    "timerfd_settime": (286, 325),
    "timerfd_settime64": (-1, 411),
    "uname": (63, 122),
}

_NR, _ARCH = 0, 4  # offsets into struct seccomp_data

_ALLOW = [Instruction(BPF_RET_K, 0, 0, SECCOMP_RET_ALLOW)]
_ASK = [Instruction(BPF_RET_K, 0, 0, SECCOMP_RET_USER_NOTIF)]


def trapped(traps: Mapping[str, Any]) -> list[str]:
    """The calls that are asked about, sorted; `traps` are the fields of `conditions.Traps`."""
    names: set[str] = set()
    if traps["clock"] is not None:
        names.update(_LOOKS, _DEADLINES)
        if not traps["clock"]["runs"]:
            names.update(_WAITS)
    if traps["random"] is not None:
        names.add("getrandom")
    if traps["directories"] is not None:
        names.update(("getdents", "getdents64"))
    if traps["release"] is not None or traps["kernel_version"] is not None:
        names.add("uname")
    if traps["processors"] is not None:
        names.add("sched_getaffinity")
    if traps["memory"] is not None:
        names.add("sysinfo")
    if traps["file_times"] is not None or traps["inodes"] is not None:
        names.update(("stat", "lstat", "fstat", "newfstatat", "statx"))
        names.update(("stat64", "lstat64", "fstat64", "fstatat64"))
    if traps["writers"]:
        names.update(("creat", "open", "openat", "rename", "renameat", "renameat2"))
        names.update(("link", "linkat", "symlink", "symlinkat"))
    return sorted(names)


def is_traced(traps: Mapping[str, Any]) -> bool:
    """Whether programs are stopped at each execve(2): the vDSO tells the time, and gives random bytes,
    without a call."""
    return traps["clock"] is not None or traps["random"] is not None or traps["delays"] is not None


def instructions(traps: Mapping[str, Any]) -> Block:
    """The whole filter."""
    names = trapped(traps)
    frozen = traps["clock"] is not None and not traps["clock"]["runs"]
    sections = [_section([(CALLS[name][width], _block(name, frozen)) for name in names]) for width in (0, 1)]
    return [
        Instruction(BPF_LD_W_ABS, 0, 0, _ARCH),
        Instruction(BPF_JMP_JEQ_K, 0, 1, AUDIT_ARCH_X86_64),
        Instruction(BPF_JMP_JA, 0, 0, 3),
        Instruction(BPF_JMP_JEQ_K, 1, 0, AUDIT_ARCH_I386),
        *_ALLOW,
        Instruction(BPF_JMP_JA, 0, 0, len(sections[0])),
        *sections[0],
        *sections[1],
    ]


def _section(blocks: Iterable[tuple[int, Block]]) -> Block:
    """For one architecture: each call's number, and what is done with it."""
    section = [Instruction(BPF_LD_W_ABS, 0, 0, _NR)]
    for number, block in blocks:
        if number >= 0:
            section += [Instruction(BPF_JMP_JEQ_K, 0, len(block), number), *block]
    return section + _ALLOW


def _block(name: str, frozen: bool) -> Block:
    if name in ("clock_gettime", "clock_gettime64"):
        return _values(0, [*REALTIME_CLOCKS, *(MONOTONIC_CLOCKS if frozen else ())])
    if name.startswith("futex"):
        return _futex(frozen)
    if name.startswith("clock_nanosleep") and not frozen:
        return _bits(1, TIMER_ABSTIME)
    if name.startswith(("timerfd_settime", "timer_settime")):
        return _bits(1, TIMER_ABSTIME)
    if name in ("open", "openat"):
        return _bits(1 if name == "open" else 2, O_CREAT | O_TRUNC)
    return _ASK


def _argument(index: int, half: int = 0) -> Instruction:
    return Instruction(BPF_LD_W_ABS, 0, 0, 16 + 8 * index + 4 * half)


def _values(argument: int, values: Iterable[int]) -> Block:
    return [_argument(argument), *_loaded(values)]


def _loaded(values: Iterable[int]) -> Block:
    block: Block = []
    for value in values:
        block += [Instruction(BPF_JMP_JEQ_K, 0, 1, value), *_ASK]
    return block + _ALLOW


def _bits(argument: int, bits: int) -> Block:
    return [_argument(argument), Instruction(BPF_JMP_JSET_K, 0, 1, bits), *_ASK, *_ALLOW]


def _futex(frozen: bool) -> Block:
    """Those that wait until a time: with a timeout, and by a clock that is not the kernel's."""
    commands = [FUTEX_WAIT_BITSET, FUTEX_LOCK_PI, FUTEX_WAIT_REQUEUE_PI, FUTEX_LOCK_PI2]
    if frozen:
        commands.append(FUTEX_WAIT)
    return [
        _argument(3),
        Instruction(BPF_JMP_JEQ_K, 0, 3, 0),
        _argument(3, half=1),
        Instruction(BPF_JMP_JEQ_K, 0, 1, 0),
        *_ALLOW,
        _argument(1),
        Instruction(BPF_ALU_AND_K, 0, 0, FUTEX_CMD_MASK),
        *_loaded(commands),
    ]


def assemble(traps: Mapping[str, Any]) -> bytes:
    """The whole filter as an array of struct sock_filter."""
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions(traps))
