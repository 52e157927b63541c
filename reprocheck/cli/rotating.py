"""How far a subject got, varying one row of the covering array in each run (`reprocheck.rotation`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reprocheck import rotation as array
from reprocheck.report.model import Report, Verdict
from reprocheck.subject import Subject
from reprocheck.variation.model import Variation
from reprocheck.variation.stories import rounds

ALWAYS = "time.clock"
"""Varied in every run, and no part of the pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Where the rotation of one subject stands."""

    rows: tuple[Variation, ...]
    """Those that suit the subject and this host, other stories among them."""
    number: int = 0
    """The row of the array to vary next."""
    survived: tuple[frozenset[str], ...] = ()
    """What was varied in the runs that gave the same again, as far as it took."""
    drawn: Mapping[str, int] = field(default_factory=dict)
    """By row, in how many runs it was varied."""

    @property
    def names(self) -> tuple[str, ...]:
        """The conditions whose pairs are counted."""
        first = rounds(self.rows, ())[0]
        return tuple(row.name for row in self.rows if row.name in first and row.name != ALWAYS)

    @property
    def runs(self) -> int:
        """How many there are until it begins again."""
        return len(array.rows(self.names))

    def chosen(self) -> tuple[Variation, ...]:
        """The rows to vary next: of each condition the story that was told least often so far."""
        conditions = {ALWAYS, *array.rows(self.names)[self.number]}
        varied = set(conditions)
        for row in self.rows:
            stories = [row, *self._others(row.name, conditions)]
            if row.name in varied and len(stories) > 1:
                drawn = min(stories, key=lambda story: self.drawn.get(story.name, 0))
                varied = (varied - set(drawn.instead_of)) | {drawn.name}
        return tuple(row for row in self.rows if row.name in varied)

    def _others(self, name: str, conditions: set[str]) -> list[Variation]:
        """The other stories of a condition that vary nothing beyond these."""
        return [
            row
            for row in self.rows
            if row.instead_of[:1] == (name,) and conditions.issuperset(row.instead_of)
        ]

    def after(self, report: Report) -> Rotation:
        """Where it stands after a check with what was chosen."""
        survived = self.survived
        applied = frozenset(each.name for each in report.variations if each.applied)
        if report.verdict is Verdict.REPRODUCIBLE:
            survived = tuple(dict.fromkeys((*survived, applied)))
        drawn = Counter(self.drawn) + Counter(row.name for row in self.chosen())
        return replace(self, number=(self.number + 1) % self.runs, survived=survived, drawn=drawn)

    def told(self, ran: int) -> str:
        """For people, after the row `ran` was varied."""
        seen, of = array.pairs(self.names, map(self._conditions, self.survived))
        told = frozenset().union(*self.survived)
        left = [row.name for row in self.rows if row.instead_of and row.name not in told]
        return (
            f"run {ran + 1} of {self.runs}: {seen:,} of {of:,} pairs of conditions seen together "
            "so far, each pair in four ways: neither, one, the other, both"
        ) + (f"; stories not told yet: {', '.join(left)}" if left else "")

    def _conditions(self, run: frozenset[str]) -> frozenset[str]:
        """What a run varied, whatever story was told of it."""
        found = {name for row in self.rows if row.name in run for name in (row.name, *row.instead_of)}
        return frozenset(found.intersection(self.names))

    def to_json(self) -> dict[str, Any]:
        return {
            "names": [row.name for row in self.rows],
            "number": self.number,
            "survived": [sorted(run) for run in self.survived],
            "drawn": dict(self.drawn),
        }


def rotation(subject: Subject, table: Iterable[Variation], kept: Any) -> Rotation:
    """Where it stands by what was kept (`to_json`); anew if that is none, or of others."""
    anew = Rotation(
        rows=tuple(row for row in table if not (row.on_request or subject.suits(row.name) or row.obstacle()))
    )
    if not isinstance(kept, dict) or kept["names"] != anew.to_json()["names"]:
        return anew
    return replace(
        anew,
        number=kept["number"],
        survived=tuple(map(frozenset, kept["survived"])),
        drawn=kept["drawn"],
    )
