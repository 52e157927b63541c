"""Reports as one page of HTML: no script, no request, nothing in it that a file name could break.

Everything that is not written here goes through `html.escape`; the page forbids itself all but its
own style (Content Security Policy, https://www.w3.org/TR/CSP3/).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from bootstrap import __version__
from bootstrap.cli.say import counted, seconds
from reprocheck.cause import CAUSES
from reprocheck.compare import Difference, Kind
from reprocheck.report.differences import headline, where
from reprocheck.report.excerpt import Side, text, windows
from reprocheck.report.model import Finding, FoundCause, Report, Verdict
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
)

_DIFFERENCES = 8
"""Shown of each file,"""
_WINDOWS = 4
"""and of each difference."""
_FILES = 500
"""Named of those that differ for the same causes."""
_GROUPS = 50
"""Groups of files that are told in full."""
_ROW = 8
"""Bytes in a line of digits."""
_DIGITS = 32
_TEXT = 64
"""Bytes shown of each side."""
_COLOURS = {
    Verdict.REPRODUCIBLE: "good",
    Verdict.PROTECTED: "warn",
    Verdict.INCONCLUSIVE: "warn",
    Verdict.NOT_REPRODUCIBLE: "bad",
    Verdict.BUILD_FAILED: "bad",
}


def page(reports: Sequence[Report]) -> str:
    """The whole page, ended by a newline. Of several reports a table comes first."""
    title = reports[0].subject if len(reports) == 1 else counted(len(reports), "subject")
    style = Path(__file__).with_name("page.css").read_text("utf-8")
    return "".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            '<meta http-equiv="Content-Security-Policy" '
            "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f"<title>{_e(title)} – reprocheck</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n",
            *(_table(reports) if len(reports) != 1 else ()),
            *(part for number, report in enumerate(reports, 1) for part in _report(report, number)),
            f"<footer>reprocheck {_e(__version__)}</footer>\n</main>\n</body>\n</html>\n",
        ]
    )


def _e(words: str) -> str:
    """Words for people as HTML, in an element or a quoted attribute."""
    return escape(plain(words))


def _block(words: str) -> str:
    """The same of several lines."""
    return "\n".join(_e(line) for line in words.splitlines())


def _table(reports: Sequence[Report]) -> Iterator[str]:
    yield f"<h1>{counted(len(reports), 'subject')}</h1>\n"
    yield '<div class="scroll"><table class="subjects">\n<thead><tr><th>subject</th><th>verdict</th>'
    yield '<th>causes</th><th class="number">builds</th><th class="number">time</th></tr></thead>\n<tbody>\n'
    for number, report in enumerate(reports, 1):
        yield (
            f'<tr><td><a href="#subject-{number}">{_e(report.subject)}</a></td><td>{_verdict(report)}</td>'
            f'<td>{_e(", ".join(causes_of([report])))}</td><td class="number">{len(report.builds)}</td>'
            f'<td class="number">{seconds(report.seconds)}</td></tr>\n'
        )
    yield "</tbody></table></div>\n"


def _verdict(report: Report) -> str:
    return f'<span class="verdict {_COLOURS[report.verdict]}">{_e(report.verdict.value)}</span>'


def _report(report: Report, number: int) -> Iterator[str]:
    yield f'<section id="subject-{number}">\n<h1>{_e(report.subject)}</h1>\n<div class="lead">'
    yield f"{_verdict(report)}<span>{_e(SUMMARIES[report.verdict])}</span>"
    effort = f"{counted(len(report.builds), 'build')}, {seconds(report.seconds)}"
    yield f'<span class="soft">{effort}</span></div>\n'
    if report.outputs:
        rows = "".join(f"<dt>{_e(name)}</dt><dd><code>{_e(is_)}</code></dd>" for name, is_ in report.outputs)
        yield f"<dl>{rows}</dl>\n"
    for note in report.notes:
        yield f"<p>{_e(note)}</p>\n"
    if report.causes:
        yield '<h2>Causes, and what to change</h2>\n<div class="causes">\n'
        for cause in report.causes:
            yield from _cause_card(cause, report)
        yield "</div>\n"
    groups = alike(report.findings)
    if groups:
        count = len(report.findings)
        yield f"<h2>{counted(count, 'file')} that {'differs' if count == 1 else 'differ'}</h2>\n"
    for index, group in enumerate(groups[:_GROUPS]):
        yield from _group(group, report, opened=index < 3)
    if len(groups) > _GROUPS:
        left = sum(len(group) for group in groups[_GROUPS:])
        yield f"<p>{counted(left, 'more file')} with other causes: see --json.</p>\n"
    yield from _matrix(report)
    yield "</section>\n"


def _cause_card(cause: FoundCause, report: Report) -> Iterator[str]:
    files = sum(any(each.cause == cause.cause for each in finding.causes) for finding in report.findings)
    level = CAUSES[cause.cause].level if cause.cause in CAUSES else None
    chip = f'<span class="chip">{_e(cause.confidence.value)}</span>'
    yield f'<div class="card"><h3>{_e(spelt(cause))} {chip}</h3>\n'
    if meaning(cause):
        yield f"<p>{_e(meaning(cause))}</p>\n"
    facts = [counted(files, "file")] if files else []
    facts += [f"{level.value}: {LEVELS[level]}"] if level else []
    yield f'<p class="soft">{_e(" · ".join(facts))}</p>\n'
    if remedy(cause):
        yield f'<p class="remedy">{_unbroken(remedy(cause))}</p>\n'
    yield "</div>\n"


def _unbroken(words: str) -> str:
    """The same, with options of programs never divided at their hyphens."""
    return " ".join(
        f'<span class="word">{_e(word)}</span>' if "-" in word else _e(word) for word in words.split()
    )


def _group(group: Sequence[Finding], report: Report, *, opened: bool) -> Iterator[str]:
    """The first file of a group in full, the others by name."""
    first = group[0]
    chips = "".join(f' <span class="chip">{_e(spelt(cause))}</span>' for cause in first.causes)
    more = f' <span class="soft">and {len(group) - 1:,} more</span>' if len(group) > 1 else ""
    yield f'<details class="card"{" open" if opened else ""}><summary>'
    yield f"<code>{_e(place(first))}</code>{chips}{more}</summary>\n<dl>"
    yield f"<dt>level</dt><dd>{_e(f'{first.level.value}: {LEVELS[first.level]}')}</dd>"
    if first.follows:
        yield f"<dt>follows</dt><dd>it only follows from <code>{_e(first.follows)}</code></dd></dl>\n"
    else:
        yield from _explained(first, report)
    if len(group) > 1:
        yield f"<p>The same causes in {counted(len(group) - 1, 'more file')}:</p>\n<ul>\n"
        yield from (f"<li><code>{_e(place(each))}</code></li>\n" for each in group[1 : 1 + _FILES])
        yield f"</ul>\n{f'<p>and {len(group) - 1 - _FILES:,} more</p>' if len(group) - 1 > _FILES else ''}"
    yield "</details>\n"


def _explained(finding: Finding, report: Report) -> Iterator[str]:
    """Why a file differs, and where; within a list of terms, which it ends."""
    for cause in finding.causes:
        yield f"<dt>cause</dt><dd><strong>{_e(spelt(cause))}</strong> ({_e(cause.confidence.value)})"
        yield f" {_e(meaning(cause))}{_evidence(cause)}</dd>"
    if not finding.causes:
        yield "<dt>cause</dt><dd>none could be shown</dd>"
        if finding.ruled_out:
            yield f"<dt>ruled out</dt><dd>{_e(', '.join(finding.ruled_out))}</dd>"
    if finding.writer:
        yield f"<dt>written by</dt><dd><code>{_e(finding.writer)}</code></dd>"
    yield "</dl>\n"
    names = {row.number: f"build {row.number}: {row.what}" for row in report.builds}
    left, right = (names.get(number, f"build {number}") for number in finding.builds)
    for difference in finding.differences[:_DIFFERENCES]:
        yield from _difference(difference, left, right)
    hidden = finding.difference_count - len(finding.differences[:_DIFFERENCES])
    if hidden > 0:
        yield f'<p class="soft">and {counted(hidden, "more difference")}</p>\n'


def _evidence(cause: FoundCause) -> str:
    if not cause.evidence:
        return ""
    items = "".join(f"<li>{_e(proven(each))}</li>" for each in cause.evidence)
    return f"<ul>{items}</ul>"


def _difference(difference: Difference, left: str, right: str) -> Iterator[str]:
    inside = f"<code>{_e(member(difference))}</code> " if member(difference) else ""
    yield f"<p>{inside}{_e(headline(difference))}</p>\n"
    if difference.left or difference.right:
        marked = (f"<mark>{_e(value)}</mark>" for value in (difference.left, difference.right))
        yield _sides(left, right, *marked, plain_text=True)
        return
    if difference.kind is Kind.METADATA:
        return
    shown = windows(difference.ranges, text=_TEXT, digits=_DIGITS, before_text=_TEXT // 4, before_digits=_ROW)
    for each in shown[:_WINDOWS]:
        spell = _as_text if each.is_text else _as_digits
        yield f'<p class="soft">{_e(where(each.first))}</p>\n'
        yield _sides(left, right, spell(each.left), spell(each.right), plain_text=each.is_text)
    if len(shown) > _WINDOWS or difference.range_count > len(difference.ranges) > 0:
        yield '<p class="soft">and more</p>\n'


def _sides(left: str, right: str, left_html: str, right_html: str, *, plain_text: bool) -> str:
    kind = " text" if plain_text else ""
    return (
        f'<div class="sides"><div class="side left{kind}"><p>{_e(left)}</p><pre>{left_html}</pre></div>'
        f'<div class="side right{kind}"><p>{_e(right)}</p><pre>{right_html}</pre></div></div>\n'
    )


def _as_text(side: Side) -> str:
    return "".join(_mark(text(run), differs) for run, differs in side.runs())


def _as_digits(side: Side) -> str:
    """Lines of an offset, digits and text; bytes that differ are marked one by one."""
    lines = []
    for first in range(0, len(side.data), _ROW):
        row = range(first, min(first + _ROW, len(side.data)))
        digits = " ".join(_mark(f"{side.data[at]:02x}", at in side.differing) for at in row)
        gap = " " * (3 * (_ROW - len(row)) + 2)
        words = "".join(_mark(text(side.data[at : at + 1]), at in side.differing) for at in row)
        lines.append(f'<span class="offset">{side.start + first:08x}</span>  {digits}{gap}{words}')
    return "\n".join(lines)


def _mark(words: str, differs: bool) -> str:
    return f"<mark>{_e(words)}</mark>" if differs else _e(words)


def _matrix(report: Report) -> Iterator[str]:
    """What was varied in which build, and which results were the same."""
    applied = [each for each in report.variations if each.applied]
    missing = not_applied(report)
    letters = result_letters(report.builds)
    yield f"<h2>{counted(len(report.builds), 'build')}</h2>\n"
    yield '<div class="scroll"><table class="matrix">\n<thead><tr><th>variation</th>'
    for row in report.builds:
        yield f"<th>{row.number}<br>{_e(row.what)}</th>"
    yield "</tr></thead>\n<tbody>\n"
    for each in applied:
        cells = "".join(_cell(each.name in row.varied) for row in report.builds)
        yield f'<tr><th title="{_e(each.text)}"><code>{_e(each.name)}</code></th>{cells}</tr>\n'
    yield "</tbody>\n<tfoot>\n<tr><th>result (the same letter: the same bytes)</th>"
    yield "".join(f"<td><strong>{letters[row.number]}</strong></td>" for row in report.builds)
    yield "</tr>\n<tr><th>time</th>"
    yield "".join(f"<td>{seconds(row.seconds)}</td>" for row in report.builds)
    yield "</tr>\n</tfoot></table></div>\n"
    for row in report.builds:
        if not row.ok:
            yield f"<p>Build {row.number} failed:</p>\n<pre>{_block(row.message)}</pre>\n"
    if missing:
        yield "<h2>Not varied</h2>\n<ul>\n"
        for reason, names in missing:
            listed = ", ".join(f"<code>{_e(name)}</code>" for name in names)
            yield f"<li>{listed}: {_e(reason)}</li>\n"
        yield "</ul>\n"


def _cell(varied: bool) -> str:
    return '<td class="on">varied</td>' if varied else '<td class="off">·</td>'
