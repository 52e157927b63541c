"""How a plan is to be carried out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the person asks for, beside the targets."""

    jobs: int
    """Cores that all builds together may use."""
    keep_going: bool = False
    """After a failure, build what does not need what failed."""
    keep_failed: bool = False
    """Keep the directory of a build that failed."""
    rebuild: bool = False
    """Build the targets although they are there, and compare."""
    slow_checks: bool = False
    """Run the slow checks of the targets, too."""
    checks_again: bool = False
    """Run the checks of the targets although they held before."""
