"""Rotation: few runs try every pair of conditions in all four ways."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reprocheck.rotation import pairs, rows


@given(st.integers(0, 70))
def test_every_pair_is_seen_in_all_four_ways(count: int) -> None:
    names = [f"v{number}" for number in range(count)]
    seen, of = pairs(names, rows(names))
    assert seen == of == 2 * count * (count - 1)


def test_thirty_five_conditions_need_eight_runs() -> None:
    assert len(rows([f"v{number}" for number in range(35)])) == 8
    assert rows([])[0] == frozenset()


def test_what_was_not_run_is_not_counted() -> None:
    names = ["a", "b", "c"]
    first, second = rows(names)[:2]
    assert pairs(names, [first]) == (3, 12)
    assert pairs(names, [first, first]) == (3, 12)
    assert pairs(names, [first, second])[0] > 3
