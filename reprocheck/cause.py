"""The causes for which two builds of the same thing may differ: what each means, and what to do.

The names are what reports say. Causes of REPRO catalogues that no build can be told from outside
(a benchmark, memory that nobody wrote) are named by what was ruled out and by the differing bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a difference is."""

    ALWAYS = "L0"
    """It comes with everything the same: no store can hold such a build by its content."""
    OUTSIDE = "L1"
    """It comes with what no sandbox can fix: clock, kernel, processor, memory, file system, schedule."""
    PROTECTED = "L2"
    """It comes only with what our sandbox fixes: path, host, user, locale, environment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A reason why bytes differ."""

    name: str
    """family.member, as in "time.clock"."""
    level: Level
    meaning: str
    """A sentence: "the result holds the time of the build"."""
    remedy: str
    """What to change, for whoever keeps the build: "set SOURCE_DATE_EPOCH, and use it"."""
