"""A report for whoever has to act on it: file, where, cause, evidence, what to change. 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from bootstrap.cli.say import counted, seconds
from reprocheck.report.differences import lines as difference_lines
from reprocheck.report.model import Finding, FoundCause, Report, Verdict
from reprocheck.report.paint import Colour, Paint
from reprocheck.report.summary import (
    LEVELS,
    SUMMARIES,
    alike,
    causes_of,
    meaning,
    member,
    not_applied,
    place,
    plain,
    proven,
    remedy,
    result_letters,
    spelt,
    untried,
)

_WIDTH = 80
_LABEL = 12
_DIFFERENCES = 2
"""Shown of each file; --json has more."""
_CAUSES = 3
"""Told in full of each file."""
_NAMES = 3
"""Causes named in a line."""
_FILES = 8
"""Named of those that differ for the same causes."""
_GROUPS = 12
"""Groups of files that are told in full."""
_COLOURS: dict[Verdict, Colour] = {
    Verdict.REPRODUCIBLE: "green",
    Verdict.PROTECTED: "yellow",
    Verdict.INCONCLUSIVE: "yellow",
    Verdict.NOT_REPRODUCIBLE: "red",
    Verdict.BUILD_FAILED: "red",
}


def lines(reports: Sequence[Report], paint: Paint) -> Iterator[str]:
    """One report; of several a table first, then each that is not reproducible."""
    if len(reports) == 1:
        yield from _report(reports[0], paint, in_full=True)
        return
    yield from _table(reports, paint)
    if left := untried(reports):
        yield from _wrapped("not tried", f"{', '.join(left)}: see reprocheck variations", paint)
    for report in reports:
        if report.verdict is not Verdict.REPRODUCIBLE:
            yield ""
            yield from _report(report, paint, in_full=False)


def verdict_line(report: Report, paint: Paint) -> str:
    """One line for one subject: what came of it, the causes, how many builds, how long."""
    verdict = paint(report.verdict.value, _COLOURS[report.verdict], "bold")
    names = causes_of([report])
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    causes = f": {', '.join(names[:_NAMES])}{more}" if names else ""
    effort = f"({counted(len(report.builds), 'build')}, {seconds(report.seconds)})"
    return f"{plain(report.subject)}  {verdict}{plain(causes)}  {paint(effort, 'dim')}"


def _table(reports: Sequence[Report], paint: Paint) -> Iterator[str]:
    verdicts = max(len(report.verdict.value) for report in reports) if reports else 0
    subjects = max(len(plain(report.subject)) for report in reports) if reports else 0
    for report in reports:
        verdict = paint(report.verdict.value.ljust(verdicts), _COLOURS[report.verdict])
        effort = f"{counted(len(report.builds), 'build'):>9}  {seconds(report.seconds):>12}"
        causes = plain(", ".join(causes_of([report])))
        yield f"{verdict}  {plain(report.subject):<{subjects}}  {effort}  {causes}".rstrip()
    counts = [
        f"{sum(report.verdict is verdict for report in reports)} {verdict.value}"
        for verdict in Verdict
        if any(report.verdict is verdict for report in reports)
    ]
    yield f"{counted(len(reports), 'subject')}: {', '.join(counts)}" if counts else "nothing to check"


def _report(report: Report, paint: Paint, *, in_full: bool) -> Iterator[str]:
    yield verdict_line(report, paint)
    yield f"  {SUMMARIES[report.verdict]}"
    for name, digest in report.outputs:
        yield f"  {paint(plain(name), 'dim')}  {plain(digest)}"
    for text in report.notes:
        yield from _wrapped("note", text, paint)
    told: set[str] = set()
    groups = alike(report.findings)
    for group in groups[:_GROUPS]:
        yield ""
        yield from _group(group, paint, told)
    if len(groups) > _GROUPS:
        left = sum(len(group) for group in groups[_GROUPS:])
        yield ""
        yield f"  {counted(left, 'more file')} with other causes: see --html or --json"
    yield ""
    yield from _variations(report, paint, in_full=in_full)
    yield from _builds(report, paint)


def _group(group: Sequence[Finding], paint: Paint, told: set[str]) -> Iterator[str]:
    """The first file of a group in full, the others by name."""
    first = group[0]
    level = f"{first.level.value}: {LEVELS[first.level]}"
    yield f"{paint(plain(place(first)), 'bold')}  {paint(level, 'dim')}"
    if first.follows:
        yield from _wrapped("follows", f"it only follows from {first.follows}", paint)
    else:
        yield from _explained(first, paint, told)
    if len(group) > 1:
        others = [place(each) for each in group[1 : 1 + _FILES]]
        left = len(group) - 1 - len(others)
        text = ", ".join(others) + (f", and {left:,} more" if left else "")
        yield from _wrapped("also", text, paint)


def _explained(finding: Finding, paint: Paint, told: set[str]) -> Iterator[str]:
    """Where a file differs, and why; the remedies of causes that were `told` are not told again."""
    shown = [each for each in finding.differences if not each.follows] or list(finding.differences)
    label = "where"
    for difference in shown[:_DIFFERENCES]:
        inside = f"{plain(member(difference))}: " if member(difference) else ""
        for line in difference_lines(difference, paint):
            yield f"  {paint(f'{label:<{_LABEL}}', 'dim')}{inside}{line}"
            label = inside = ""
    more = finding.difference_count - len(shown[:_DIFFERENCES])
    if more > 0 and shown:
        yield f"  {'':<{_LABEL}}and {counted(more, 'more difference')}"
    for cause in finding.causes[:_CAUSES]:
        yield from _cause(cause, paint, told)
    if len(finding.causes) > _CAUSES:
        yield from _wrapped("and", ", ".join(spelt(cause) for cause in finding.causes[_CAUSES:]), paint)
    if not finding.causes:
        yield from _wrapped("cause", "none could be shown", paint)
        if finding.ruled_out:
            yield from _wrapped("ruled out", ", ".join(finding.ruled_out), paint)
    if finding.writer:
        yield from _wrapped("writer", finding.writer, paint)


def _cause(cause: FoundCause, paint: Paint, told: set[str]) -> Iterator[str]:
    words = f": {meaning(cause)}" if meaning(cause) else ""
    yield from _wrapped("cause", f"{spelt(cause)} ({cause.confidence.value}){words}", paint, "bold")
    for evidence in cause.evidence:
        yield from _wrapped("evidence", proven(evidence), paint)
    if remedy(cause):
        yield from _wrapped("change", "see above" if cause.cause in told else remedy(cause), paint, "green")
        told.add(cause.cause)


def _variations(report: Report, paint: Paint, *, in_full: bool) -> Iterator[str]:
    """All by name; in full with the reasons why some were not applied."""
    applied = [each.name for each in report.variations if each.applied]
    if applied:
        yield from _wrapped("varied", ", ".join(applied) if in_full else str(len(applied)), paint)
    reasons = not_applied(report)
    if reasons and not in_full:
        left = untried([report])
        names = [name for _, names in reasons for name in names if name not in left]
        if names:
            yield from _wrapped("not varied", ", ".join(names), paint)
        return
    label = "not varied"
    for reason, names in reasons:
        yield from _wrapped(label, f"{', '.join(names)}: {reason}", paint)
        label = ""


def _builds(report: Report, paint: Paint) -> Iterator[str]:
    letters = result_letters(report.builds)
    label = "builds"
    for row in report.builds:
        head = f"{row.number:>2}  {letters[row.number]:<2} {seconds(row.seconds):>10}  "
        why, *log = row.message.splitlines() or [""]
        text = row.what if row.ok else f"{row.what}: failed: {why}"
        yield from _wrapped(label, text, paint, head=head)
        if report.verdict is Verdict.BUILD_FAILED:
            yield from (f"{'':<{len(head) + _LABEL + 2}}{plain(line)}" for line in log)
        label = ""
    if len(set(letters.values())) > 1:
        yield f"  {'':<{_LABEL}}{paint('the same letter: the same result, bit for bit', 'dim')}"


def _wrapped(label: str, text: str, paint: Paint, *colours: Colour, head: str = "") -> Iterator[str]:
    """Text of any length beside a label, within the width; a long word has a line of its own."""
    start = f"  {paint(f'{label:<{_LABEL}}', 'dim')}{head}"
    rest = " " * (2 + _LABEL + len(head))
    for line in _filled(text, _WIDTH - len(rest)):
        yield f"{start}{paint(line, *colours)}".rstrip()
        start = rest


def _filled(text: str, width: int) -> list[str]:
    words = plain(" ".join(text.split()))
    return textwrap.wrap(words, width, break_long_words=False, break_on_hyphens=False) or [""]
