"""What is in use now, and when each store path was last used.

A store path owns one byte of the file ``in-use`` (by the digits of its hash; the file itself stays
empty). Whoever uses the path, and all that it refers to, holds a shared lock on that byte; whoever
removes it an exclusive one. A user first takes the lock, then looks whether the path is
registered; a collector forgets a path only while it holds the lock. So what a user has found is
there for as long as it holds the lock, and nobody ever asks anybody.

The locks are those of open files (F_OFD_SETLK of fcntl(2)): the kernel lets go of them when the last
process that has the file open ends, so a program that was started with it open goes on holding
them, and so do its children. One descriptor holds any number of locks, for which reading suffices.

The last use is the time of an empty file, ``uses/<hash>-<name>``. Where nobody may write, it is not
noted.
"""

from __future__ import annotations

import bisect
import fcntl
import os
import struct
import threading
import time
from collections.abc import Iterable

from bootstrap.digest import BASE32_ALPHABET
from bootstrap.store.layout import Layout
from bootstrap.store.trouble import system_error
from bootstrap.storepath import StorePath

_FLOCK = struct.Struct("hhqqi0q")
"""struct flock of fcntl(2) on 64-bit Linux: type, whence, start, length, pid."""
_DIGITS = 12
"""Of a hash, five bits each: its byte is one of 2^60."""
_VALUES = bytes.maketrans(BASE32_ALPHABET, b"0123456789abcdefghijklmnopqrstuv")
_OUT_OF_THE_WAY = 200
"""Descriptors from here on are seldom named by programs or shells."""


class Uses:
    """Locks on store paths, held until `close`; used by many threads."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._fd = -1
        self._held: set[StorePath] = set()
        self._guard = threading.Lock()

    def hold(self, paths: Iterable[StorePath], *, wait: bool = True) -> bool:
        """Takes shared locks; False if a collector has one of the paths just now and `wait` is not
        wanted. In a home that may not be written to and where nobody ever held one, there is no
        lock to be had, and no collector either. StoreError as the system refuses."""
        wanted = [path for path in paths if path not in self._held]
        try:
            if not wanted or not self._open(os.O_RDONLY):
                return True
            command = fcntl.F_OFD_SETLKW if wait else fcntl.F_OFD_SETLK
            for path in wanted:
                if not _lock(self._fd, command, fcntl.F_RDLCK, _byte(path.hash)):
                    return False
                self._held.add(path)
        except OSError as error:
            raise system_error("lock what is used", error) from error
        return True

    def claim(self, path: StorePath) -> bool:
        """Takes an exclusive lock without waiting; False if somebody uses the path. OSError as the
        system refuses. To be used by collectors only, whose locks end with `release`."""
        self._open(os.O_RDWR)
        return _lock(self._fd, fcntl.F_OFD_SETLK, fcntl.F_WRLCK, _byte(path.hash))

    def release(self) -> None:
        """Gives up all claims."""
        fcntl.fcntl(self._fd, fcntl.F_OFD_SETLK, _FLOCK.pack(fcntl.F_UNLCK, os.SEEK_SET, 0, 0, 0))

    def held(self) -> Held:
        """What others hold locks on at this moment. Disturbs nobody: locks are asked for, not taken."""
        ranges: list[tuple[int, int]] = []
        if self._open(os.O_RDONLY, make=False):
            left = [(0, 32**_DIGITS - 1)]
            while left:
                first, last = left.pop()
                conflict = _conflict(self._fd, first, last) if first <= last else None
                if conflict is not None:
                    ranges.append(conflict)
                    left += [(first, conflict[0] - 1), (conflict[1] + 1, last)]
        return Held(ranges)

    def keep_across_exec(self) -> None:
        """Leaves the locks to the program that this process becomes, and to its children."""
        if self._fd < 0:
            return
        try:
            moved = fcntl.fcntl(self._fd, fcntl.F_DUPFD, _OUT_OF_THE_WAY)
        except OSError:  # RLIMIT_NOFILE is lower
            moved = os.dup(self._fd)
        os.set_inheritable(moved, True)

    def close(self) -> None:
        """Gives up all locks."""
        with self._guard:
            if self._fd >= 0:
                os.close(self._fd)
                self._fd = -1
            self._held.clear()

    def _open(self, mode: int, *, make: bool = True) -> bool:
        """Opens the file of locks; False if there is none, and none can be made or is wanted."""
        with self._guard:
            if self._fd >= 0:
                return True
            if make:
                try:
                    self._fd = os.open(self._layout.in_use, mode | os.O_CREAT | os.O_CLOEXEC, 0o644)
                    return True
                except OSError:
                    if mode != os.O_RDONLY:
                        raise
            try:
                self._fd = os.open(self._layout.in_use, mode | os.O_CLOEXEC)
            except FileNotFoundError:
                return False
        return True


class Held:
    """Store paths that are in use, as ranges of bytes: first and last of each."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self._ranges = sorted(ranges)

    def __contains__(self, hash: str) -> bool:
        """Whether the path with this hash is."""
        byte = _byte(hash)
        at = bisect.bisect_right(self._ranges, byte, key=lambda each: each[0])
        return at > 0 and byte <= self._ranges[at - 1][1]


def note_use(layout: Layout, paths: Iterable[StorePath]) -> None:
    """Notes that paths are used now."""
    for path in paths:
        place = f"{layout.uses}/{path.basename}"
        now = time.time_ns()  # the kernel's own time of a change is coarser, and must differ
        try:
            try:
                os.utime(place, ns=(now, now))
            except FileNotFoundError:
                os.makedirs(layout.uses, mode=0o755, exist_ok=True)
                os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644))
        except OSError:
            return  # may not be written to, or is full: then it was not noted


def last_uses(layout: Layout, names: Iterable[str]) -> dict[str, int]:
    """When those of these paths (by base name) were last used of which it was noted; in nanoseconds
    since the epoch."""
    found: dict[str, int] = {}
    for name in names:
        try:
            found[name] = os.stat(f"{layout.uses}/{name}").st_mtime_ns
        except FileNotFoundError:
            pass
    return found


def _byte(hash: str) -> int:
    return int(hash[:_DIGITS].encode().translate(_VALUES), 32)


def _lock(fd: int, command: int, kind: int, byte: int) -> bool:
    try:
        fcntl.fcntl(fd, command, _FLOCK.pack(kind, os.SEEK_SET, byte, 1, 0))
    except (BlockingIOError, PermissionError):  # EAGAIN or EACCES, fcntl(2)
        return False
    return True


def _conflict(fd: int, first: int, last: int) -> tuple[int, int] | None:
    """First and last byte, of those in a range, of some lock on it; locks of one owner that meet have
    become one."""
    asked = _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, first, last - first + 1, 0)
    kind, _, start, length, _ = _FLOCK.unpack(fcntl.fcntl(fd, fcntl.F_OFD_GETLK, asked))
    if kind == fcntl.F_UNLCK:
        return None
    return max(start, first), min(start + length - 1, last) if length else last
