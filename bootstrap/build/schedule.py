"""Which job next: longest way to the end first, within the cores and the memory there are.

A schedule knows jobs only by their keys: no clock, thread or process. `carry_out` asks it what may
start now and tells it what has ended.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

UNKNOWN_SECONDS = 5.0
"""How long a job without history is thought to take."""

UNKNOWN_MEMORY = 256 << 20
"""Bytes that a job without history is thought to need."""

UNKNOWN_CHECK_SECONDS = 0.5
"""How long a check without history is thought to take."""

_TRIFLE = 5
"""A job that takes a fifth of another's time does not keep cores from it."""

RESERVE = 256 << 20
"""Bytes of memory left to the rest of the machine when another job is started beside others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Generic[K]):
    """A node of the graph: what must end before, how long it takes, what it may use."""

    key: K
    after: frozenset[K] = frozenset()
    seconds: float = UNKNOWN_SECONDS
    memory: int = UNKNOWN_MEMORY
    cores: int = 1
    """The most cores it can make use of; 0: all there are."""


@dataclass(frozen=True, slots=True)
class Start(Generic[K]):
    """A job may start, on so many cores."""

    key: K
    cores: int


class Schedule(Generic[K]):
    """The jobs of a plan and how far they are. A key in `after` that is no job counts as ended."""

    def __init__(self, jobs: Iterable[Job[K]], *, cores: int) -> None:
        self._jobs = {job.key: job for job in jobs}
        self._cores = cores
        self._users: dict[K, list[K]] = {key: [] for key in self._jobs}
        self._open: dict[K, int] = {}
        for job in self._jobs.values():
            needed = [key for key in job.after if key in self._jobs]
            self._open[job.key] = len(needed)
            for key in needed:
                self._users[key].append(job.key)
        self._way = self._ways()
        self._ready = [key for key, count in self._open.items() if count == 0]
        self._running: dict[K, int] = {}
        self._left_out: set[K] = set()

    def _ways(self) -> dict[K, float]:
        """Seconds from a job's start to the end of the longest chain that waits for it."""
        way: dict[K, float] = {}
        for key in reversed(self._sorted()):
            after = max((way[user] for user in self._users[key]), default=0.0)
            way[key] = self._jobs[key].seconds + after
        return way

    def _sorted(self) -> list[K]:
        open_ = dict(self._open)
        order = [key for key, count in open_.items() if count == 0]
        for key in order:
            for user in self._users[key]:
                open_[user] -= 1
                if open_[user] == 0:
                    order.append(user)
        if len(order) != len(self._jobs):
            raise ValueError("the jobs wait for each other in a circle")
        return order

    def start(self, *, memory: int) -> list[Start[K]]:
        """The jobs to start now, `memory` bytes being available; they count as running from here.

        A job is started although memory is short if nothing else runs: it may well do with less.
        """
        started: list[Start[K]] = []
        self._ready.sort(key=lambda key: -self._way[key])
        for key in list(self._ready):
            free = self._cores - sum(self._running.values())
            if free <= 0:
                break
            job = self._jobs[key]
            if self._running and memory - job.memory < RESERVE:
                continue
            most = job.cores or self._cores
            # What is quickly done can wait; what takes as long wants its share.
            rivals = sum(self._jobs[other].seconds * _TRIFLE >= job.seconds for other in self._ready)
            share = max(1, min(most, free // max(1, rivals)))
            self._ready.remove(key)
            self._running[key] = share
            memory -= job.memory
            started.append(Start(key, share))
        return started

    def end(self, key: K, *, good: bool) -> list[K]:
        """A running job has ended; returns the jobs that can never start because it did not give."""
        del self._running[key]
        if good:
            for user in self._users[key]:
                self._open[user] -= 1
                if self._open[user] == 0 and user not in self._left_out:
                    self._ready.append(user)
            return []
        lost: list[K] = []
        behind = list(self._users[key])
        while behind:
            user = behind.pop()
            if user not in self._left_out:
                self._left_out.add(user)
                lost.append(user)
                behind.extend(self._users[user])
        return lost

    def stop(self) -> list[K]:
        """Start nothing more; what runs may end. Returns the jobs that could have come."""
        lost = [key for key, count in self._open.items() if count > 0 and key not in self._left_out]
        lost += self._ready
        self._left_out.update(lost)
        self._ready.clear()
        return lost

    @property
    def running(self) -> int:
        """Jobs that run now."""
        return len(self._running)
