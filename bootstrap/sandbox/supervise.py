"""One running sandbox watched from outside: its log, its time, what it writes, whether it is wanted."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bootstrap.recipe.model import Limits
from bootstrap.sandbox.inside.terminal import MESSAGE as TERMINAL
from bootstrap.sandbox.usage import Usage, measure
from bootstrap.sandbox.wire import receive

_CHUNK = 1 << 16
_CANCEL_INTERVAL = 0.05
_FIRST_MEASURE = 0.5
# At most one part in so many of the time goes into measuring what a build has written.
_MEASURE_SHARE = 50


class LauncherDied(Exception):
    """The launcher process is gone, and every sandbox with it."""


@dataclass(slots=True, kw_only=True)
class Watched:
    """A sandbox from outside; `follow` returns when nothing of it is left.

    The descriptors stay the caller's; `log` and `stdout` are (pipe to read, file to write). With
    `Conditions.terminal`, what is written to the terminal goes to the log too.
    """

    status: socket.socket
    log: tuple[int, int]
    stdout: tuple[int, int] | None
    limits: Limits
    writable: tuple[str, ...]
    cancel: threading.Event | None
    on_output: Callable[[bytes], None] | None

    told: dict[str, Any] = field(default_factory=dict)
    """All that the launcher and process 1 told, in one dict."""
    limit: str | None = None
    cancelled: bool = False
    _pidfd: int | None = None
    _terminal: int | None = None
    _pipes: dict[int, int] = field(default_factory=dict)
    """The file to write, by what is read."""
    _poll: select.poll = field(default_factory=select.poll)
    _killed: bool = False
    _logged: int = 0

    def follow(self) -> None:
        """`LauncherDied` if the launcher goes away; whatever else is raised kills the sandbox first."""
        try:
            self._follow()
        except BaseException:
            self._kill()
            self._drain_status()
            raise
        finally:
            for descriptor in (self._pidfd, self._terminal):
                if descriptor is not None:
                    os.close(descriptor)

    def _follow(self) -> None:
        assert self.limits.time is not None
        pipes, poll = self._pipes, self._poll
        poll.register(self.status, select.POLLIN)
        for pipe, file in (self.log, *(() if self.stdout is None else (self.stdout,))):
            self._take_output(pipe, file)
        deadline = time.monotonic() + self.limits.time
        measure_due = time.monotonic() + _FIRST_MEASURE
        measuring: Iterator[Usage] | None = None
        measure_cost = 0.0
        while pipes or not self._is_over():
            now = time.monotonic()
            if now >= deadline:
                self._stop("time")
            if self.cancel is not None and not self._killed and self.cancel.is_set():
                self.cancelled = True
                self._kill()
            if measuring is None and now >= measure_due:
                measuring, measure_cost = measure(self.writable), 0.0
            if measuring is not None and not self._killed:
                measuring, cost = self._measure_on(measuring)
                measure_cost += cost
                measure_due = time.monotonic() + max(_FIRST_MEASURE, _MEASURE_SHARE * measure_cost)
            for descriptor, _ in poll.poll(self._patience(deadline, measure_due, measuring is not None)):
                if descriptor in pipes:
                    if not self._read_output(descriptor, pipes[descriptor]):
                        poll.unregister(descriptor)
                        del pipes[descriptor]
                elif not self._read_status():
                    if not self._is_over():
                        raise LauncherDied
                    poll.unregister(descriptor)
        # What was written since it was last looked at, by a quick build all of it.
        was_run = "clone" not in self.told and "setup" not in self.told
        if was_run and self.limit is None and not self.cancelled:
            for usage in measure(self.writable, at_rest=True):
                self.limit = self._passed(usage)
                if self.limit is not None:
                    break

    def _is_over(self) -> bool:
        return "ended" in self.told or "clone" in self.told

    def _patience(self, deadline: float, measure_due: float, is_measuring: bool) -> float | None:
        """Milliseconds until something has to be looked at."""
        if self._killed:
            return None
        if is_measuring:
            return 0
        until = min(deadline, measure_due) - time.monotonic()
        if self.cancel is not None:
            until = min(until, _CANCEL_INTERVAL)
        return max(0.0, until) * 1000 + 1

    def _measure_on(self, measuring: Iterator[Usage]) -> tuple[Iterator[Usage] | None, float]:
        start = time.monotonic()
        usage = next(measuring, None)
        cost = time.monotonic() - start
        if usage is None:
            return None, cost
        passed = self._passed(usage)
        if passed is not None:
            self._stop(passed)
            return None, cost
        return measuring, cost

    def _passed(self, usage: Usage) -> str | None:
        assert self.limits.output is not None
        assert self.limits.files is not None
        if usage.bytes > self.limits.output:
            return "output"
        return "files" if usage.files > self.limits.files else None

    def _take_output(self, pipe: int, file: int) -> None:
        self._pipes[pipe] = file
        self._poll.register(pipe, select.POLLIN)

    def _read_output(self, pipe: int, file: int) -> bool:
        try:
            chunk = os.read(pipe, _CHUNK)
        except OSError as error:
            if error.errno != 5:  # EIO: so a terminal says that nobody has it open any more
                raise
            chunk = b""
        if not chunk:
            return False
        assert self.limits.log is not None
        room = self.limits.log - self._logged
        if len(chunk) > room:
            self._stop("log")
            chunk = chunk[: max(room, 0)]
        self._logged += len(chunk)
        view = memoryview(chunk)
        while view:
            view = view[os.write(file, view) :]
        if chunk and self.on_output is not None and file == self.log[1]:
            self.on_output(chunk)
        return True

    def _read_status(self) -> bool:
        message, received = receive(self.status, 1 << 18, 1)
        if not message:
            return False
        if message == TERMINAL:
            [self._terminal] = received
            self._take_output(self._terminal, self.log[1])
            return True
        if received:
            self._pidfd = received[0]
            if self._killed:
                self._send_kill()
            return True
        self.told.update(json.loads(message))
        return True

    def _stop(self, limit: str) -> None:
        if not self._killed:
            self.limit = limit
            self._kill()

    def _kill(self) -> None:
        """Kill process 1, and so all of the sandbox; or do so as soon as it is known."""
        self._killed = True
        self._send_kill()

    def _send_kill(self) -> None:
        if self._pidfd is not None:
            try:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def _drain_status(self) -> None:
        while not self._is_over():
            try:
                if not self._read_status():
                    return
            except OSError:
                return
