"""The terminal."""

from __future__ import annotations

from reprocheck.variation.model import Variation
from reprocheck.variation.proof import became

ROWS = (
    Variation(
        name="tty",
        cause="tty",
        text="standard input, output and error: a terminal",
        vary=lambda c: c.condition(terminal=True),
        took=became("terminal", [True, True, True]),
    ),
)
