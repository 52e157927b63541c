"""What a report, or several, come to: the worst verdict, the causes of all, what each means in words."""

from __future__ import annotations

from collections.abc import Sequence

from reprocheck.cause import CAUSES, Level
from reprocheck.compare import Difference
from reprocheck.report.model import BuildRow, Evidence, Finding, FoundCause, Report, Verdict

BY_BADNESS = (
    Verdict.BUILD_FAILED,
    Verdict.NOT_REPRODUCIBLE,
    Verdict.INCONCLUSIVE,
    Verdict.PROTECTED,
    Verdict.REPRODUCIBLE,
)
"""The worst first."""

LEVELS = {
    Level.ALWAYS: "differs with everything the same",
    Level.OUTSIDE: "differs with what no sandbox can fix",
    Level.PROTECTED: "differs only with what the sandbox fixes",
}
"""What a level means, of a file."""

SUMMARIES = {
    Verdict.REPRODUCIBLE: "every build gave the same, bit for bit",
    Verdict.PROTECTED: "differs only with what the sandbox fixes",
    Verdict.NOT_REPRODUCIBLE: "differs, and no sandbox can prevent it",
    Verdict.INCONCLUSIVE: "differs, and not every difference has a cause that was shown",
    Verdict.BUILD_FAILED: "it failed, and nothing was compared",
}
"""What a verdict means, in a line."""


def worst(reports: Sequence[Report]) -> Verdict:
    """The worst verdict of all; reproducible if there are none."""
    return min((report.verdict for report in reports), key=BY_BADNESS.index, default=Verdict.REPRODUCIBLE)


def causes_of(reports: Sequence[Report]) -> tuple[str, ...]:
    """The names of all causes, each once, those of the first report first."""
    return tuple(dict.fromkeys(cause.cause for report in reports for cause in report.causes))


def meaning(cause: FoundCause) -> str:
    """What a cause means, in a sentence; "" for one that the table does not have any more."""
    return CAUSES[cause.cause].meaning if cause.cause in CAUSES else ""


def remedy(cause: FoundCause) -> str:
    """What to change; "" for a cause that the table does not have any more."""
    return CAUSES[cause.cause].remedy if cause.cause in CAUSES else ""


def spelt(cause: FoundCause) -> str:
    """The name of a cause, with those that must vary at once for it to show."""
    return " together with ".join([cause.cause, *cause.together_with])


def place(finding: Finding) -> str:
    """Where a finding lies: the path, beneath the output's name."""
    if not finding.output:
        return "the build itself"
    return f"{finding.output}/{finding.path}" if finding.path else finding.output


def member(difference: Difference) -> str:
    """Where within the file a difference lies: the members of containers; "" for the file itself."""
    return difference.path.partition("//")[2] if len(difference.place) > 1 else ""


def alike(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings in groups of the same level and causes, what only follows from others in groups of
    its own at the end; else in the order in which they came."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in sorted(findings, key=lambda finding: bool(finding.follows)):
        causes = tuple((each.cause, each.confidence, each.together_with) for each in finding.causes)
        groups.setdefault((finding.level, causes, finding.follows), []).append(finding)
    return list(groups.values())


def proven(evidence: Evidence) -> str:
    """Its text, with the builds that prove it where that does not name them: "… (builds 2 and 3)"."""
    if not evidence.builds or evidence.text.startswith("build"):
        return evidence.text
    *first, last = map(str, evidence.builds)
    builds = f"builds {', '.join(first)} and {last}" if first else f"build {last}"
    return f"{evidence.text} ({builds})"


def not_applied(report: Report) -> list[tuple[str, list[str]]]:
    """Why variations were not applied, and the names of those."""
    reasons: dict[str, list[str]] = {}
    for each in report.variations:
        if not each.applied:
            reasons.setdefault(each.why_not, []).append(each.name)
    return list(reasons.items())


def untried(reports: Sequence[Report]) -> list[str]:
    """The names of what is only tried when asked for, and was not."""
    return list(
        dict.fromkeys(each.name for report in reports for each in report.variations if not each.asked)
    )


def result_letters(builds: Sequence[BuildRow]) -> dict[int, str]:
    """By number of the build: "A" for the first result and all that are equal to it, "B" for the next
    one, "–" for a build that failed."""
    letters: dict[int, str] = {}
    count = 0
    for row in builds:
        if not row.ok:
            letters[row.number] = "–"
        elif row.equal_to is not None and row.equal_to in letters:
            letters[row.number] = letters[row.equal_to]
        else:
            letters[row.number] = _letter(count)
            count += 1
    return letters


def _letter(index: int) -> str:
    """A, B, … Z, AA, AB, …"""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def plain(text: str) -> str:
    """The text with all that cannot be printed escaped: it steers no terminal, and hides nothing."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
