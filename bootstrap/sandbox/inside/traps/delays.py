"""Another schedule: processes are held for a moment when they are born and when they start a program.

Whom a process waits for is not held longer than that makes a difference: as soon as nobody else in the
sandbox can go on, the one that would have been the next does.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Set
from hashlib import blake2b

_LONGEST = 20_000_000  # ns
_FULL = 1.0
"""Seconds that may be waited in all; delays get shorter in the measure in which more is waited, and end at"""
_SHORTEST = 1_000_000
"""so many ns: after some 20 seconds in all, however many programs a build starts."""
_FIRST_GLANCE, _LAST_GLANCE = 0.0002, 0.002
"""Seconds from a glance to the next, each time twice as long: most who start a process wait for it soon."""
_TOO_MANY = 32
"""Others at whom no glance is taken: with so many, somebody can go on."""

# arch/x86/entry/syscalls/syscall_64.tbl
_VFORKS = {56, 58, 435}
"""clone, vfork, clone3: states as of a disk that is waited for."""
_WAITS = {0, 1, 34, 61, 73, 130, 247}
"""read, write, pause, wait4, flock, rt_sigsuspend, waitid: for another process."""
_POLLS = {7: 2, 232: 3, 281: 3}
"""poll, epoll_wait, epoll_pwait, and which argument is how many milliseconds; -1 is for ever."""
_SELECTS = {23: 4, 202: 3, 270: 4, 271: 2}
"""select, futex, pselect6, ppoll, and which argument points to a time; null is for ever."""


class Delays:
    """Those that are held.

    `after` is the supervisor's, `known` gives the threads that are alive, `go_on` lets one of them go on.
    """

    def __init__(
        self,
        seed: int,
        after: Callable[[float, Callable[[], None]], None],
        known: Callable[[], Set[int]],
        go_on: Callable[[int], None],
    ) -> None:
        self._seed = seed
        self._after = after
        self._known = known
        self._go_on = go_on
        self._held: dict[int, float] = {}
        """Thread and when it is to go on, by time.monotonic()."""
        self._is_watched = False
        self._glance_after = _FIRST_GLANCE
        self._waited = 0.0
        """Seconds, where no glance made them shorter."""

    def hold(self, tid: int, name: bytes, occasion: bytes) -> None:
        """Let a stopped thread go on later, by a delay drawn from its name, the occasion and the seed."""
        longest = int(_LONGEST * _FULL / max(self._waited, _FULL))
        if longest < _SHORTEST:
            self._go_on(tid)
            return
        drawn = blake2b(b"%d %s" % (self._seed, occasion), key=name, digest_size=4).digest()
        seconds = int.from_bytes(drawn, "big") % longest / 1e9
        due = time.monotonic() + seconds
        self._held[tid] = due
        self._after(seconds, lambda: self._waited_for(tid, due, seconds))
        self._glance_after = _FIRST_GLANCE
        if not self._is_watched:
            self._is_watched = True
            self._watch()

    def ended(self, tid: int) -> None:
        """It was killed."""
        self._held.pop(tid, None)

    def _waited_for(self, tid: int, due: float, seconds: float) -> None:
        if self._held.get(tid) == due:
            self._waited += seconds
            self._release(tid)

    def _release(self, tid: int) -> None:
        del self._held[tid]
        self._go_on(tid)

    def _watch(self) -> None:
        self._after(self._glance_after, self._glance)
        self._glance_after = min(2 * self._glance_after, _LAST_GLANCE)

    def _glance(self) -> None:
        self._is_watched = bool(self._held)
        if not self._held:
            return
        others = self._known() - self._held.keys()
        if len(others) <= _TOO_MANY and not any(map(_can_go_on, others)):
            self._release(min(self._held, key=self._held.__getitem__))
            self._glance_after = _FIRST_GLANCE
        self._watch()


def _can_go_on(tid: int) -> bool:
    """Unless it has ended, or waits for what only another process can do."""
    try:
        with open(f"/proc/{tid}/stat", "rb") as file:
            state = file.read().rpartition(b") ")[2][:1]
        if state in b"ZXT":
            return False
        if state not in b"SD":
            return True
        with open(f"/proc/{tid}/syscall", "rb") as file:
            call, *arguments = (int(word, 0) for word in file.read().split())
    except (OSError, ValueError):
        return os.path.exists(f"/proc/{tid}")  # it is "running", or gone
    if state == b"D":
        return call not in _VFORKS
    if call in _POLLS:
        return arguments[_POLLS[call]] & 0xFFFFFFFF != 0xFFFFFFFF
    if call in _SELECTS:
        return arguments[_SELECTS[call]] != 0
    return call not in _WAITS | _VFORKS
