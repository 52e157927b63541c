"""Traps as process 1 uses them: programs under a supervisor, or as ever where the kernel gives none."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any

from bootstrap.sandbox.inside import commands, conditions
from bootstrap.sandbox.inside.traps.supervisor import Refused, Supervisor


class Supervised:
    """The traps of one sandbox; made while the host's files can be seen, begun with the first command.

    `traps` are the fields of `conditions.Traps`, bytes as text with a character for each; `build` is
    where the working directory is seen.
    """

    def __init__(self, traps: dict[str, Any], build: str) -> None:
        self._build = build
        seed = traps["random"]
        self._traps = {**traps, "random": None if seed is None else seed.encode("latin-1")}
        self._supervisor: Supervisor | None = None
        self._has_supervised = False
        self._refused: str | None = None

    def begin(self) -> None:
        """Set the clock, and tell the files that are there from those to come."""
        self._supervisor = Supervisor(self._traps, self._build)

    def spawn(
        self, program: str, argv: list[str], environment: dict[str, str], streams: commands.Streams
    ) -> int:
        """`commands.Spawn`; as ever once traps were refused."""
        pid = self._start(lambda supervisor: supervisor.spawn(program, argv, environment, streams))
        return commands.spawn(program, argv, environment, streams) if pid is None else pid

    def fork(self, run: Callable[[], None], streams: commands.Streams, kept: int) -> int:
        """`conditions.Start`; as ever once traps were refused."""
        pid = self._start(lambda supervisor: supervisor.fork(run, streams, kept))
        return conditions.fork(run, streams, kept) if pid is None else pid

    def _start(self, start: Callable[[Supervisor], int]) -> int | None:
        """None once traps were refused; whoever was started under them stays so, and then it is an error."""
        if self._supervisor is None:
            return None
        try:
            pid = start(self._supervisor)
        except Refused as refused:
            if self._has_supervised:
                raise OSError(errno.EAGAIN, f"traps were refused: {refused}") from None
            self._refused = str(refused)
            self._supervisor = None
            return None
        self._has_supervised = True
        return pid

    def has_started(self, pid: int) -> bool:
        """Whether `wait` is to wait for it."""
        return self._supervisor is not None and self._supervisor.has_started(pid)

    def wait(self, pid: int, every: float, look: Callable[[], None]) -> int:
        """`Supervisor.wait`"""
        assert self._supervisor is not None
        return self._supervisor.wait(pid, every, look)

    def told(self, file: int) -> dict[str, Any]:
        """What goes to the caller; who wrote which file is too much for a message: at the end of `file`."""
        told: dict[str, Any] = {}
        if self._refused is not None:
            told["refused"] = {"traps": self._refused}
        if self._supervisor is not None:
            told["traps"] = self._supervisor.told()
            writers = self._supervisor.writers()
            if writers is not None:
                end = os.fstat(file).st_size
                told["writers"] = [end, _append(file, writers, end)]
        return told


def _append(file: int, content: bytes, end: int) -> int:
    view = memoryview(content)
    while view:
        written = os.pwrite(file, view, end)
        view, end = view[written:], end + written
    return len(content)
