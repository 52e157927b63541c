"""The table of variations as values: what its rows promise each other. No sandbox is reached."""

from __future__ import annotations

import pkgutil
from datetime import UTC, datetime
from importlib import import_module
from itertools import combinations

import pytest

from bootstrap.sandbox.conditions import Traps
from reprocheck import variation
from reprocheck.cause import CAUSES
from reprocheck.circumstances import Circumstances
from reprocheck.variation import moments
from reprocheck.variation.model import Variation
from reprocheck.variation.table import TABLE, find, tell

TOGETHER = [row for row in TABLE if row.is_for_all]
WITHOUT_VARIATION = {"benchmark", "tmpname", "uninit"}
"""Causes that no single condition shows; they are named by other means."""


def test_names_are_unique_and_found() -> None:
    assert [find(row.name) for row in TABLE] == list(TABLE)
    assert len({row.name for row in TABLE}) == len(TABLE)


def test_every_row_of_every_family_is_in_the_table() -> None:
    rows = set()
    for module in pkgutil.iter_modules(variation.__path__):
        family = import_module(f"{variation.__name__}.{module.name}")
        rows |= {row.name for row in getattr(family, "ROWS", ())}
    assert rows == {row.name for row in TABLE}


def test_every_cause_but_a_few_has_a_variation() -> None:
    assert {row.cause for row in TABLE} == CAUSES.keys() - WITHOUT_VARIATION


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_row_is_named_after_its_cause_or_its_family(row: Variation) -> None:
    assert row.name == row.cause or row.name.startswith(f"{row.cause}-")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_row_changes_something(row: Variation) -> None:
    assert tell(TABLE, [row.name]) != tell(TABLE, [])


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row.marks(tell(TABLE, [row.name]))], ids=lambda r: r.name
)
def test_marks_of_the_two_stories_are_not_the_same(row: Variation) -> None:
    control, varied = row.marks(tell(TABLE, [])), row.marks(tell(TABLE, [row.name]))
    assert not {*control} & {*varied}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_row_that_needs_the_supervisor_says_so(row: Variation) -> None:
    asks = any(change(Circumstances()).conditions.traps is not None for change in (row.control, row.vary))
    assert asks == row.needs_traps


def test_it_does_not_matter_in_which_order_rows_are_applied() -> None:
    for one, other in combinations(TOGETHER, 2):
        assert one.vary(other.vary(Circumstances())) == other.vary(one.vary(Circumstances()))
        assert one.vary(other.control(Circumstances())) == other.control(one.vary(Circumstances()))


def test_the_control_story_is_constant() -> None:
    assert tell([*TABLE, *TABLE], []) == tell(TABLE, [])


OTHERS = [row for row in TABLE if row.instead_of]


@pytest.mark.parametrize("row", OTHERS, ids=lambda row: row.name)
def test_rows_that_stand_for_another_exclude_it(row: Variation) -> None:
    for name in row.instead_of:
        assert find(name) in TOGETHER
        with pytest.raises(ValueError, match="together"):
            tell(TABLE, [row.name, name])


@pytest.mark.parametrize("row", OTHERS, ids=lambda row: row.name)
def test_the_control_of_another_story_is_that_of_the_first(row: Variation) -> None:
    first = [find(name) for name in row.instead_of]
    alone, theirs = tell([row], []), tell(first, [])
    assert tell([row, *first], []) == theirs
    if row.cause.startswith(("time.", "order.")):  # the others leave what the contract fixes
        assert alone == theirs


def test_two_stories_of_one_condition_exclude_each_other() -> None:
    with pytest.raises(ValueError, match="together"):
        tell(TABLE, ["time.clock-year", "time.clock-dst"])


@pytest.mark.parametrize("name", ["path.build", "path.home", "host.name", "host.domain", "user.name"])
def test_names_that_enter_arguments_and_environment_keep_their_length(name: str) -> None:
    row = find(name)
    control, varied = row.marks(tell(TABLE, [])), row.marks(tell(TABLE, [name]))
    assert [len(str(mark)) for mark in control] == [len(str(mark)) for mark in varied]


def test_no_two_moments_agree_in_any_part_of_a_date() -> None:
    told = [
        datetime.fromtimestamp(moment, UTC)
        for moment in (
            moments.VARIED_SOURCES,
            moments.CONTROL_FILES,
            moments.VARIED_FILES,
            moments.CONTROL_CLOCK,
            moments.VARIED_CLOCK,
        )
    ]
    for part in ("month", "day", "hour", "minute", "second"):
        assert len({getattr(moment, part) for moment in told}) == len(told), part


def test_files_are_never_of_the_future() -> None:
    assert moments.VARIED_SOURCES < moments.CONTROL_FILES < moments.VARIED_FILES < moments.CONTROL_CLOCK
    assert moments.VARIED_CLOCK < 1 << 31


def test_the_clock_does_not_change_times_of_files_nor_they_the_clock() -> None:
    plain = tell(TABLE, [])
    clock, files = tell(TABLE, ["time.clock"]), tell(TABLE, ["time.mtime"])
    traps = [each.conditions.traps or Traps() for each in (plain, clock, files)]
    assert plain.source_times == clock.source_times != files.source_times
    assert traps[0].file_times == traps[1].file_times != traps[2].file_times
    assert traps[0].clock == traps[2].clock != traps[1].clock


def test_variables_of_circumstances_stay_sorted_and_single() -> None:
    changed = Circumstances().variable("B", "1").variable("A", "2").variable("B", "3")
    assert changed.environment == (("A", "2"), ("B", "3"))
    limited = Circumstances().limit("RLIMIT_NOFILE", 1, 2).limit("RLIMIT_NOFILE", 3, 4)
    assert limited.conditions.limits == (("RLIMIT_NOFILE", 3, 4),)
    assert Circumstances().file("/a", b"1").file("/a", b"2").conditions.files == (("/a", b"2"),)
