"""Which stories are told in which build."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprocheck.variation.model import Variation
from reprocheck.variation.stories import go_together, rounds
from reprocheck.variation.table import TABLE, find

WHOLE = [row for row in TABLE if not row.on_request]
FIRST = frozenset(row.name for row in WHOLE if not row.instead_of)
OTHERS = frozenset(row.name for row in WHOLE if row.instead_of)


def told(names: Collection[str]) -> list[Variation]:
    return [row for row in TABLE if row.name in names]


def test_without_being_asked_every_condition_is_told_its_first_story() -> None:
    assert rounds(WHOLE, ()) == (FIRST,)


def test_all_stories_take_two_rounds_more() -> None:
    first, second, third = rounds(WHOLE, OTHERS)
    assert first == FIRST
    assert second & OTHERS == OTHERS - {"time.clock-dst"}
    assert third & OTHERS == {"time.clock-dst"}
    assert FIRST - third == {"time.clock", "time.elapsed", "time.tz"}


def test_only_what_is_asked_for_is_told() -> None:
    (_, second) = rounds(WHOLE, {"order.readdir-shuffled"})
    assert second == FIRST - {"order.readdir"} | {"order.readdir-shuffled"}


def test_another_story_is_told_at_once_where_the_first_cannot_be() -> None:
    rows = [row for row in WHOLE if row.name != "locale"]
    assert rounds(rows, ()) == (FIRST - {"locale"} | {"locale-encoding"},)


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_another_story_can_be_told_alone(name: str) -> None:
    assert rounds([find(name)], {name}) == ({name},)


@given(
    st.lists(st.sampled_from(WHOLE), unique_by=lambda row: row.name), st.sets(st.sampled_from(sorted(OTHERS)))
)
def test_every_row_that_is_to_be_told_is_told_and_none_is_told_with_another_story_of_it(
    rows: Sequence[Variation], asked: set[str]
) -> None:
    found = rounds(rows, asked)
    names = {row.name for row in rows}
    assert frozenset().union(*found) >= names & (FIRST | asked)
    assert all(go_together(told(varied)) for varied in found)
    assert len(found) <= 1 + len(names & asked)
