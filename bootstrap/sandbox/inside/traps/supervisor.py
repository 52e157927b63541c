"""What process 1 does while a command runs under traps: answers calls, and looks after processes.

It is one thread that never waits for a process: for questions, for children and for what is due, all at
once. If it dies, the kernel kills all of the sandbox with it.
"""

from __future__ import annotations

import gc
import heapq
import os
import select
import signal
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from errno import EFAULT
from typing import Any, NoReturn

from bootstrap.sandbox import notify_filter
from bootstrap.sandbox import syscalls as sys
from bootstrap.sandbox.inside import commands
from bootstrap.sandbox.inside.traps import listener, memory, randomness
from bootstrap.sandbox.inside.traps.clock import Clock
from bootstrap.sandbox.inside.traps.directories import Directories
from bootstrap.sandbox.inside.traps.file_status import FileStatus, Inodes
from bootstrap.sandbox.inside.traps.machine import Machine
from bootstrap.sandbox.inside.traps.tracing import Lineage, Tracer
from bootstrap.sandbox.inside.traps.writers import Writers
from bootstrap.sandbox.wire import receive

__WALL = 0x40000000  # include/uapi/linux/wait.h

_SHORT = 0.01
"""Seconds below which select(2) waits for what poll(2) tells of, as that waits for whole milliseconds."""

_ERRNO = struct.Struct("=i")
_SIGINFO = 128  # bytes of struct signalfd_siginfo, include/uapi/linux/signalfd.h


class Refused(Exception):
    """The kernel does not give what traps need."""


class Supervisor:
    """Starts programs under traps and waits for them; the clock is set when it is made.

    `traps` are the fields of `conditions.Traps`.
    """

    def __init__(self, traps: dict[str, Any], build: str) -> None:
        self._filter = notify_filter.assemble(traps)
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._planned = 0
        self._calls: Counter[str] = Counter()
        self._let_be: Counter[str] = Counter()
        self._children: dict[int, int | None] = {}
        self._signals = sys.signalfd({signal.SIGCHLD})
        self._poll = select.poll()
        self._polled: set[int] = set()
        self._register(self._signals)
        self._tracer = Tracer(self._after, _at_random(traps), traps["delays"])
        self._is_traced = notify_filter.is_traced(traps)
        self._writers = Writers() if traps["writers"] else None
        self._clock = Clock(**traps["clock"]) if traps["clock"] is not None else None
        self._handlers = self._all_handlers(traps, build)
        # The launcher process has no garbage; a day of answers may.
        gc.freeze()
        gc.enable()

    def _all_handlers(self, traps: dict[str, Any], build: str) -> dict[str, listener.Handler]:
        handlers = Machine(traps).handlers()
        if self._clock is not None:
            handlers |= self._clock.handlers()
        if traps["random"] is not None:
            handlers |= randomness.Randomness(traps["random"], self._tracer).handlers()
        inodes = None if traps["inodes"] is None else Inodes(traps["inodes"], build)
        if traps["directories"] is not None:
            handlers |= Directories(traps["directories"], inodes).handlers()
        if traps["file_times"] is not None or inodes is not None:
            handlers |= FileStatus(traps["file_times"], inodes).handlers()
        if self._writers is not None:
            handlers |= self._writers.handlers()
        return handlers

    def told(self) -> dict[str, Any]:
        """What was done so far: programs started, of how many the vDSO was hidden, calls answered, and
        those left to the kernel because it could not be told what they mean (mostly to fail)."""
        return {
            "execs": self._tracer.programs,
            "vdso_hidden": self._tracer.hidden,
            "calls": dict(sorted(self._calls.items())),
            "let_be": dict(sorted(self._let_be.items())),
        }

    def writers(self) -> bytes | None:
        """`Writers.packed`, if it was asked for."""
        return None if self._writers is None else self._writers.packed()

    def spawn(
        self, program: str, argv: list[str], environment: dict[str, str], streams: commands.Streams
    ) -> int:
        """`commands.Spawn`, under traps.

        OSError if it cannot be run, `Refused` if it cannot be run so.
        """
        return self._start(lambda: _exec(program, argv, environment, streams), streams)

    def fork(self, run: Callable[[], None], streams: commands.Streams, kept: int) -> int:
        """A copy of this process under traps, with the streams and one more descriptor; it ends after `run`.

        It has started no program: what it learns from the vDSO is the kernel's. `Refused` as for `spawn`.
        """

        def act() -> None:
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
            run()

        return self._start(act, (*streams, kept), has_program=False)

    def _start(self, run: Callable[[], None], kept: Iterable[int], *, has_program: bool = True) -> int:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            with theirs:
                pid = sys.clone(0)
                if pid == 0:
                    _become(run, kept, theirs, self._filter, has_program)
            self._children[pid] = None
            message, received = self._hear(ours)
            try:
                self._try(pid, message, received)
            except OSError as error:
                for descriptor in received:
                    os.close(descriptor)
                if self._children[pid] is None:
                    os.kill(pid, signal.SIGKILL)
                self.wait(pid)
                raise Refused(str(error)) from None
            listener.prepare(received[0])
            self._register(received[0])
            ours.send(b"go")
            message, _ = self._hear(ours)
        if message:
            self.wait(pid)
            raise OSError(_ERRNO.unpack(message)[0], "")
        return pid

    def _try(self, pid: int, message: bytes, received: list[int]) -> None:
        """OSError unless all that will be asked of the kernel is given."""
        if not received:
            raise OSError(message.decode() or "the program was killed before it started")
        if _kernel() < (5, 6):
            # SECCOMP_USER_NOTIF_FLAG_CONTINUE came with 5.5, pidfd_getfd(2) with 5.6.
            raise OSError("Linux 5.6 or later is needed")
        if not memory.is_open(pid):
            raise OSError("process_vm_readv: the memory of other processes cannot be read")
        if self._is_traced:
            self._tracer.adopt(pid)

    def has_started(self, pid: int) -> bool:
        """Whether it has, and was not waited for yet."""
        return pid in self._children

    def wait(self, pid: int, every: float = 1.0, look: Callable[[], None] = lambda: None) -> int:
        """The wait status of a program that was started; meanwhile `look` is called every so many seconds."""
        due = time.monotonic() + every
        while True:
            status = self._children[pid]
            if status is not None:
                del self._children[pid]
                return status
            now = time.monotonic()
            if now >= due:
                look()
                due = now + every
            self._turn(due - now)

    def _hear(self, ours: socket.socket) -> tuple[bytes, list[int]]:
        """The next message; other processes are looked after until it comes."""
        self._register(ours.fileno())
        try:
            while not self._turn(1.0, until=ours.fileno()):
                pass
        finally:
            self._unregister(ours.fileno())
        return receive(ours, 4096, 1)

    def _after(self, seconds: float, action: Callable[[], None]) -> None:
        self._planned += 1
        heapq.heappush(self._due, (time.monotonic() + seconds, self._planned, action))

    def _register(self, descriptor: int) -> None:
        self._poll.register(descriptor, select.POLLIN)
        self._polled.add(descriptor)

    def _unregister(self, descriptor: int) -> None:
        self._poll.unregister(descriptor)
        self._polled.remove(descriptor)

    def _turn(self, seconds: float, until: int = -1) -> bool:
        """Do what there is to do, and wait for it at most so long; whether `until` can be read."""
        if self._due:
            seconds = min(seconds, self._due[0][0] - time.monotonic())
        if 0 < seconds < _SHORT:
            select.select([*self._polled], (), (), seconds)
            seconds = 0
        found = False
        for descriptor, event in self._poll.poll(max(seconds, 0) * 1000):
            if descriptor == self._signals:
                self._look_after_children()
            elif descriptor == until:
                found = True
            elif event & select.POLLIN:
                self._answer(descriptor)
            else:
                # No process is left under that filter.
                self._unregister(descriptor)
                os.close(descriptor)
        while self._due and self._due[0][0] <= time.monotonic():
            heapq.heappop(self._due)[2]()
        return found

    def _answer(self, descriptor: int) -> None:
        call = listener.receive(descriptor)
        if call is None:
            return
        try:
            result = self._handlers[call.name](call)
        except memory.Fault:
            result = -EFAULT
        except (OSError, MemoryError):
            self._let_be[call.name] += 1
            result = None
        if result is not None:
            self._calls[call.name] += 1
        listener.answer(call, result)

    def _look_after_children(self) -> None:
        os.read(self._signals, _SIGINFO)
        for pid, status in _changed():
            if os.WIFSTOPPED(status):
                self._tracer.stopped(pid, status)
                continue
            self._tracer.ended(pid)
            if self._clock is not None:
                self._clock.ended(pid)
            if pid in self._children:
                self._children[pid] = status


def _kernel() -> tuple[int, int]:
    major, minor = os.uname().release.split(".")[:2]
    return int(major), int("".join(digit for digit in minor if digit.isdigit()) or 0)


def _changed() -> Iterator[tuple[int, int]]:
    """Processes that ended or stopped since, whoever's children, with their wait status."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG | __WALL)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, status


def _at_random(traps: dict[str, Any]) -> Callable[[Lineage], bytes] | None:
    seed = traps["random"]
    return None if seed is None else lambda lineage: randomness.at_random(seed, lineage)


def _become(
    run: Callable[[], None], kept: Iterable[int], theirs: socket.socket, filter: bytes, has_program: bool
) -> NoReturn:
    """In the child: `run`, once the supervisor is ready for it."""
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, range(1, 65))
        # Before others can look into it: nothing of process 1 but what it needs.
        ends = sorted({0, 1, 2, theirs.fileno(), *kept})
        for low, high in zip(ends, [*ends[1:], 1 << 30], strict=True):
            os.closerange(low + 1, high)
        try:
            sys.prctl(sys.PR_SET_DUMPABLE, 1, name="PR_SET_DUMPABLE")
            questions = listener.install(filter)
        except sys.CallFailed as error:
            theirs.send(str(error).encode())
            os._exit(127)
        # The listener is close-on-exec, and calls that nobody listens to fail: only then it may start.
        socket.send_fds(theirs, [b"listen"], [questions])
        os.close(questions)
        theirs.recv(2)
        if has_program:
            sys.prctl(sys.PR_SET_DUMPABLE, 0, name="PR_SET_DUMPABLE")
        else:
            theirs.close()
        run()
        os._exit(0)
    except OSError as error:
        theirs.send(_ERRNO.pack(error.errno or 0))
    finally:
        os._exit(127)


def _exec(program: str, argv: list[str], environment: dict[str, str], streams: commands.Streams) -> None:
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    for number in commands.SETTABLE_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    for number in (32, 33):
        sys.ignore_signal(number)  # as posix_spawn(3) has it
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.execve(program, argv, environment)
