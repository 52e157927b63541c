"""Whole diagnoses of simulated subjects, of which it is known what changes their files."""

from __future__ import annotations

import gzip
import hashlib
import io
import itertools
import statistics
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reprocheck.cause import Level
from reprocheck.diagnose import Archive, diagnose, most_builds, parse
from reprocheck.report.model import Confidence, Report, Verdict
from reprocheck.variation.model import Variation
from tests.reprocheck.diagnose.simulated import Simulated, Values, Write, causes, row

NAMES = [f"v{letter}{number}" for letter in "abcde" for number in range(7)]
ROWS = [row(name) for name in NAMES]
WITHOUT_MARKS = [row(name, marks=False) for name in NAMES]


def told(values: Values, *names: str) -> bytes:
    return " ".join(values.get(name, f"control-{name}") for name in names).encode()


def hashed(values: Values, *names: str) -> bytes:
    """No value stands in it."""
    return hashlib.sha256(told(values, *names)).digest()


def tar(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def check(write: Write, rows=ROWS, level: Level = Level.OUTSIDE, **options) -> Report:
    with tempfile.TemporaryDirectory() as scratch:
        subject = Simulated(Path(scratch), write, stored=options.pop("stored", None))
        return diagnose(subject, rows, causes(rows, level), **options)


def first_causes(report: Report) -> dict[str, str]:
    return {finding.path: finding.causes[0].cause for finding in report.findings}


def test_equal_results_take_two_builds():
    report = check(lambda values: {"a": b"same"})
    assert (report.verdict, len(report.builds), report.findings) == (Verdict.REPRODUCIBLE, 2, ())
    assert all(variation.applied for variation in report.variations)


def test_a_stored_result_that_is_equal_takes_one_build():
    report = check(lambda values: {"a": b"same"}, stored=lambda values: {"a": b"same"})
    assert report.verdict is Verdict.REPRODUCIBLE
    assert [build.what for build in report.builds] == ["stored", "everything varied"]
    assert all(variation.applied for variation in report.variations)


def test_a_value_in_the_bytes_is_shown_by_the_third_build():
    report = check(lambda values: {"clean": b"x", "f": b"it was " + told(values, "vb3") + b"\n"})
    (finding,) = report.findings
    assert (finding.path, finding.causes[0].cause, len(report.builds)) == ("f", "vb3", 3)
    assert finding.causes[0].confidence is Confidence.SHOWN
    assert '"control-vb3"' in finding.causes[0].evidence[0].text
    assert report.verdict is Verdict.NOT_REPRODUCIBLE


def test_what_our_sandbox_fixes_is_only_protected():
    report = check(lambda values: {"f": told(values, "vb3")}, level=Level.PROTECTED)
    assert report.verdict is Verdict.PROTECTED


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from("fghij"), st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)
    ),
    st.booleans(),
)
def test_the_right_causes_are_shown_within_the_bound_and_no_clean_file_is_accused(truth, marked):
    write = told if marked else hashed
    report = check(
        lambda values: {"clean": b"x", **{name: write(values, *on) for name, on in truth.items()}},
        rows=ROWS if marked else WITHOUT_MARKS,
    )
    shown = {
        finding.path: {cause.cause for cause in finding.causes if cause.confidence is Confidence.SHOWN}
        for finding in report.findings
    }
    assert len(report.builds) <= most_builds(len(NAMES))
    assert shown.keys() == truth.keys()
    for name, on in truth.items():
        assert shown[name] <= set(on)
        if len(truth) == 1 or (marked and len(truth) < 4):
            assert shown[name] == set(on)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=2, unique=True))
def test_causes_that_show_only_together_are_told_so(pair):
    both = [f"varied--{name}" for name in pair]
    report = check(
        lambda values: {"f": bytes([[values.get(name) for name in pair] == both])}, rows=WITHOUT_MARKS
    )
    (finding,) = report.findings
    assert {cause.cause for cause in finding.causes} == set(pair)
    assert {name for cause in finding.causes for name in cause.together_with} <= set(pair)
    assert any(cause.together_with for cause in finding.causes)


def test_half_of_all_diagnoses_take_no_more_than_four_builds():
    counts = [
        len(check(lambda values, name=name: {"f": told(values, name)}, stored=stored).builds)
        for name in NAMES
        for stored in (None, lambda values: {"f": b"another time"})
    ]
    assert statistics.median(counts) <= 4


def test_noise_is_always_and_blames_no_variation():
    count = itertools.count()
    report = check(lambda values: {"f": hashlib.sha256(str(next(count)).encode()).digest(), "clean": b"x"})
    (finding,) = report.findings
    assert (finding.path, finding.level) == ("f", Level.ALWAYS)
    assert not {cause.cause for cause in finding.causes} & set(NAMES)
    assert report.verdict is Verdict.NOT_REPRODUCIBLE


def test_noise_that_one_processor_stills_is_of_the_schedule():
    count = itertools.count()

    with tempfile.TemporaryDirectory() as scratch:
        subject = Simulated(
            Path(scratch),
            lambda values: {"f": b"x" if subject.told[-1].cores == 1 else bytes([next(count)])},
        )
        report = diagnose(subject, ROWS, causes(ROWS))
    (finding,) = report.findings
    assert finding.causes[0].cause == "order.parallel"
    assert finding.causes[0].confidence is Confidence.SHOWN


def test_a_list_of_checksums_follows_from_the_file_in_it():
    def write(values: Values) -> dict[str, bytes]:
        data = b"it was " + told(values, "vb3")
        return {"f": data, "SHA256SUMS": hashlib.sha256(data).hexdigest().encode() + b"  f\n"}

    report = check(write)
    assert {finding.path: finding.follows for finding in report.findings} == {"f": "", "SHA256SUMS": "f"}
    assert first_causes(report) == {"f": "vb3", "SHA256SUMS": "vb3"}
    assert len(report.builds) == 3


def test_an_archive_of_a_differing_file_follows_from_it():
    def write(values: Values) -> dict[str, bytes]:
        data = b"it was " + told(values, "vb3")
        return {"f.txt": data, "f.txt.gz": gzip.compress(data, mtime=0), "a.tar": tar({"doc/f.txt": data})}

    report = check(write)
    assert {finding.path: finding.follows for finding in report.findings if finding.path != "f.txt.gz"} == {
        "f.txt": "",
        "a.tar": "f.txt",
    }
    assert set(first_causes(report).values()) == {"vb3"}


def test_a_variation_that_does_not_suit_is_not_tried():
    with tempfile.TemporaryDirectory() as scratch:
        subject = Simulated(Path(scratch), lambda values: {"f": told(values, "va1")}, unsuited="va1")
        report = diagnose(subject, ROWS, causes(ROWS))
    assert report.verdict is Verdict.REPRODUCIBLE
    assert next(each for each in report.variations if each.name == "va1").why_not == "it has none"


def test_a_running_clock_is_not_taken_for_noise():
    """What holds a duration differs from build to build where the clock runs, and only there."""
    count = itertools.count(1)
    elapsed = row("time.elapsed", marks=False)

    def write(values: Values) -> dict[str, bytes]:
        runs = values.get("time.elapsed") == "varied--time.elapsed"
        return {"f": b"took %d.25 s" % (next(count) if runs else 0)}

    report = check(write, rows=[*ROWS, elapsed])
    (finding,) = report.findings
    assert [cause.cause for cause in finding.causes] == ["time.elapsed"]
    assert len(report.builds) <= 4


def test_a_name_that_holds_a_value_is_one_file():
    report = check(lambda values: {f"log.{values.get('vb3')}.txt": b"same"})
    (finding,) = report.findings
    assert finding.causes[0].cause == "vb3"
    assert finding.differences[0].field == "its name"
    assert len(report.builds) == 3


def test_a_file_that_only_some_builds_have_gets_its_cause():
    report = check(lambda values: {"a": b"x", **({"b": b"y"} if values.get("vc2") == "varied--vc2" else {})})
    assert first_causes(report) == {"b": "vc2"}


def test_a_build_that_fails_only_when_one_thing_is_varied_names_it_and_goes_on():
    def write(values: Values) -> dict[str, bytes] | None:
        return None if values.get("vd4") == "varied--vd4" else {"f": told(values, "va1")}

    report = check(write)
    failure, finding = report.findings
    assert (failure.path, failure.causes[0].cause) == ("", "vd4")
    assert (finding.path, finding.causes[0].cause) == ("f", "va1")
    assert any("vd4 is another" in note for note in report.notes)
    assert not next(each for each in report.variations if each.name == "vd4").applied


def test_a_build_that_always_fails_is_told_so():
    report = check(lambda values: None)
    assert (report.verdict, report.findings) == (Verdict.BUILD_FAILED, ())
    assert any("exit status 1" in note for note in report.notes)
    assert {each.why_not for each in report.variations} == {"the build fails anyway"}


def test_a_build_that_fails_with_and_without_the_supervisor_does_not_blame_it():
    report = check(lambda values: None, rows=[*ROWS, row("trapped", needs_traps=True)])
    assert len(report.builds) == 2
    assert "supervisor" not in str(report)


def test_a_build_that_fails_now_and_then_blames_no_variation():
    fails = iter([False, True, False, False])

    def write(values: Values) -> dict[str, bytes] | None:
        return None if next(fails) else {"f": b"same"}

    report = check(write, rows=ROWS[:2])
    assert (report.verdict, report.findings) == (Verdict.BUILD_FAILED, ())
    assert any("now and then" in note for note in report.notes)


def test_a_build_that_fails_with_the_only_thing_varied_is_a_finding():
    report = check(lambda values: None if values["va1"] == "varied--va1" else {"f": b"x"}, rows=[row("va1")])
    assert (report.verdict, [each.causes[0].cause for each in report.findings]) == (
        Verdict.NOT_REPRODUCIBLE,
        ["va1"],
    )


def test_a_build_that_fails_under_the_supervisor_goes_on_without_it():
    rows = [*ROWS, row("trapped", needs_traps=True)]

    def write(values: Values) -> dict[str, bytes] | None:
        return None if "trapped" in values else {"f": told(values, "va1")}

    report = check(write, rows=rows)
    assert first_causes(report) == {"f": "va1"}
    trapped = next(each for each in report.variations if each.name == "trapped")
    assert "supervisor" in trapped.why_not


def test_a_build_that_gives_nothing_is_told_so():
    report = check(lambda values: {})
    assert any("nothing" in note for note in report.notes)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"obstacle": lambda: "this host has none"}, "this host has none"),
        ({"took": lambda control, varied: False}, "did not take"),
        ({"instead_of": ("va0",)}, "another story"),
    ],
)
def test_what_was_not_varied_is_listed_with_the_reason(changes, why):
    report = check(lambda values: {"a": b"same"}, rows=[*ROWS, row("other", **changes)])
    other = next(each for each in report.variations if each.name == "other")
    assert not other.applied
    assert why in other.why_not


def test_a_stored_result_that_no_rebuild_gives_is_inconclusive():
    report = check(lambda values: {"f": b"rebuilt"}, stored=lambda values: {"f": b"stored one"})
    (finding,) = report.findings
    assert (finding.path, finding.builds, report.verdict) == ("f", (1, 3), Verdict.INCONCLUSIVE)


def test_silence_of_further_builds_is_told_for_what_it_is_worth():
    report = check(lambda values: {"a": b"same"}, further=30)
    assert (len(report.builds), report.verdict) == (32, Verdict.REPRODUCIBLE)
    assert any("30 further builds" in note and "10.0" in note for note in report.notes)


def test_a_rare_difference_is_found_by_further_builds():
    count = itertools.count()
    report = check(lambda values: {"a": b"rare" if next(count) == 5 else b"same"}, further=10)
    assert report.verdict is Verdict.NOT_REPRODUCIBLE
    assert report.findings[0].level is Level.ALWAYS


def test_an_interrupted_diagnosis_goes_on_where_it_was():
    class Stop(Exception):
        pass

    kept: list[Archive] = []

    def keep(archive: Archive) -> None:
        kept.append(archive)
        if len(kept) == 4:
            raise Stop

    def write(values: Values) -> dict[str, bytes]:
        return {"f": hashed(values, "vc3", "va1")}

    with pytest.raises(Stop):
        check(write, rows=WITHOUT_MARKS, keep=keep)
    whole = check(write, rows=WITHOUT_MARKS)
    events = []
    resumed = check(write, rows=WITHOUT_MARKS, archive=parse(kept[-1].dumps()), on_event=events.append)
    assert first_causes(resumed) == first_causes(whole)
    assert len(resumed.builds) == len(whole.builds)
    new = [event for event in events if event.why != "once more, for its bytes"]
    assert len(new) == len(whole.builds) - 4


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'{"schema":"other"}', b'{"schema":"reprocheck.archive/1"}']
)
def test_what_is_no_archive_is_refused(data):
    with pytest.raises(ValueError, match=r"archive|JSON|Expecting|schema"):
        parse(data)


def test_every_build_is_told_of_before_it_begins():
    events = []
    report = check(lambda values: {"f": told(values, "vb3")}, on_event=events.append)
    assert [(event.number, event.what) for event in events] == [
        (build.number, build.what) for build in report.builds
    ]
    assert "vb3" in events[-1].why


def stories(*, marks: bool = True) -> list[Variation]:
    """All rows; one has two other stories, another one of them, too."""
    third = {
        "instead_of": ("va0",),
        "cause": "va0",
        "control": lambda c: c.variable("va0", "control-va0"),
        "took": lambda control, varied: control["va0"] != varied["va0"],
    }
    other = {**third, "instead_of": ("va0", "vb1")}
    return [
        *(ROWS if marks else WITHOUT_MARKS),
        row("va0-third", vary=lambda c: c.variable("va0", "third--va0"), **third),
        row("va0-other", vary=lambda c: c.variable("va0", "other--va0"), **other),
    ]


OTHERS = ("va0-third", "va0-other")


def only(story: str) -> Write:
    """A file that is another only where this story is told."""
    return lambda values: {"clean": b"x", "f": b"1" if values.get("va0") == f"{story}--va0" else b"0"}


def test_other_stories_are_left_untold_and_that_is_said():
    report = check(only("third"), rows=stories())
    assert (report.verdict, len(report.builds)) == (Verdict.REPRODUCIBLE, 2)
    left = {each.name: each.why_not for each in report.variations if not each.asked}
    assert left.keys() == set(OTHERS)
    assert all("--thorough" in why for why in left.values())


@pytest.mark.parametrize("story", ["third", "other"])
@pytest.mark.parametrize("stored", [None, lambda values: {"clean": b"x", "f": b"0"}])
def test_other_stories_are_told_when_asked_for_and_found_as_the_cause(story, stored):
    report = check(only(story), rows=stories(marks=False), asked=OTHERS, stored=stored)
    assert first_causes(report) == {"f": "va0"}
    (finding,) = report.findings
    assert f"va0-{story}" in finding.causes[0].evidence[-1].text
    assert finding.causes[0].confidence is Confidence.SHOWN
    assert all(each.applied and each.asked for each in report.variations)
    assert len(report.builds) <= 7


def test_a_clean_subject_takes_a_build_for_each_round_of_stories():
    report = check(lambda values: {"a": b"same"}, rows=stories(), asked=OTHERS)
    assert (report.verdict, len(report.builds)) == (Verdict.REPRODUCIBLE, 4)
    assert [build.what for build in report.builds[2:]] == [
        f"everything varied, by other stories: {name}" for name in OTHERS
    ]


def test_what_one_story_does_and_what_another_does_are_both_found():
    def write(values: Values) -> dict[str, bytes]:
        return {**only("other")(values), "marked": told(values, "vc2")}

    report = check(write, rows=stories(), asked=OTHERS)
    assert first_causes(report) == {"f": "va0", "marked": "vc2"}


def test_a_build_that_fails_with_another_story_is_a_finding():
    report = check(
        lambda values: None if values.get("va0") == "other--va0" else {"f": b"x"},
        rows=stories(),
        asked=OTHERS,
    )
    (finding,) = report.findings
    assert (finding.path, finding.causes[0].cause) == ("", "va0")
    assert "fails" in next(each for each in report.variations if each.name == "va0-other").why_not


def test_another_story_that_did_not_take_is_no_cause():
    *ordinary, third, other = stories()
    rows = [*ordinary, replace(third, took=lambda control, varied: False), other]
    report = check(only("third"), rows=rows, asked=OTHERS)
    (finding,) = report.findings
    assert finding.path == "f"
    assert "va0" not in {cause.cause for cause in finding.causes}


def test_what_is_only_tried_on_request_is_left_untold_and_that_is_said():
    rows = [*ROWS, row("dear", on_request="it takes long")]
    write = lambda values: {"f": told(values, "dear")}  # noqa: E731
    silent = check(write, rows=rows)
    assert silent.verdict is Verdict.REPRODUCIBLE
    dear = silent.variations[-1]
    assert (dear.applied, dear.asked, dear.why_not) == (False, False, "it takes long")
    assert first_causes(check(write, rows=rows, asked=["dear"])) == {"f": "dear"}


@settings(max_examples=10, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from("fghij"),
        st.lists(st.sampled_from([*NAMES, *OTHERS]), min_size=1, max_size=2, unique=True),
    )
)
def test_no_clean_file_is_accused_whatever_stories_are_told(truth):
    def value(values: Values, name: str) -> bytes:
        if name in OTHERS:
            return b"1" if values["va0"] == f"{name[4:]}--va0" else b"0"
        return hashed(values, name)

    report = check(
        lambda values: {
            "clean": b"x",
            **{name: b"".join(value(values, each) for each in on) for name, on in truth.items()},
        },
        rows=stories(marks=False),
        asked=OTHERS,
    )
    assert {finding.path for finding in report.findings} == truth.keys()
    for finding in report.findings:
        shown = {cause.cause for cause in finding.causes if cause.confidence is Confidence.SHOWN}
        assert shown <= {name[:3] for name in truth[finding.path]}
