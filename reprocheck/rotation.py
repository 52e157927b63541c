"""Which conditions a long build varies this time, so that few runs try every pair of them.

Where a build takes an hour, varying one condition after the other is out of the question, and
varying all at once lets two hide each other: a longer path and a later clock may shift a layout back.
In the rows of a covering array of strength two each pair of conditions is seen in all four ways:
neither, one, the other, both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import comb


def rows(names: Sequence[str]) -> tuple[frozenset[str], ...]:
    """The rows, each the conditions to vary in one run; the first varies none.

    The fewest that there can be: n rows for up to C(n - 1, ceil(n / 2)) conditions, so 8 for 35.
    Each condition is varied in another set of ceil(n / 2) of the rows after the first; two such sets
    meet, and neither holds the other (Kleitman and Spencer, "Families of k-independent sets",
    Discrete Mathematics 6, 1973).
    """
    size = 4
    while comb(size - 1, -(-size // 2)) < len(names):
        size += 1
    places = combinations(range(1, size), -(-size // 2))
    varied_in = dict(zip(names, map(frozenset, places), strict=False))
    return tuple(
        frozenset(name for name, where in varied_in.items() if number in where) for number in range(size)
    )


def pairs(names: Sequence[str], survived: Iterable[frozenset[str]]) -> tuple[int, int]:
    """How many of the four ways of each pair of conditions were seen in these runs, and how many there
    are."""
    runs = list(survived)
    seen = sum(len({(one in run, other in run) for run in runs}) for one, other in combinations(names, 2))
    return seen, 4 * comb(len(names), 2)
