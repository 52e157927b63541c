"""Builds that do not depend on each other run side by side, as far as cores allow; the answer is the same."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from bootstrap.errors import Interrupted
from reprocheck.diagnose import Archive, Event, diagnose
from reprocheck.report.model import Report, Verdict
from tests.reprocheck.diagnose.simulated import Simulated, Values, causes, row
from tests.reprocheck.diagnose.test_diagnosis import OTHERS, ROWS, stories

PATIENCE = 30


class Watched:
    """What a build gives, and how many run at once."""

    def __init__(self) -> None:
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def __call__(self, values: Values) -> Mapping[str, bytes]:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            return self.files(values)
        finally:
            with self._lock:
                self._now -= 1

    def files(self, values: Values) -> Mapping[str, bytes]:
        return {"f": b"same"}


class Meeting(Watched):
    """Builds after the first two wait for each other in pairs, and fail if nobody comes."""

    def __init__(self) -> None:
        super().__init__()
        self._barrier = threading.Barrier(2)
        self._begun = 0

    def files(self, values: Values) -> Mapping[str, bytes]:
        self._begun += 1
        if self._begun > 2:
            self._barrier.wait(PATIENCE)
        return {"f": b"same"}


def check(tmp_path: Path, write: Watched, *, used_cores: float = 1.0, **options) -> Report:
    rows = options.pop("rows", ROWS)
    return diagnose(Simulated(tmp_path, write, used_cores=used_cores), rows, causes(rows), **options)


def test_further_builds_run_in_pairs_on_two_cores(tmp_path: Path) -> None:
    write, events = Meeting(), list[Event]()
    report = check(tmp_path, write, further=4, cores=2, on_event=events.append)
    assert (report.verdict, write.most) == (Verdict.REPRODUCIBLE, 2)
    assert [each.number for each in report.builds] == [each.number for each in events] == [1, 2, 3, 4, 5, 6]
    assert [each.beside for each in events] == [0, 0, 1, 1, 1, 1]


def test_rounds_of_stories_run_side_by_side(tmp_path: Path) -> None:
    write = Meeting()
    report = check(tmp_path, write, rows=stories(), asked=OTHERS, cores=2)
    assert (len(report.builds), write.most) == (4, 2)


@pytest.mark.parametrize(("cores", "used"), [(1, 1.0), (2, 1.6), (3, 2.0)])
def test_they_run_one_after_the_other_where_one_needs_the_cores(
    tmp_path: Path, cores: int, used: float
) -> None:
    write = Watched()
    check(tmp_path, write, further=3, cores=cores, used_cores=used)
    assert write.most == 1


def test_further_builds_end_with_the_first_that_differs(tmp_path: Path) -> None:
    class Rare(Watched):
        count = 0

        def files(self, values: Values) -> Mapping[str, bytes]:
            self.count += 1
            return {"f": b"rare" if self.count == 4 else b"same"}

    report = check(tmp_path, Rare(), further=9, cores=2)
    assert len(report.builds) == 4
    assert "build 4 differs from" in report.notes[0]


@pytest.mark.parametrize("marks", [True, False])
def test_the_answer_is_that_of_builds_one_after_the_other(tmp_path: Path, marks: bool) -> None:
    rows = stories(marks=marks)

    class Many(Watched):
        def files(self, values: Values) -> Mapping[str, bytes]:
            told = {name: values[name].encode() for name in ("vb1", "vc2", "vd3", "ve4")}
            return {**told, "both": told["vb1"] + told["ve4"], "clean": b"x"}

    found = []
    for cores in (1, 4):
        (tmp_path / str(cores)).mkdir()
        report = check(tmp_path / str(cores), Many(), rows=rows, asked=OTHERS, cores=cores)
        found.append({each.path: {cause.cause for cause in each.causes} for each in report.findings})
    assert found[0] == found[1]


@pytest.mark.parametrize("cores", [1, 2])
def test_two_stories_with_which_the_build_fails_are_two_findings(tmp_path: Path, cores: int) -> None:
    rows = stories()
    told = ("third--va0", "other--va0")
    subject = Simulated(tmp_path, lambda values: None if values.get("va0") in told else {"f": b"x"})
    report = diagnose(subject, rows, causes(rows), asked=OTHERS, cores=cores)
    assert [(each.path, each.causes[0].cause) for each in report.findings] == [("", "va0"), ("", "va0")]
    why = {each.name: each.why_not for each in report.variations if not each.applied}
    assert why == dict.fromkeys(OTHERS, "the build fails with it")


def test_what_ended_before_an_interruption_is_kept_and_done_no_more(tmp_path: Path) -> None:
    cancel, kept = threading.Event(), list[Archive]()

    class Stopped(Watched):
        count = 0

        def files(self, values: Values) -> Mapping[str, bytes]:
            self.count += 1
            if self.count == 5:
                raise Interrupted("interrupted; nothing is left running")
            return {"f": b"same"}

    (tmp_path / "first").mkdir()
    write = Stopped()
    with pytest.raises(Interrupted):
        check(tmp_path / "first", write, further=6, cores=2, cancel=cancel, keep=kept.append)
    assert len(kept[-1].records) == 4
    (tmp_path / "second").mkdir()
    events = list[Event]()
    report = check(
        tmp_path / "second", Watched(), further=6, cores=2, archive=kept[-1], on_event=events.append
    )
    assert (len(report.builds), len(events)) == (8, 4)


def test_two_rows_are_enough(tmp_path: Path) -> None:
    report = check(tmp_path, Watched(), rows=[row("a"), row("b")], cores=8, further=2)
    assert len(report.builds) == 4
