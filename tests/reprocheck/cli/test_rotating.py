"""--rotate: one row of the covering array in each run, the record kept with the verdict."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reprocheck.cli.rotating import ALWAYS, Rotation, rotation
from reprocheck.report.model import AppliedVariation, Report, Verdict
from reprocheck.rotation import rows
from reprocheck.variation.stories import go_together
from reprocheck.variation.table import TABLE as WHOLE
from tests.reprocheck.cli.conftest import Rechecked
from tests.reprocheck.diagnose.simulated import Simulated, row
from tests.reprocheck.statement.test_statement import report as stated

TABLE = [row(name) for name in ("a", "b", "c", ALWAYS)]


def report(applied: set[str], verdict: Verdict = Verdict.REPRODUCIBLE) -> Report:
    variations = tuple(AppliedVariation(name=name, text=name, applied=True) for name in sorted(applied))
    changed = stated(verdict)
    return Report(
        **{
            **{name: getattr(changed, name) for name in Report.__slots__},
            "variations": variations,
        }
    )


def numbers(told: str) -> tuple[int, int]:
    found = re.search(r"([\d,]+) of ([\d,]+) pairs", told)
    assert found
    seen, of = (int(number.replace(",", "")) for number in found.groups())
    return seen, of


def test_all_runs_together_see_every_pair_and_begin_again(tmp_path: Path) -> None:
    now = rotation(Simulated(tmp_path, lambda values: {}), TABLE, None)
    size = len(rows(now.names))
    for _ in range(size):
        chosen = {each.name for each in now.chosen()}
        assert chosen == {ALWAYS, *rows(now.names)[now.number]}
        ran = now.number
        now = now.after(report(chosen))
    assert numbers(now.told(ran)) == (12, 12)
    assert now.number == 0


def test_what_did_not_take_and_what_differed_is_not_counted() -> None:
    now = Rotation(rows=tuple(TABLE), number=1)
    assert now.after(report({"a"})).survived == (frozenset({"a"}),)
    differed = now.after(report({"a"}, Verdict.NOT_REPRODUCIBLE))
    assert (differed.survived, differed.number) == ((), 2)


def test_it_comes_back_from_what_is_kept_unless_other_variations_suit(tmp_path: Path) -> None:
    subject = Simulated(tmp_path, lambda values: {})
    now = rotation(subject, TABLE, None).after(report({"a"}))
    kept = json.loads(json.dumps(now.to_json()))
    assert rotation(subject, TABLE, kept) == now
    other = rotation(Simulated(tmp_path, lambda values: {}, unsuited="b"), TABLE, kept)
    assert (other.names, other.number, other.survived) == (("a", "c"), 0, ())


def test_stories_of_a_condition_are_told_in_turn_until_all_were(tmp_path: Path) -> None:
    now = rotation(Simulated(tmp_path, lambda values: {}), WHOLE, None)
    assert now.names == tuple(row.name for row in WHOLE if row.is_for_all and row.name != ALWAYS)
    told: set[str] = set()
    for _ in range(now.runs):
        chosen = now.chosen()
        assert go_together(chosen)
        told |= {row.name for row in chosen}
        ran = now.number
        now = now.after(report({row.name for row in chosen}))
    assert told == {row.name for row in WHOLE if not row.on_request}
    seen, of = numbers(now.told(ran))
    assert seen == of
    assert "not told yet" not in now.told(ran)


def test_another_story_is_only_told_where_all_that_it_varies_is_to_be_varied() -> None:
    now = rotation_of_all()
    for number in range(now.runs):
        varied = {ALWAYS, *rows(now.names)[number]}
        drawn = replace(now, number=number, drawn={"time.clock": 9}).chosen()
        assert {name for row in drawn for name in row.instead_of or (row.name,)} == varied


def test_stories_that_no_run_told_yet_are_named() -> None:
    now = rotation_of_all().after(report({"time.clock", "order.readdir-shuffled"}))
    left = now.told(0).rpartition("not told yet: ")[2].split(", ")
    assert {"time.clock-year", "time.clock-dst"} < set(left)
    assert "order.readdir-shuffled" not in left


def rotation_of_all() -> Rotation:
    return Rotation(rows=tuple(row for row in WHOLE if not row.on_request))


@pytest.mark.sandbox
def test_each_run_varies_the_next_row(checkout: Rechecked) -> None:
    checkout.stage('clean = made("clean")\nstage(name = "first", recipes = [clean])')

    def run() -> tuple[frozenset[str], tuple[int, int]]:
        value: Any = json.loads(checkout.good("clean", "--rotate", "--json").stdout)
        assert len(value["builds"]) == 2
        return frozenset(value["builds"][1]["varied"]), numbers(value["notes"][-1])

    (first, seen), (second, more), (third, most) = run(), run(), run()
    assert first == {ALWAYS}
    assert {"time.clock-year", "time.clock-dst", ALWAYS} & second
    assert second != third
    assert 0 < seen[0] < more[0] < most[0] < most[1]
    assert "building  clean@1" in checkout.good("clean", "--changed").stderr
    assert run()[0] == first


def test_it_goes_with_no_other_choice(checkout: Rechecked) -> None:
    for words in (["--only", "host"], ["--without", "host"], ["--changed"], ["--thorough"]):
        done = checkout("clean", "--rotate", *words)
        assert done.returncode == 2
        assert "--rotate chooses what is varied" in done.stderr
