"""The table of all variations, the most frequent causes first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain

from reprocheck.circumstances import Circumstances
from reprocheck.variation import (
    addresses,
    clock,
    directories,
    environment,
    file_system,
    file_times,
    host,
    identity,
    kernel,
    leftovers,
    limits,
    locale,
    memory,
    path,
    pid,
    processors,
    randomness,
    references,
    schedule,
    seed,
    terminal,
    umask,
    zone,
)
from reprocheck.variation.model import Variation
from reprocheck.variation.stories import go_together

_FAMILIES = (
    path,
    clock,
    file_times,
    directories,
    randomness,
    umask,
    host,
    schedule,
    locale,
    zone,
    identity,
    kernel,
    processors,
    addresses,
    environment,
    file_system,
    pid,
    memory,
    terminal,
    limits,
    leftovers,
    references,
    seed,
)


def _in_order(rows: Iterable[Variation]) -> tuple[Variation, ...]:
    """Those that tell another story of a row come last, so that they are tried last."""
    return tuple(sorted(rows, key=lambda row: bool(row.instead_of)))


TABLE = _in_order(chain.from_iterable(family.ROWS for family in _FAMILIES))


def find(name: str) -> Variation:
    """The row of this name; KeyError if there is none."""
    return _BY_NAME[name]


_BY_NAME = {row.name: row for row in TABLE}


def tell(rows: Collection[Variation], varied: Collection[str]) -> Circumstances:
    """Circumstances with the control story of these rows, but the varied one of those named.

    Rows that are not given stay as they are for an ordinary build. ValueError for two rows that tell
    stories of one condition.
    """
    told = [row for row in rows if row.name in varied]
    if not go_together(told):
        names = ", ".join(sorted(row.name for row in told))
        raise ValueError(f"two of these cannot be varied together: {names}")
    circumstances = Circumstances()
    for row in rows:
        circumstances = row.control(circumstances)
    for row in told:
        circumstances = row.vary(circumstances)
    return circumstances
