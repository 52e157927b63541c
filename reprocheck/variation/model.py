"""A variation: one condition that reprocheck changes between two builds of the same thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reprocheck.circumstances import Circumstances

Observed = Mapping[str, Any]
"""What a process inside the sandbox saw just before the first command (`Outcome.observed`), and what
the subject did itself (`reprocheck.subjects`)."""

Change = Callable[[Circumstances], Circumstances]
Mark = str | bytes | int


def as_it_is(circumstances: Circumstances) -> Circumstances:
    """No change: what the contract or the subject fixes."""
    return circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """One row of the table. Pure, but for `obstacle` and texts of /proc, which look at this host.

    Rows that change parts of one value leave the other parts alone, so the order in which they are
    applied does not matter, but for `instead_of`.
    """

    name: str
    """As its cause, with a suffix where one cause has several: "time.clock", "time.clock-dst"."""
    cause: str
    """A name of `reprocheck.cause`."""
    text: str
    """What is changed, in a few words: "the clock: 2 years ahead, standing"."""
    cost: str = "nothing"
    """What it costs a build: "nothing", "20 µs for each call"."""
    control: Change = as_it_is
    """Makes it constant: the same in every build that does not vary it."""
    vary: Change
    """Makes it another constant, recognisable in bytes and of the same length."""
    marks: Callable[[Circumstances], tuple[Mark, ...]] = lambda circumstances: ()
    """What would betray it in a result: under these circumstances, control's or varied. A number stands
    for itself in every spelling."""
    took: Callable[[Observed, Observed], bool]
    """Whether what was seen in a control and in a varied build proves that it took."""
    told: Callable[[Observed, Observed], tuple[str, ...]] = lambda control, varied: ()
    """What a control and a varied build saw of it that whoever reads the report should know."""
    obstacle: Callable[[], str] = lambda: ""
    """Why it cannot be applied on this host; "" if it can."""
    needs_traps: bool = False
    """It needs the supervisor, under which programs that trace others do not work."""
    instead_of: tuple[str, ...] = ()
    """Rows whose condition it tells another story of: it is not varied with them (`stories`), and its
    control says the same as theirs. Tried when asked for, and where none of them can be."""
    on_request: str = ""
    """Why it is only tried when asked for by name; "" for all others."""

    @property
    def is_for_all(self) -> bool:
        """Whether it is tried without being asked for."""
        return not (self.instead_of or self.on_request)
