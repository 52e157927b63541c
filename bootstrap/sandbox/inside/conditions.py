"""Carries out `bootstrap.sandbox.conditions` in process 1, where they are more than another value.

Nothing of this is imported by a sandbox without conditions. What this kernel or host does not allow is
left out and told (`refused` of what is observed); the build goes on.
"""

from __future__ import annotations

import json
import os
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bootstrap.sandbox import mounts
from bootstrap.sandbox import syscalls as sys
from bootstrap.sandbox.inside import emulator, observe, terminal
from bootstrap.sandbox.inside.commands import Streams, describe

Start = Callable[[Callable[[], None], Streams, int], int]
"""Starts a child of process 1 that does something, as a command would be started, and ends; gives its pid.

Of its descriptors, the streams are there, as 0, 1 and 2, and the one that is given, under its number.
"""


def fork(action: Callable[[], None], streams: Streams, kept: int) -> int:
    """`Start` by fork(2)."""
    pid = os.fork()
    if pid == 0:
        try:
            for number, descriptor in enumerate(streams):
                os.dup2(descriptor, number)
            os.closerange(3, kept)
            os.closerange(kept + 1, 1 << 30)
            action()
        finally:
            os._exit(0)
    return pid


class Carried:
    """The conditions of one sandbox; each method belongs to a moment of its making, in this order."""

    def __init__(self, request: dict[str, Any]) -> None:
        self._request = request
        self._conditions = request["conditions"]
        self._terminal: int | None = None
        self._emulator: int | None = None
        self._absent: list[str] = []
        self._refused: dict[str, str] = {}

    def before_the_root(self) -> None:
        """With all rights, while /proc is the host's and can be written to."""
        shifts = {
            clock: (name, self._conditions[name] - int(time.clock_gettime(clock)))
            for name, clock in (("monotonic", 1), ("boot_time", 7))  # CLOCK_MONOTONIC, CLOCK_BOOTTIME
            if self._conditions[name] is not None
        }
        if shifts:
            with self._refusing(*(name for name, _ in shifts.values())):
                _shift_clocks({clock: seconds for clock, (_, seconds) in shifts.items()})
        if self._conditions["first_pid"] is not None:
            with self._refusing("first_pid"):
                # One is for whoever observes, and one for the last before that.
                _write("/proc/sys/kernel/ns_last_pid", b"%d" % (self._conditions["first_pid"] - 2))
        if self._conditions["processors"] is not None:
            with self._refusing("processors"):
                os.sched_setaffinity(0, os.sched_getaffinity(0) & set(self._conditions["processors"]))

    def within_the_root(self, status: int) -> None:
        """With all rights, while the new root can be written to; `status` is the socket to the caller."""
        if self._conditions["terminal"]:
            with self._refusing("terminal"):
                self._terminal = terminal.make(status)
        if self._conditions["emulator"] is not None:
            with self._refusing("emulator"):
                self._emulator = emulator.use(self._conditions["emulator"])
        for path, content in self._files():
            if os.path.exists(path):
                with self._refusing("files"):
                    mounts.Cover(path, content).execute()
            else:
                self._absent.append(path)

    def _files(self) -> Iterator[tuple[str, str]]:
        yield from self._conditions["files"]
        traps = self._conditions["traps"]
        if traps is not None and traps["random"] is not None:
            from bootstrap.sandbox.inside.random_files import random_files

            given = {path for path, _ in self._conditions["files"]}
            for path, content in random_files(traps["random"].encode("latin-1")):
                if path not in given:
                    yield path, content.decode("latin-1")

    def beneath_the_umask(self) -> None:
        """Once the root is as the build sees it."""
        for path, content in self._conditions["leftovers"]:
            with self._refusing("leftovers"):
                os.makedirs(os.path.dirname(path), exist_ok=True)
                _write(path, content.encode("latin-1"), os.O_CREAT | os.O_EXCL)

    def streams(self, streams: Streams) -> Streams:
        """Those of the commands: the terminal's, but for output that goes to a file of its own."""
        if self._terminal is None:
            return streams
        is_logged = os.path.samestat(os.fstat(streams.stdout), os.fstat(streams.stderr))
        stdout = self._terminal if is_logged else streams.stdout
        return Streams(self._terminal, stdout, self._terminal)

    def observe(
        self,
        environment: dict[str, str],
        streams: Streams,
        wait: Callable[[int], int],
        start: Start = fork,
    ) -> dict[str, Any]:
        """`Outcome.observed`, by a child that has all that a command gets."""
        try:
            answer = os.memfd_create("observed")
            wait(start(lambda: self._answer(answer, environment), streams, answer))
            seen = os.pread(answer, os.fstat(answer).st_size, 0)
            os.close(answer)
            told = json.loads(seen) if seen else {"unseen": "whoever observed came to no end"}
        except OSError as error:
            told = {"unseen": describe(error)}
        return {**told, "files_absent": self._absent, "refused": self._refused}

    def _answer(self, answer: int, environment: dict[str, str]) -> None:
        try:
            os.chdir(self._request["build"])
            seen = observe.observe(self._request, environment)
        except Exception:
            seen = {"unseen": traceback.format_exc()}
        os.pwrite(answer, json.dumps(seen).encode(), 0)

    @contextmanager
    def _refusing(self, *names: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            for name in names:
                earlier = self._refused.get(name)
                self._refused[name] = describe(error) if earlier is None else f"{earlier}; {describe(error)}"


def _shift_clocks(seconds: dict[int, int]) -> None:
    """time_namespaces(7), for this process and all that it will start.

    It enters the namespace itself: those whom posix_spawn(3) starts share its memory at first, and so its
    clocks, and before Linux 6.3 they kept them.
    """
    sys.unshare(sys.CLONE_NEWTIME)
    offsets = "".join(f"{clock} {offset} 0\n" for clock, offset in seconds.items())
    _write("/proc/self/timens_offsets", offsets.encode())
    namespace = os.open("/proc/self/ns/time_for_children", os.O_RDONLY | os.O_CLOEXEC)
    try:
        sys.setns(namespace, sys.CLONE_NEWTIME)
    finally:
        os.close(namespace)


def _write(path: str, content: bytes, flags: int = 0) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC | flags, 0o666)
    try:
        os.write(descriptor, content)
    except OSError as error:
        raise sys.CallFailed(error.errno or 0, "write", path) from None
    finally:
        os.close(descriptor)
