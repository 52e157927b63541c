"""Process numbers. In a sandbox they begin at 1, and so are nearly constant."""

from __future__ import annotations

from reprocheck.variation.model import Variation
from reprocheck.variation.proof import moved

_FIRST = 24680

ROWS = (
    Variation(
        name="pid",
        cause="pid",
        text=f"process numbers: from {_FIRST} on",
        vary=lambda c: c.condition(first_pid=_FIRST),
        marks=lambda c: tuple(range(_FIRST, _FIRST + 64)) if c.conditions.first_pid else (),
        took=moved("pid", by=_FIRST, within=64),
    ),
)
