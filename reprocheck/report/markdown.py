"""Reports as GitHub Flavored Markdown, for a pull request: short, with the details folded away.

Foreign words stand in code spans and fences (https://github.github.com/gfm/#code-spans), longer than
any run of backticks in them, or have every character escaped that could mean something.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from bootstrap.cli.say import counted, seconds
from reprocheck.report.differences import lines as difference_lines
from reprocheck.report.model import Finding, Report, Verdict
from reprocheck.report.paint import Paint
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
    spelt,
)

_GROUPS = 10
_FILES = 10
_DIFFERENCES = 2
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#!|~&$]|^[-+=]|(?<=^\d)[.)]")


def text(reports: Sequence[Report]) -> str:
    """Everything, ended by a newline."""
    return "\n".join(_lines(reports)) + "\n"


def escape(words: str) -> str:
    """Words as text: no mark-up, no HTML, no mention of a person."""
    return _unmentioned(_SPECIAL.sub(r"\\\g<0>", plain(words).lstrip()))


def _summary(words: str) -> str:
    """Words within a block of HTML, where nothing else is mark-up."""
    return _unmentioned(html.escape(plain(words)))


def _unmentioned(words: str) -> str:
    # mentions are looked for in the text as it will be shown
    return words.replace("@", "@&#8203;")


def code(words: str) -> str:
    """Words as a code span, that of a table's cell too."""
    words = plain(words).replace("|", "\\|")
    fence = "`" * (_longest_run(words) + 1)
    blank = " " if words.startswith("`") or words.endswith("`") or not words else ""
    return f"{fence}{blank}{words}{blank}{fence}"


def _longest_run(words: str) -> int:
    return max((len(run) for run in re.findall("`+", words)), default=0)


def _lines(reports: Sequence[Report]) -> Iterator[str]:
    if len(reports) != 1:
        yield f"### reprocheck: {counted(len(reports), 'subject')}"
        yield ""
        yield "| verdict | subject | causes | builds | time |"
        yield "|---|---|---|---:|---:|"
        for report in reports:
            causes = ", ".join(code(name) for name in causes_of([report]))
            yield (
                f"| {report.verdict.value} | {code(report.subject)} | {causes} | {len(report.builds)} "
                f"| {seconds(report.seconds)} |"
            )
        yield ""
    for report in reports:
        if len(reports) == 1 or report.verdict is not Verdict.REPRODUCIBLE:
            yield from _report(report)


def _report(report: Report) -> Iterator[str]:
    yield f"### {code(report.subject)}: {report.verdict.value}"
    yield ""
    effort = f"{counted(len(report.builds), 'build')}, {seconds(report.seconds)}"
    yield f"{escape(SUMMARIES[report.verdict])} ({effort})"
    yield ""
    for note in report.notes:
        yield f"> {escape(note)}"
        yield ""
    if report.causes:
        yield "| cause | | what to change |"
        yield "|---|---|---|"
        for cause in report.causes:
            name = f"{code(spelt(cause))} ({cause.confidence.value})"
            yield f"| {name} | {escape(meaning(cause))} | {escape(remedy(cause))} |"
        yield ""
    groups = alike(report.findings)
    for group in groups[:_GROUPS]:
        yield from _group(group)
    if len(groups) > _GROUPS:
        left = sum(len(group) for group in groups[_GROUPS:])
        yield f"and {counted(left, 'more file')} with other causes"
        yield ""
    yield from _circumstances(report)


def _group(group: Sequence[Finding]) -> Iterator[str]:
    first = group[0]
    more = f", and {counted(len(group) - 1, 'more file')}" if len(group) > 1 else ""
    yield f"<details><summary>{_summary(place(first))}{more}</summary>"
    yield ""
    yield f"- {first.level.value}: {LEVELS[first.level]}"
    if first.follows:
        yield f"- it only follows from {code(first.follows)}"
        yield ""
    else:
        yield from _explained(first)
    for each in group[1 : 1 + _FILES]:
        yield f"- {code(place(each))}"
    left = len(group) - 1 - _FILES
    if left > 0:
        yield f"- and {left:,} more"
    if len(group) > 1:
        yield ""
    yield "</details>"
    yield ""


def _explained(finding: Finding) -> Iterator[str]:
    for cause in finding.causes:
        yield f"- {code(spelt(cause))} ({cause.confidence.value})"
        yield from (f"  - {escape(proven(evidence))}" for evidence in cause.evidence)
    if not finding.causes:
        ruled_out = ", ".join(code(name) for name in finding.ruled_out) or "nothing"
        yield f"- no cause could be shown; ruled out: {ruled_out}"
    if finding.writer:
        yield f"- written by {code(finding.writer)}"
    yield ""
    shown = []
    for difference in finding.differences[:_DIFFERENCES]:
        first, *others = difference_lines(difference, Paint(colour=False))
        inside = f"{plain(member(difference))}: " if member(difference) else ""
        shown += [inside + first, *others]
    if shown:
        fence = "`" * max(3, _longest_run("\n".join(shown)) + 1)
        yield fence
        yield from shown
        yield fence
        yield ""


def _circumstances(report: Report) -> Iterator[str]:
    applied = [each.name for each in report.variations if each.applied]
    missing = not_applied(report)
    count = sum(len(names) for _, names in missing)
    yield f"<details><summary>{len(applied)} varied, {count} not varied</summary>"
    yield ""
    if applied:
        yield "Varied: " + ", ".join(map(code, applied))
        yield ""
    for reason, names in missing:
        yield f"- not varied: {', '.join(map(code, names))}: {escape(reason)}"
    if missing:
        yield ""
    for row in report.builds:
        first = row.message.partition("\n")[0]
        equal = f", equal to {row.equal_to}" if row.equal_to is not None else ""
        outcome = equal if row.ok else f", failed: {escape(first)}"
        yield f"{row.number}. {escape(row.what)}, {seconds(row.seconds)}{outcome}"
    yield ""
    yield "</details>"
    yield ""
