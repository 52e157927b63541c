"""The schedule: how many steps go on at once, and which of them is the quicker one."""

from __future__ import annotations

from dataclasses import replace

from reprocheck.variation.model import Observed, Variation
from reprocheck.variation.proof import became, both, seen

_CONTROL, _VARIED = 2, 5
_SEED = 29


def _ran_supervised(control: Observed, varied: Observed) -> bool:
    """Every program was stopped when it started, and so could be delayed."""
    return isinstance(programs := seen(varied, "traps.execs"), int) and programs > 0


ROWS = (
    Variation(
        name="order.parallel",
        cause="order.parallel",
        text=f"steps at once: {_VARIED}, where a control build is told {_CONTROL}",
        control=lambda c: replace(c, cores=_CONTROL),
        vary=lambda c: replace(c, cores=_VARIED),
        took=became("environment.CORES", str(_VARIED)),
    ),
    Variation(
        name="order.parallel-delays",
        cause="order.parallel",
        text="the schedule: short delays when programs start",
        cost="some milliseconds for each program",
        vary=lambda c: c.trap(delays=_SEED),
        took=both(became("delays", _SEED), _ran_supervised),
        needs_traps=True,
    ),
)
