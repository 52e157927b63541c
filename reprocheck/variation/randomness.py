"""Randomness: the kernel's, and the seeds that languages take for their hash tables."""

from __future__ import annotations

from reprocheck.circumstances import Circumstances
from reprocheck.variation.model import Variation
from reprocheck.variation.proof import became, both, differs

_CONTROL_SEED = b"control randomness"
_VARIED_SEED = b"varied randomness"
_CONTROL_HASH_SEEDS = (("PERL_HASH_SEED", "17"), ("PERL_PERTURB_KEYS", "1"), ("PYTHONHASHSEED", "17"))
_VARIED_HASH_SEEDS = (("PERL_HASH_SEED", "29"), ("PERL_PERTURB_KEYS", "1"), ("PYTHONHASHSEED", "29"))
"""Constant in a control, too: who has no seed takes one from the kernel, and so what others take after."""


def _hash_seeds(circumstances: Circumstances, seeds: tuple[tuple[str, str], ...]) -> Circumstances:
    for name, value in seeds:
        circumstances = circumstances.variable(name, value)
    return circumstances


ROWS = (
    Variation(
        name="rng",
        cause="rng",
        text="random bytes: another seed for getrandom, AT_RANDOM, /dev/urandom and the kernel's UUIDs",
        cost="20 µs for each call",
        control=lambda c: c.trap(random=_CONTROL_SEED),
        vary=lambda c: c.trap(random=_VARIED_SEED),
        took=both(differs("random.getrandom"), differs("random.urandom")),
        needs_traps=True,
    ),
    Variation(
        name="order.hash",
        cause="order.hash",
        text="the seed of hash tables: another for Python and Perl",
        control=lambda c: _hash_seeds(c, _CONTROL_HASH_SEEDS),
        vary=lambda c: _hash_seeds(c, _VARIED_HASH_SEEDS),
        took=became("environment.PYTHONHASHSEED", "29"),
    ),
)
