"""The order in which directories are listed."""

from __future__ import annotations

from reprocheck.variation.model import Variation
from reprocheck.variation.proof import differs

_COST = "20 µs for each directory"

ROWS = (
    Variation(
        name="order.readdir",
        cause="order.readdir",
        text="the order of directories: reversed, where a control build sees them sorted",
        cost=_COST,
        control=lambda c: c.trap(directories="sorted"),
        vary=lambda c: c.trap(directories="reversed"),
        took=differs("readdir"),
        needs_traps=True,
    ),
    Variation(
        name="order.readdir-shuffled",
        cause="order.readdir",
        text="the order of directories: shuffled",
        cost=_COST,
        control=lambda c: c.trap(directories="sorted"),
        vary=lambda c: c.trap(directories="shuffled"),
        took=differs("readdir"),
        needs_traps=True,
        instead_of=("order.readdir",),
    ),
)
