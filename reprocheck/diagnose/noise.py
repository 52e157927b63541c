"""Files that differ between two builds in which nothing differs: what may bring that."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from reprocheck.diagnose.evidence import Evidence
from reprocheck.report.model import Confidence, FoundCause
from reprocheck.report.model import Evidence as Reason

_SURE, _HINT = 0.45, 0.2
"""Strength of clues."""
_LEFT_OVER = ("uninit", "inode", "benchmark")
_NUMBERS_LEFT_OVER = ("inode", "benchmark", "uninit")
"""What no story can hold still, likeliest first: memory that nobody wrote, numbers that a file system
gives, the time-stamp counter."""


def causes_of_noise(
    evidence: Evidence,
    controls: tuple[int, int],
    *,
    held: Collection[str] = (),
    pinned: Sequence[tuple[int, object]] = (),
) -> tuple[FoundCause, ...]:
    """For a file that differs between two control builds. `held`: causes that all builds hold still, so
    they are none. `pinned`: what it was in builds on one processor, by their number; two that are equal
    show that the schedule decides (two that differ do not show that it does not)."""
    text = f"builds {controls[0]} and {controls[1]} differ, though both are told the same"
    noise = Reason(text=text, builds=controls)
    if len(pinned) > 1 and len({value for _, value in pinned}) == 1:
        numbers = tuple(number for number, _ in pinned)
        text = f"builds {' and '.join(map(str, numbers))}, on one processor, are equal"
        shown = FoundCause(
            cause="order.parallel",
            confidence=Confidence.SHOWN,
            evidence=(noise, Reason(text=text, builds=numbers)),
        )
        return (shown,)
    clues = [clue for clue in evidence.clues if clue.name not in held and clue.strength > _HINT]
    found = [
        FoundCause(
            cause=clue.name,
            confidence=Confidence.LIKELY
            if clue.strength >= _SURE or len(clues) == 1
            else Confidence.POSSIBLE,
            evidence=(Reason(text=clue.text), noise),
        )
        for clue in clues
    ]
    if not found:
        has_numbers = any(clue.name == "inode" for clue in evidence.clues)
        found = [
            FoundCause(cause=cause, confidence=Confidence.POSSIBLE, evidence=(noise,))
            for cause in (_NUMBERS_LEFT_OVER if has_numbers else _LEFT_OVER)
        ]
    return tuple(found[:3])


def may_be_schedule(evidences: Sequence[Evidence]) -> bool:
    """Whether builds on one processor are worth their time: not for what looks like one number or name."""
    names = {clue.name for evidence in evidences for clue in evidence.clues}
    return "order.parallel" in names or not names


def worth_of_silence(builds: int) -> str:
    """What it says that so many further builds were equal: the rule of three (Hanley and Lippman-Hand,
    1983)."""
    return (
        f"rare differences: {builds} further builds were equal, so fewer than one build in "
        f"{max(builds / 3, 1):.1f} differs (95 % sure)"
    )
