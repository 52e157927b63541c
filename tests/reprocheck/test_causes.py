"""Two small builds for every cause, and all clean ones. All of them as a table: `python -m tests.causes`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby, islice
from typing import Any

import pytest

from reprocheck.cause import CAUSES
from tests.causes.case import Case, cases
from tests.causes.judge import Judgement, judge, run
from tests.causes.table import DETECTED, RIGHT, lines, sums

ALL = cases()


def a_part() -> Iterator[Case]:
    """The first two of each file, and all of those files whose cases have little in common."""
    for cause, some in groupby(ALL, key=lambda case: case.name.partition("/")[0]):
        yield from islice(some, None if cause in ("clean", "several") else 2)


@pytest.fixture(scope="module")
def judgements() -> list[Judgement]:
    """Of all that have their tools here; on every core, since builds mostly wait."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(run, [case for case in a_part() if not case.missing()]))


@pytest.mark.sandbox
def test_what_differs_is_detected_and_what_does_not_is_not_accused(judgements: list[Judgement]) -> None:
    missed = [each.case.name for each in judgements if each.is_detected == each.case.is_clean]
    assert missed == []


@pytest.mark.sandbox
def test_the_marks_are_reached(judgements: list[Judgement]) -> None:
    found = sums(judgements)
    assert (found.detected >= DETECTED, found.right >= RIGHT) == (True, True), "\n".join(
        lines(judgements, [])
    )


def test_the_collection_has_a_case_for_every_cause() -> None:
    planted = {cause for case in ALL for _, causes in case.differs for cause in causes}
    assert planted == set(CAUSES)
    assert len([case for case in ALL if case.is_clean]) >= 15


def case_of(name: str) -> Case:
    (found,) = cases(name)
    return found


def report(verdict: str = "not reproducible", **files: str | dict[str, Any]) -> dict[str, Any]:
    """A report in which each file has a cause, or what is given; "__" stands for a dot."""
    findings = []
    for path, told in files.items():
        finding = {"path": path.replace("__", "."), "causes": [], "follows": ""}
        if isinstance(told, str):
            told = {"causes": [{"cause": each, "together_with": []} for each in told.split()]}
        findings.append({**finding, **told})
    return {"verdict": verdict, "findings": findings, "builds": [{}, {}, {}]}


def judged(name: str, given: dict[str, Any]) -> Judgement:
    return judge(case_of(name), given, 1.0)


def test_the_right_cause_first_is_right() -> None:
    judgement = judged("host.name/text", report(banner="host.name time.clock"))
    assert (judgement.is_detected, judgement.is_right, judgement.builds) == (True, True, 3)
    assert judgement.found == "host.name"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (report(banner="time.clock host.name"), "banner: time.clock"),
        (report(banner=""), "banner: nothing"),
        (report(banner="host.name", other="host.name"), "other: accused of host.name"),
    ],
    ids=["another first", "none", "another file too"],
)
def test_what_is_not_right_is_told(given: dict[str, Any], wrong: str) -> None:
    judgement = judged("host.name/text", given)
    assert (judgement.is_detected, judgement.is_right, judgement.wrong) == (True, False, (wrong,))


def test_a_file_that_is_equal_is_not_detected() -> None:
    judgement = judged("several/two-files", report(host="host.name"))
    assert (judgement.is_detected, judgement.is_right) == (False, False)
    assert judgement.wrong == ("built: equal",)


def test_each_file_has_a_cause_of_its_own() -> None:
    assert judged("several/two-files", report(host="host.name", built="time.clock")).is_right
    assert not judged("several/two-files", report(host="time.clock", built="host.name")).is_right


def test_causes_that_come_together_must_all_be_told() -> None:
    name = "several/who-and-where"
    assert judged(name, report(banner="host.name user.name")).is_right
    assert judged(name, report(banner="host.name")).wrong == ("banner: user.name is not told",)
    together = {"causes": [{"cause": "host.name", "together_with": ["user.name"]}]}
    assert judged(name, report(banner=together)).is_right


def test_what_only_follows_must_be_told_so() -> None:
    name = "time.clock/checksum-follows"
    assert judged(name, report(a__txt="time.clock", SHA256SUMS={"follows": "a.txt"})).is_right
    assert judged(name, report(a__txt="time.clock", SHA256SUMS="time.clock")).wrong == (
        "SHA256SUMS: follows nothing",
    )


def test_a_clean_case_is_accused_by_any_other_verdict() -> None:
    assert judged("clean/gzip-n", report("reproducible")).is_right
    assert not judged("clean/gzip-n", report("inconclusive")).is_right
    accused = judged("clean/gzip-n", report("not reproducible", a__gz="time.clock"))
    assert (accused.is_right, accused.found) == (False, "time.clock")


def test_the_marks_are_of_the_planted_ones() -> None:
    right = judged("host.name/text", report(banner="host.name"))
    wrong = judged("host.name/text", report(banner="time.clock"))
    clean = judged("clean/gzip-n", report("reproducible"))
    total = sums([right] * 92 + [wrong] * 8 + [clean] * 10)
    assert (total.planted, total.clean, total.detected, total.right, total.good) == (100, 10, 1.0, 0.92, True)
    assert not sums([right] * 91 + [wrong] * 9).good
    assert not sums([right, judged("clean/gzip-n", report("inconclusive"))]).good
    assert list(lines([right], []))[-2].startswith(
        "1 planted: detected 100.0% (mark 97%), right first 100.0%"
    )


def test_no_answer_is_neither_detected_nor_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.causes.judge.PATH", "/nowhere")
    judgement = run(case_of("host.name/text"))
    assert (judgement.is_detected, judgement.is_right, judgement.found) == (False, False, "no answer")
    assert "exit status" in judgement.wrong[0]
