from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from reprocheck.cause import Level
from reprocheck.report import terminal
from reprocheck.report.model import AppliedVariation, Report, Verdict
from reprocheck.report.paint import Paint
from tests.reprocheck.report.samples import HOSTILE, REPORTS, report, reproducible

PLAIN = Paint(colour=False)


def shown(*reports: Report, paint: Paint = PLAIN) -> list[str]:
    return list(terminal.lines(reports, paint))


def test_a_file_is_followed_by_where_cause_evidence_and_change() -> None:
    lines = shown(report())
    first = lines.index("out/share/doc.gz  L1: differs with what no sandbox can fix")
    labels = [line[2:14].strip() for line in lines[first + 1 : lines.index("", first)]]
    assert [label for label in labels if label] == ["where", "cause", "evidence", "change", "writer", "also"]
    assert any("1f 8b 08 00 01 02 03 04 00 03" in line for line in lines)
    assert any("(builds 2" in line for line in lines)


def test_files_with_the_same_causes_are_told_once() -> None:
    lines = shown(report())
    assert "  also        out/share/second.gz, out/share/third.gz" in lines
    assert sum(line.startswith("out/") for line in lines) == 4


def test_what_only_follows_comes_last_and_what_has_no_cause_says_what_was_ruled_out() -> None:
    lines = shown(report())
    heads = [line.split()[0] for line in lines if line.startswith("out/")]
    assert heads == ["out/share/doc.gz", "out/lib/table", "out/lib/odd", "out/share/SUMS"]
    assert "  cause       none could be shown" in lines
    assert "  ruled out   locale, host.name" in lines


def test_a_remedy_is_told_once() -> None:
    whole = report()
    other = replace(whole.findings[1], level=Level.ALWAYS)
    lines = shown(replace(whole, findings=(whole.findings[0], other)))
    assert sum("SOURCE_DATE_EPOCH, or" in line for line in lines) == 1
    assert sum(line == "  change      see above" for line in lines) == 1


def test_a_failed_build_says_why_and_shows_its_log_where_that_is_the_verdict() -> None:
    whole = report()
    failed = replace(whole.builds[4], what="only host.name varied", message="exit status 2\n  | no rule")
    whole = replace(whole, builds=(*whole.builds[:4], failed))
    lines = shown(whole)
    assert any(line.endswith("only host.name varied: failed: exit status 2") for line in lines)
    assert not any("no rule" in line for line in lines)
    lines = shown(replace(whole, verdict=Verdict.BUILD_FAILED))
    assert any(line.endswith("  | no rule") for line in lines)


def test_of_several_subjects_variations_are_counted() -> None:
    lines = shown(report(), reproducible())
    assert "  varied      2" in lines
    assert "  not varied  cpu.features" in lines


def test_builds_and_variations_applied_or_not_are_listed() -> None:
    lines = shown(report())
    assert "  varied      time.clock, host.name" in lines
    assert "  not varied  cpu.features: share/doc.gz" in lines
    assert "               2  B       0.6 s  everything varied" in lines


def test_lines_fit_80_columns() -> None:
    assert max(map(len, shown(report()))) <= 80


def test_several_subjects_are_a_table_and_only_what_is_not_well_is_told_in_full() -> None:
    lines = shown(reproducible(), report(), reproducible("other@1"))
    assert lines[0] == "reproducible      clean@1               2 builds         1.1 s"
    assert lines[3] == "3 subjects: 2 reproducible, 1 not reproducible"
    assert sum(line.startswith("demo@1") for line in lines) == 1
    assert not any(line.startswith("other@1  ") for line in lines[4:])


def test_what_was_not_asked_for_is_named_once_also_beside_what_is_well() -> None:
    left = AppliedVariation(
        name="time.clock-year", text="New Year", applied=False, why_not="another story", asked=False
    )
    well = replace(reproducible(), variations=(*reproducible().variations, left))
    assert "  not varied  time.clock-year: another story" in shown(well)
    assert "  not tried   time.clock-year: see reprocheck variations" in shown(well, reproducible("other@1"))
    lines = shown(well, replace(report(), variations=(*report().variations, left)))
    assert sum("time.clock-year" in line for line in lines) == 1


def test_nothing_to_check_is_said() -> None:
    assert shown() == ["nothing to check"]


def test_there_is_colour_only_where_it_is_wanted() -> None:
    assert "\x1b" not in "".join(shown(report()))
    assert "\x1b[31;7m01 02 03 04\x1b[0m" in "\n".join(shown(report(), paint=Paint(colour=True)))


@given(each=REPORTS)
def test_no_report_steers_the_terminal(each: Report) -> None:
    assert all(line.isprintable() for line in shown(each, each))


def test_hostile_words_are_escaped_and_nothing_of_them_is_hidden() -> None:
    lines = shown(report(HOSTILE))
    assert all(line.isprintable() for line in lines)
    assert any("\\x1b[2J\\r\\n" in line for line in lines)


def test_many_files_are_counted_not_listed() -> None:
    whole = report()
    lines = shown(replace(whole, findings=whole.findings[1:3] * 1000))
    assert len(lines) < 40
    assert any("and 1,991 more" in line for line in lines)
