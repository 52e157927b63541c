"""What builds leave behind: /tmp and the home directory as the build before left them."""

from __future__ import annotations

from dataclasses import replace

from reprocheck.variation.model import Variation
from reprocheck.variation.proof import became

_NAME = "/tmp/ohce-leftover"
_CONTENT = b"ohce: left by a build before\n"

ROWS = (
    Variation(
        name="state",
        cause="state",
        text="/tmp and the home directory: as the build before left them, and with a file more",
        control=lambda c: replace(c, state=False),
        vary=lambda c: replace(c.condition(leftovers=((_NAME, _CONTENT),)), state=True),
        marks=lambda c: (_NAME, _CONTENT) if c.state else (),
        took=became("leftovers", [_NAME]),
    ),
)
