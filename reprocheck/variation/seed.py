"""The seed: what the chain of builds begins with. A finished result is the same for all of them."""

from __future__ import annotations

from dataclasses import replace

from reprocheck.variation.model import Variation
from reprocheck.variation.proof import differs

NAME = "seed"

ROWS = (
    Variation(
        name=NAME,
        cause="seed",
        text="the seed: the next one that the project offers, and all that is built from it",
        cost="a whole chain of builds, unless they are stored",
        control=lambda c: replace(c, other_seed=False),
        vary=lambda c: replace(c, other_seed=True),
        took=differs("seed.name"),
        told=lambda control, varied: tuple(varied["seed"]["told"]),
        on_request="it may build the whole chain again, and so is only varied on request: --only seed",
    ),
)
