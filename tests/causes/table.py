"""All judgements as a table, the sums, and the marks to reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from tests.causes.case import Case
from tests.causes.judge import Judgement

DETECTED = 0.97
RIGHT = 0.92
ACCUSED = 0
BUILDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Shares are of the cases with a planted cause."""

    planted: int
    clean: int
    detected: float
    right: float
    accused: int
    """Clean cases of which anything but "reproducible" was said."""
    builds: float
    """Median, of the cases with a planted cause."""

    @property
    def good(self) -> bool:
        return (
            self.detected >= DETECTED
            and self.right >= RIGHT
            and self.accused <= ACCUSED
            and self.builds <= BUILDS
        )


def sums(judgements: Sequence[Judgement]) -> Sums:
    planted = [each for each in judgements if not each.case.is_clean]
    clean = [each for each in judgements if each.case.is_clean]
    count = len(planted) or 1
    return Sums(
        planted=len(planted),
        clean=len(clean),
        detected=sum(each.is_detected for each in planted) / count if planted else 1.0,
        right=sum(each.is_right for each in planted) / count if planted else 1.0,
        accused=sum(not each.is_right for each in clean),
        builds=median(each.builds for each in planted) if planted else 0,
    )


def lines(judgements: Sequence[Judgement], not_run: Sequence[tuple[Case, tuple[str, ...]]]) -> Iterator[str]:
    """The table, what is wrong with each case, and the sums."""
    heads = ("case", "expected", "found first", "detected", "right", "builds", "seconds")
    rows = [heads, *map(_row, judgements)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    for row in rows:
        texts = [f"{text:<{width}}" for text, width in zip(row[:5], widths, strict=False)]
        numbers = [f"{text:>{width}}" for text, width in zip(row[5:], widths[5:], strict=True)]
        yield "  ".join(texts + numbers)
    yield ""
    for each in judgements:
        yield from (f"{each.case.name}: {text}" for text in each.wrong)
    for case, missing in not_run:
        yield f"{case.name}: not run here: there is no {', '.join(missing)}"
    total = sums(judgements)
    yield (
        f"{total.planted} planted: detected {total.detected:.1%} (mark {DETECTED:.0%}), "
        f"right first {total.right:.1%} (mark {RIGHT:.0%}), median of builds {total.builds:g} (mark {BUILDS})"
    )
    yield f"{total.clean} clean: accused {total.accused} (mark {ACCUSED})"


def _row(each: Judgement) -> tuple[str, ...]:
    yes = {True: "yes", False: "no"}
    detected = "-" if each.case.is_clean else yes[each.is_detected]
    return (
        each.case.name,
        each.case.expected,
        each.found,
        detected,
        yes[each.is_right],
        str(each.builds),
        f"{each.seconds:.1f}",
    )
