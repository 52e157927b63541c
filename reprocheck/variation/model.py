"""A variation: one condition that reprocheck changes between two builds of the same thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reprocheck.circumstances import Circumstances

Observed = Mapping[str, Any]
"""What a process inside the sandbox saw just before the first command (`Outcome.observed`)."""

Change = Callable[[Circumstances], Circumstances]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """One row of the table. Pure, but for `obstacle`, which may look at this host."""

    name: str
    """As its cause, with a suffix where one cause has several: "time.clock", "time.clock-dst"."""
    cause: str
    """A name of `reprocheck.cause`."""
    text: str
    """What is changed, in a few words: "the clock: 2 years ahead, running"."""
    cost: str
    """What it costs a build: "nothing", "20 µs for each call"."""
    control: Change
    """Makes it constant: the same in every build that does not vary it."""
    vary: Change
    """Makes it another constant, recognisable in bytes and of the same length."""
    marks: Callable[[Circumstances], tuple[str | bytes | int, ...]]
    """What would betray it in a result: under these circumstances, control's or varied."""
    took: Callable[[Observed, Observed], bool]
    """Whether what was seen in a control and in a varied build proves that it took."""
    obstacle: Callable[[], str]
    """Why it cannot be applied on this host; "" if it can."""
    needs_traps: bool = False
    """It needs the supervisor, under which programs that trace others do not work."""
