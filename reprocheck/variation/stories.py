"""Stories: of some conditions there are several, of which a build can be told only one.

The first is that of a row by itself; rows that stand `instead_of` others tell another one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations

from reprocheck.variation.model import Variation


def go_together(rows: Iterable[Variation]) -> bool:
    """Whether no two of these tell a story of the same condition."""
    return not any(_exclude(*pair) for pair in combinations(rows, 2))


def rounds(rows: Sequence[Variation], asked: Collection[str]) -> tuple[frozenset[str], ...]:
    """The names of what to vary at once, build after build, until all that was asked for was told.

    In the first every condition's first story is told, and another one where that is not among the
    rows; in each further one as many stories that were asked for and not told yet as go together, with
    the first ones of all else. One round where nothing is asked for.
    """
    first = [row for row in rows if not row.instead_of]
    others = [row for row in rows if row.instead_of]
    found = [_together([*first, *others])]
    while left := [row for row in others if row.name in asked and not any(row in told for told in found)]:
        found.append(_together([*left, *first]))
    return tuple(frozenset(row.name for row in told) for told in found)


def _together(rows: Iterable[Variation]) -> list[Variation]:
    """Each that goes together with all those before it."""
    told: list[Variation] = []
    for row in rows:
        if not any(_exclude(row, each) for each in told):
            told.append(row)
    return told


def _exclude(one: Variation, other: Variation) -> bool:
    return bool({one.name, *one.instead_of} & {other.name, *other.instead_of})
