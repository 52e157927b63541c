"""Processes stopped for a moment when they are born and when they start a program: ptrace(2).

At execve(2) the vDSO is taken from what the new program is told (AT_SYSINFO_EHDR), so that it asks the
kernel for the time, and the sixteen bytes at AT_RANDOM are replaced. Every process gets a `Lineage`
that depends only on whose how-manieth child it is.
"""

from __future__ import annotations

import array
import ctypes
import os
from collections.abc import Callable
from hashlib import blake2b
from signal import SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU

from bootstrap.sandbox import syscalls as sys
from bootstrap.sandbox.inside.traps import memory
from bootstrap.sandbox.inside.traps.delays import Delays

PTRACE_CONT = 7  # include/uapi/linux/ptrace.h
PTRACE_GETREGS = 12  # arch/x86/include/uapi/asm/ptrace-abi.h
PTRACE_GETEVENTMSG = 0x4201
PTRACE_SEIZE = 0x4206
PTRACE_LISTEN = 0x4208
PTRACE_O_TRACEFORK = 1 << 1
PTRACE_O_TRACEVFORK = 1 << 2
PTRACE_O_TRACECLONE = 1 << 3
PTRACE_O_TRACEEXEC = 1 << 4
PTRACE_O_EXITKILL = 1 << 20
PTRACE_EVENT_FORK, PTRACE_EVENT_VFORK, PTRACE_EVENT_CLONE, PTRACE_EVENT_EXEC = 1, 2, 3, 4
PTRACE_EVENT_STOP = 128

_OPTIONS = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC
_OPTIONS |= PTRACE_O_EXITKILL

_STOPPING = (SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU)

_REGISTERS = ctypes.c_ulong * 27  # struct user_regs_struct, arch/x86/include/asm/user_64.h
_CS, _RSP = 17, 19
_USER32_CS = 0x23  # arch/x86/include/asm/segment.h

AT_NULL, AT_IGNORE = 0, 1  # include/uapi/linux/auxvec.h
AT_RANDOM = 25
AT_SYSINFO, AT_SYSINFO_EHDR = 32, 33  # arch/x86/include/uapi/asm/auxvec.h

_PATIENCE = 0.1  # seconds

_ptrace = ctypes.PyDLL(None, use_errno=True).ptrace
_ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
_ptrace.restype = ctypes.c_long

After = Callable[[float, Callable[[], None]], None]
"""Has something done when so many seconds have passed."""


def seize(pid: int) -> None:
    """Trace a process and all that it will start."""
    if _ptrace(PTRACE_SEIZE, pid, None, _OPTIONS):
        raise sys.CallFailed(ctypes.get_errno(), "ptrace", "PTRACE_SEIZE")


class Lineage:
    """A process among its kin; all its threads have one and the same."""

    __slots__ = ("children", "draws", "name", "programs")

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.children = 0
        self.programs = 0
        """How many it has been so far,"""
        self.draws = 0
        """and how often it was given random bytes."""

    def child(self) -> Lineage:
        self.children += 1
        return Lineage(blake2b(b"%d" % self.children, key=self.name, digest_size=16).digest())


class Tracer:
    """All processes of the sandbox that were started under it.

    `after` is the supervisor's; `at_random` gives the bytes for AT_RANDOM, `delays` the seed of delays.
    """

    def __init__(
        self, after: After, at_random: Callable[[Lineage], bytes] | None, delays: int | None
    ) -> None:
        self.programs = 0
        self.hidden = 0
        """Programs started, and of how many the vDSO could be hidden."""
        self._after = after
        self._at_random = at_random
        self._ancestor = Lineage(b"sandbox")
        self._lineages: dict[int, Lineage] = {}
        self._waiting: set[int] = set()
        """Those that stopped at birth, before it was known whose child they are,"""
        self._announced: set[int] = set()
        """and those of whom that is known, and who have not stopped yet."""
        self._delays = None if delays is None else Delays(delays, after, self._lineages.keys, _go_on)

    def adopt(self, pid: int) -> None:
        """`seize`, for a child of ours."""
        seize(pid)
        self._lineages[pid] = self._ancestor.child()

    def lineage(self, tid: int) -> Lineage:
        """Of the process that this thread belongs to."""
        lineage = self._lineages.get(tid)
        return self._ancestor if lineage is None else lineage

    def ended(self, tid: int) -> None:
        """It was waited for and is gone."""
        self._lineages.pop(tid, None)
        self._waiting.discard(tid)
        self._announced.discard(tid)
        if self._delays is not None:
            self._delays.ended(tid)

    def stopped(self, tid: int, status: int) -> None:
        """Have a process go on that stopped with this wait status."""
        number, event = status >> 8 & 0xFF, status >> 16
        if event == PTRACE_EVENT_STOP:
            if number in _STOPPING:
                # Stopped as by a shell: until SIGCONT, which ends in another stop.
                _ptrace(PTRACE_LISTEN, tid, None, None)
            elif tid in self._announced:
                self._announced.discard(tid)
                self._begin(tid)
            elif tid in self._lineages:
                _go_on(tid)
            else:
                self._waiting.add(tid)
                self._after(_PATIENCE, lambda: self._give_up_waiting(tid))
        elif event in (PTRACE_EVENT_FORK, PTRACE_EVENT_VFORK, PTRACE_EVENT_CLONE):
            self._announce(tid, event)
            _go_on(tid)
        elif event == PTRACE_EVENT_EXEC:
            self._start_program(tid)
            self._go_on_later(tid, b"program %d" % self.lineage(tid).programs)
        else:
            _go_on(tid, 0 if event else number)

    def _announce(self, parent: int, event: int) -> None:
        new = _event_message(parent)
        if new is None:
            return  # killed at this moment
        lineage = self.lineage(parent)
        is_thread = event == PTRACE_EVENT_CLONE and os.path.exists(f"/proc/{parent}/task/{new}")
        self._lineages[new] = lineage if is_thread else lineage.child()
        if new in self._waiting:
            self._waiting.discard(new)
            self._begin(new)
        else:
            self._announced.add(new)

    def _begin(self, tid: int) -> None:
        self._go_on_later(tid, b"birth")

    def _give_up_waiting(self, tid: int) -> None:
        # Whoever started it was killed before it could say so.
        if tid in self._waiting:
            self._waiting.discard(tid)
            self._lineages[tid] = self._ancestor.child()
            self._begin(tid)

    def _go_on_later(self, tid: int, occasion: bytes) -> None:
        if self._delays is None:
            _go_on(tid)
        else:
            self._delays.hold(tid, self.lineage(tid).name, occasion)

    def _start_program(self, tid: int) -> None:
        self.programs += 1
        former = _event_message(tid)
        if former is not None and former != tid:
            # The other threads are gone, and the one that called has taken the first one's number.
            lineage = self._lineages.pop(former, None)
            if lineage is not None:
                self._lineages[tid] = lineage
        lineage = self.lineage(tid)
        lineage.programs += 1
        try:
            self._mend_auxiliary_vector(tid, lineage)
        except (OSError, memory.Fault):
            return  # a program that its user may not read, or that was killed
        self.hidden += 1

    def _mend_auxiliary_vector(self, tid: int, lineage: Lineage) -> None:
        registers = _REGISTERS()
        if _ptrace(PTRACE_GETREGS, tid, None, ctypes.addressof(registers)):
            raise ProcessLookupError(3, "No such process")
        narrow = registers[_CS] == _USER32_CS
        place, words = _auxiliary_vector(tid, registers[_RSP], "I" if narrow else "Q")
        for index in range(0, len(words) - 1, 2):
            if words[index] in (AT_SYSINFO, AT_SYSINFO_EHDR):
                ignored = AT_IGNORE.to_bytes(words.itemsize, "little")
                memory.write(tid, place + index * words.itemsize, ignored)
            elif words[index] == AT_RANDOM and self._at_random is not None:
                memory.write(tid, words[index + 1], self._at_random(lineage))


def _auxiliary_vector(tid: int, stack: int, word: str) -> tuple[int, array.array[int]]:
    """Where it begins, and all of it: above argc, argv and envp, the last two with a null at their ends."""
    width = array.array(word).itemsize
    argc = int.from_bytes(memory.read(tid, stack, width), "little")
    place = stack + (argc + 2) * width
    size = 4096
    while True:
        content = memory.read_some(tid, place, size)
        words = array.array(word, content[: len(content) - len(content) % width])
        try:
            start = end = words.index(0) + 1
            while words[end] != AT_NULL:
                end += 2
            return place + start * width, words[start:end]
        except (ValueError, IndexError):
            if size >= memory.LARGEST or len(content) < size:
                raise OSError(7, "Argument list too long") from None
            size *= 4


def _event_message(tid: int) -> int | None:
    message = ctypes.c_ulong()
    if _ptrace(PTRACE_GETEVENTMSG, tid, None, ctypes.addressof(message)):
        return None
    return message.value


def _go_on(tid: int, signal: int = 0) -> None:
    _ptrace(PTRACE_CONT, tid, None, signal)  # fails if it was killed
