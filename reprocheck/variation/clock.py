"""The clock: another moment, a running one, ends of years and hours; the time since the machine started.

A standing clock is the control story: how long a build takes must not show in a comparison.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bootstrap.sandbox.conditions import Clock
from reprocheck.circumstances import Circumstances
from reprocheck.variation.model import Mark, Observed, Variation
from reprocheck.variation.moments import CONTROL_CLOCK, NEW_YEAR, SUMMER_TIME, VARIED_CLOCK, spellings
from reprocheck.variation.proof import moved, seen
from reprocheck.variation.zone import SUMMER_ZONE, ZONE_AT_GREENWICH

_COST = "20 µs for each look at the clock"
_CONTROL_UPTIME = 123_456_789
_VARIED_UPTIME = 222_222_221
"""Seconds since the start of the machine: almost four years, and seven."""


def _proc_uptime(seconds: int) -> bytes:
    """proc(5): seconds since the start, and seconds that processors were idle."""
    return b"%d.37 %d.61\n" % (seconds, seconds)


def _clock(circumstances: Circumstances, **changes: Any) -> Circumstances:
    traps = circumstances.conditions.traps
    there = (traps and traps.clock) or Clock(at=CONTROL_CLOCK, runs=False)
    return circumstances.trap(clock=replace(there, **changes))


def _standing(circumstances: Circumstances) -> Circumstances:
    return _clock(circumstances, at=CONTROL_CLOCK, runs=False)


def _started(circumstances: Circumstances, seconds: int) -> Circumstances:
    """A machine that was started so many seconds ago."""
    told = circumstances.condition(monotonic=seconds, boot_time=seconds)
    # The monotonic clock, where it stands with the other one, knows nothing of the kernel's.
    return _clock(told, monotonic=seconds).file("/proc/uptime", _proc_uptime(seconds))


def _marks(circumstances: Circumstances) -> tuple[Mark, ...]:
    traps = circumstances.conditions.traps
    return spellings(traps.clock.at) if traps and traps.clock else ()


def _showed(moment: int) -> Callable[[Observed, Observed], bool]:
    def took(control: Observed, varied: Observed) -> bool:
        before, after = seen(control, "clock.realtime"), seen(varied, "clock.realtime")
        # A build may be slow to start; the next of our moments is months away.
        return bool(abs(after - moment) < 3600 < abs(before - moment))

    return took


def _runs(control: Observed, varied: Observed) -> bool:
    """A clock that stands gives a whole second."""
    before, after = seen(control, "clock.realtime"), seen(varied, "clock.realtime")
    return bool(before % 1 == 0 != after % 1)


ROWS = (
    Variation(
        name="time.clock",
        cause="time.clock",
        text="the clock: over two years ahead",
        cost=_COST,
        control=lambda c: _clock(c, at=CONTROL_CLOCK),
        vary=lambda c: _clock(c, at=VARIED_CLOCK),
        marks=_marks,
        took=_showed(VARIED_CLOCK),
        needs_traps=True,
    ),
    Variation(
        name="time.elapsed",
        cause="time.elapsed",
        text="the clock: running, where it stands in a control build",
        cost=_COST,
        control=lambda c: _clock(c, runs=False),
        vary=lambda c: _clock(c, runs=True),
        took=_runs,
        needs_traps=True,
    ),
    Variation(
        name="time.uptime",
        cause="time.uptime",
        text="the time since the machine started: three years more",
        control=lambda c: _started(c, _CONTROL_UPTIME),
        vary=lambda c: _started(c, _VARIED_UPTIME),
        marks=lambda c: () if c.conditions.boot_time is None else (c.conditions.boot_time,),
        took=moved("uptime", by=_VARIED_UPTIME - _CONTROL_UPTIME, within=1e6),
        needs_traps=True,
    ),
    Variation(
        name="time.clock-year",
        cause="time.clock",
        text="the clock: running, two seconds before midnight and New Year",
        cost=_COST,
        control=_standing,
        vary=lambda c: _clock(c, at=NEW_YEAR, runs=True).variable("TZ", ZONE_AT_GREENWICH),
        marks=_marks,
        took=_showed(NEW_YEAR),
        needs_traps=True,
        instead_of=("time.clock", "time.elapsed", "time.tz"),
    ),
    Variation(
        name="time.clock-dst",
        cause="time.clock",
        text="the clock: running, two seconds before the clocks of its zone are put forward",
        cost=_COST,
        control=_standing,
        vary=lambda c: _clock(c, at=SUMMER_TIME, runs=True).variable("TZ", SUMMER_ZONE),
        marks=_marks,
        took=_showed(SUMMER_TIME),
        needs_traps=True,
        instead_of=("time.clock", "time.elapsed", "time.tz"),
    ),
)
