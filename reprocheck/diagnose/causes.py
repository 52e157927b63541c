"""From what was seen of each file to findings, to the causes of the whole result, to a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from reprocheck.cause import Cause, Level
from reprocheck.diagnose.evidence import Evidence
from reprocheck.diagnose.rank import COMMON, refined
from reprocheck.diagnose.search import File
from reprocheck.report.model import Confidence, Finding, FoundCause, Verdict
from reprocheck.report.model import Evidence as Reason

_ORDER = [Confidence.SHOWN, Confidence.LIKELY, Confidence.POSSIBLE]
_LEVELS = [Level.ALWAYS, Level.OUTSIDE, Level.PROTECTED]
_LIKELY = 0.6
_FEW = 3
"""Suspects that are worth naming."""


def causes_of_file(
    file: File, evidences: Mapping[tuple[int, int], Evidence], causes: Mapping[str, str]
) -> tuple[FoundCause, ...]:
    """The most certain first. `evidences` by two builds, `causes` by variation."""
    shown = file.shown()
    together = file.together(shown)
    excluded = {causes[name] for name in file.ruled_out() if name in causes} - {
        causes[name] for name in file.every - file.ruled_out()
    }
    found: dict[str, tuple[float, FoundCause]] = {}
    for name, proof in shown.items():
        evidence = evidences.get((min(proof.builds), max(proof.builds)), Evidence())
        cause = refined(causes[name], evidence)
        if cause in excluded:
            cause = causes[name]
        clue = max(
            (clue for clue in evidence.clues if clue.name in (name, causes[name], cause)),
            key=lambda clue: clue.strength,
            default=None,
        )
        reasons = [Reason(text=clue.text, builds=proof.builds)] if clue else []
        near, far = proof.builds
        reasons.append(
            Reason(
                text=f"builds {near} and {far} differ in {name} alone, and in this file", builds=proof.builds
            )
        )
        partners: tuple[str, ...] = ()
        if name in together:
            partners = tuple(sorted({causes[other] for other in shown if other != name}))
        strength = clue.strength if clue else 0.0
        if clue or cause != "order.hash":  # its seeds are variables, which change more than orders
            strength += COMMON.get(cause, 0.0) / 10
        entry = FoundCause(
            cause=cause, confidence=Confidence.SHOWN, evidence=tuple(reasons), together_with=partners
        )
        if cause not in found or found[cause][0] < strength:
            found[cause] = strength, entry
    if "order.hash" in found and "rng" in found:
        # Of the two, one only follows: seeds come from the random bytes, and a fixed one leaves more of
        # them to others.
        looks = {clue.name for evidence in evidences.values() for clue in evidence.clues}
        del found["rng" if "order.hash" in looks or "rng" not in looks else "order.hash"]
    certain = [entry for _, entry in sorted(found.values(), key=lambda each: -each[0])]
    return (*certain, *_unsure(file, evidences, causes, found))


def _unsure(
    file: File,
    evidences: Mapping[tuple[int, int], Evidence],
    causes: Mapping[str, str],
    certain: Iterable[str],
) -> list[FoundCause]:
    """Those of what is left unexplained."""
    gap = file.gap(file.shown())
    if gap is None:
        return []
    near, far = sorted((gap.near.number, gap.far.number))
    evidence = evidences.get((near, far), Evidence())
    found: dict[str, FoundCause] = {}
    for clue in evidence.clues:
        cause = causes.get(clue.name, clue.name)
        named = {name for name, other in causes.items() if other == cause}
        if cause in found or cause in certain or (named and not named & gap.suspects):
            continue
        if clue.strength >= _LIKELY:
            reason = Reason(text=clue.text, builds=(near, far))
            found[cause] = FoundCause(cause=cause, confidence=Confidence.LIKELY, evidence=(reason,))
    if not found and len(gap.suspects) <= _FEW:
        for name in sorted(gap.suspects):
            reason = Reason(
                text=f"builds {near} and {far} differ, and it was not ruled out", builds=(near, far)
            )
            found[causes[name]] = FoundCause(
                cause=causes[name], confidence=Confidence.POSSIBLE, evidence=(reason,)
            )
    return list(found.values())


def level_of(found: Sequence[FoundCause], noisy: bool, table: Mapping[str, Cause]) -> Level:
    """The worst of the most certain causes; of causes that show only together the mildest, since it is
    enough to hold one still. L1 where nothing is known."""
    if noisy:
        return Level.ALWAYS
    first = [cause for cause in found if cause.confidence is found[0].confidence]
    levels = []
    for cause in first:
        names = (cause.cause, *cause.together_with)
        levels.append(max((_level(name, table) for name in names), key=_LEVELS.index))
    return min(levels, key=_LEVELS.index, default=Level.OUTSIDE)


def _level(name: str, table: Mapping[str, Cause]) -> Level:
    return table[name].level if name in table else Level.OUTSIDE


def causes_of_all(findings: Sequence[Finding]) -> tuple[FoundCause, ...]:
    """Of the whole result: the most certain first, then those of the most files."""
    best: dict[str, FoundCause] = {}
    often: Counter[str] = Counter()
    rank: dict[str, int] = {}
    for finding in findings:
        if finding.follows:
            continue
        for place, cause in enumerate(finding.causes):
            often[cause.cause] += 1
            rank[cause.cause] = min(rank.get(cause.cause, place), place)
            old = best.get(cause.cause)
            if old is None or _ORDER.index(cause.confidence) < _ORDER.index(old.confidence):
                best[cause.cause] = cause
    return tuple(
        sorted(
            best.values(),
            key=lambda cause: (
                _ORDER.index(cause.confidence), rank[cause.cause], -often[cause.cause], cause.cause
            ),
        )
    )  # fmt: skip


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Of what differs; REPRODUCIBLE if nothing does."""
    if not findings:
        return Verdict.REPRODUCIBLE
    own = [finding for finding in findings if not finding.follows] or list(findings)
    known = [finding for finding in own if _is_shown(finding) or finding.level is Level.ALWAYS]
    if any(finding.level is not Level.PROTECTED for finding in known):
        return Verdict.NOT_REPRODUCIBLE
    return Verdict.PROTECTED if len(known) == len(own) else Verdict.INCONCLUSIVE


def _is_shown(finding: Finding) -> bool:
    return bool(finding.causes) and finding.causes[0].confidence is Confidence.SHOWN
