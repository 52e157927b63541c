"""What time it is, and until when is waited.

A call that waits until a time gets that time changed, in the caller's own memory, to what the kernel's
clock will then show. The caller may come with the same structure again: a time that is nearer to the
kernel's clock than to the one shown has been changed already. Such times are those of futex(2),
clock_nanosleep(2), timerfd_settime(2) and timer_settime(2); the others wait for so and so long, or
(message queues) are left as they are.

While the clock is frozen, the monotonic one starts where it is told and goes on by a microsecond for
each look and by as long as the caller has waited since its last look, so that neither a loop that looks
nor one that sleeps goes on for ever.
"""

from __future__ import annotations

import struct
import time

from bootstrap.sandbox.inside.traps.listener import Call, Handler
from bootstrap.sandbox.notify_filter import (
    FUTEX_CLOCK_REALTIME,
    FUTEX_CMD_MASK,
    FUTEX_LOCK_PI,
    FUTEX_WAIT,
    REALTIME_CLOCKS,
    TIMER_ABSTIME,
)

_WIDE = struct.Struct("=qq")  # struct timespec; struct __kernel_timespec, include/uapi/linux/time_types.h
_NARROW = struct.Struct("=ii")  # struct old_timespec32
_SECOND = 1_000_000_000

_TICK = 1000  # ns


class Clock:
    """The clock of one sandbox, from now on."""

    def __init__(self, at: int, runs: bool, monotonic: int) -> None:
        self._runs = runs
        self._at = at * _SECOND
        self._offset = self._at - time.time_ns()
        self._monotonic = monotonic * _SECOND
        self._waiting: dict[int, tuple[int, int]] = {}
        """Of threads that wait: since when by the kernel's clock, and for how long."""

    def handlers(self) -> dict[str, Handler]:
        return {
            "clock_gettime": self._clock_gettime,
            "clock_gettime64": self._clock_gettime,
            "clock_nanosleep": self._clock_nanosleep,
            "clock_nanosleep_time64": self._clock_nanosleep,
            "epoll_pwait": self._wait_milliseconds(3),
            "epoll_pwait2": self._wait_timespec(3),
            "epoll_wait": self._wait_milliseconds(3),
            "futex": self._futex,
            "futex_time64": self._futex,
            "gettimeofday": self._gettimeofday,
            "nanosleep": self._wait_timespec(0),
            "poll": self._wait_milliseconds(2),
            "ppoll": self._wait_timespec(2),
            "ppoll_time64": self._wait_timespec(2),
            "pselect6": self._wait_timespec(4),
            "pselect6_time64": self._wait_timespec(4),
            "select": self._select,
            "time": self._time,
            "timer_settime": self._set_timer,
            "timer_settime64": self._set_timer,
            "timerfd_settime": self._set_timer,
            "timerfd_settime64": self._set_timer,
        }

    def ended(self, tid: int) -> None:
        """That thread is gone."""
        self._waiting.pop(tid, None)

    def _realtime(self) -> int:
        return time.time_ns() + self._offset if self._runs else self._at

    def _look(self, tid: int) -> int:
        """The frozen monotonic clock."""
        waited = self._waiting.pop(tid, None)
        if waited is not None:
            since, duration = waited
            self._monotonic += min(time.monotonic_ns() - since, duration)
        self._monotonic += _TICK
        return self._monotonic

    def _clock_gettime(self, call: Call) -> int:
        clock, address = call.arguments[0] & 0xFFFFFFFF, call.arguments[1]
        now = self._realtime() if clock in REALTIME_CLOCKS else self._look(call.pid)
        call.write(address, _packed(call, *divmod(now, _SECOND)))
        return 0

    def _gettimeofday(self, call: Call) -> int:
        value, zone = call.arguments[:2]
        if value:
            seconds, rest = divmod(self._realtime(), _SECOND)
            call.write(value, _packed(call, seconds, rest // 1000))
        if zone:
            call.write(zone, bytes(8))
        return 0

    def _time(self, call: Call) -> int:
        seconds = self._realtime() // _SECOND
        if call.arguments[0]:
            call.write(call.arguments[0], _packed(call, seconds, 0)[: 4 if call.narrow else 8])
        return seconds

    def _futex(self, call: Call) -> None:
        operation, address = call.arguments[1], call.arguments[3]
        command = operation & FUTEX_CMD_MASK
        if command == FUTEX_WAIT:
            self._note_wait(call, self._duration(call, address))
        else:
            by_realtime = command == FUTEX_LOCK_PI or bool(operation & FUTEX_CLOCK_REALTIME)
            self._translate(call, address, by_realtime=by_realtime)

    def _clock_nanosleep(self, call: Call) -> None:
        clock, flags, address = call.arguments[0] & 0xFFFFFFFF, *call.arguments[1:3]
        if flags & TIMER_ABSTIME:
            self._translate(call, address, by_realtime=clock in REALTIME_CLOCKS)
        else:
            self._note_wait(call, self._duration(call, address))

    def _set_timer(self, call: Call) -> None:
        # struct itimerspec: the interval, then the time. By which clock, the descriptor knows; it shows.
        address = call.arguments[2] + _timespec(call).size
        seconds, rest = _timespec(call).unpack(call.read(address, _timespec(call).size))
        if seconds or rest:
            then = seconds * _SECOND + rest
            clocks = (False, True) if not self._runs else (True,)
            nearest = min(clocks, key=lambda by_realtime: abs(then - self._shown(by_realtime)))
            self._translate(call, address, by_realtime=nearest)

    def _shown(self, by_realtime: bool) -> int:
        return self._realtime() if by_realtime else self._monotonic

    def _translate(self, call: Call, address: int, *, by_realtime: bool) -> None:
        if not by_realtime and self._runs:
            return
        layout = _timespec(call)
        seconds, rest = layout.unpack(call.read(address, layout.size))
        if not 0 <= rest < _SECOND or seconds < 0:
            return
        then = seconds * _SECOND + rest
        shown = self._shown(by_realtime)
        kernels = (time.time_ns(), time.monotonic_ns())
        if min(abs(then - kernel) for kernel in kernels) < abs(then - shown):
            return
        remaining = then - shown
        if not by_realtime:
            self._note_wait(call, remaining)
        mended = max(0, kernels[0 if by_realtime else 1] + remaining)
        call.write(address, _packed(call, *divmod(mended, _SECOND)))

    def _note_wait(self, call: Call, duration: int) -> None:
        if duration > 0:
            self._waiting[call.pid] = time.monotonic_ns(), duration

    def _duration(self, call: Call, address: int) -> int:
        layout = _timespec(call)
        seconds, rest = layout.unpack(call.read(address, layout.size))
        return int(seconds * _SECOND + rest)

    def _wait_timespec(self, argument: int) -> Handler:
        def wait(call: Call) -> None:
            if call.arguments[argument]:
                self._note_wait(call, self._duration(call, call.arguments[argument]))

        return wait

    def _wait_milliseconds(self, argument: int) -> Handler:
        def wait(call: Call) -> None:
            duration = call.arguments[argument] & 0xFFFFFFFF
            if duration < 1 << 31:
                self._note_wait(call, duration * 1_000_000)

        return wait

    def _select(self, call: Call) -> None:
        if call.arguments[4]:
            layout = _timespec(call)  # struct timeval has microseconds, and the same layout
            seconds, rest = layout.unpack(call.read(call.arguments[4], layout.size))
            self._note_wait(call, seconds * _SECOND + rest * 1000)


def _timespec(call: Call) -> struct.Struct:
    return _NARROW if call.narrow and not call.name.endswith("64") and call.name != "epoll_pwait2" else _WIDE


def _packed(call: Call, seconds: int, rest: int) -> bytes:
    layout = _timespec(call)
    if layout is _NARROW:
        seconds = (seconds + (1 << 31)) % (1 << 32) - (1 << 31)  # beyond 2038 as the kernel does it
    return layout.pack(seconds, rest)
