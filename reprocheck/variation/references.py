"""References that a scan cannot see: other digits in every store path, put back afterwards."""

from __future__ import annotations

from dataclasses import replace

from reprocheck.variation.model import Variation
from reprocheck.variation.proof import became

ROWS = (
    Variation(
        name="store.reference",
        cause="store.reference",
        text="the digits of store paths: others for every dependency and output",
        cost="a copy of each file that holds some",
        control=lambda c: replace(c, renamed=False),
        vary=lambda c: replace(c, renamed=True),
        took=became("renamed", True),
    ),
)
