"""How far a subject got, varying one row of the covering array in each run (`reprocheck.rotation`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from reprocheck.report.model import Report, Verdict
from reprocheck.rotation import pairs, rows
from reprocheck.subject import Subject
from reprocheck.variation.model import Variation

ALWAYS = "time.clock"
"""Varied in every run, and no part of the pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Where the rotation of one subject stands."""

    names: tuple[str, ...]
    """The variations whose pairs are counted: those that suit the subject and this host."""
    number: int = 0
    """The row to vary next."""
    survived: tuple[frozenset[str], ...] = ()
    """What was varied in the runs that gave the same again, as far as it took."""

    def chosen(self, table: Iterable[Variation]) -> tuple[Variation, ...]:
        """The rows of the table to vary next."""
        varied = {ALWAYS, *rows(self.names)[self.number]}
        return tuple(row for row in table if row.name in varied)

    def after(self, report: Report) -> Rotation:
        """Where it stands after a check with what was chosen."""
        survived = self.survived
        if report.verdict is Verdict.REPRODUCIBLE:
            run = frozenset(each.name for each in report.variations if each.applied) & frozenset(self.names)
            survived = tuple(dict.fromkeys((*survived, run)))
        return replace(self, number=(self.number + 1) % len(rows(self.names)), survived=survived)

    def told(self, ran: int) -> str:
        """For people, after the row `ran` was varied."""
        seen, of = pairs(self.names, self.survived)
        return (
            f"run {ran + 1} of {len(rows(self.names))}: {seen:,} of {of:,} pairs of conditions seen together "
            "so far, each pair in four ways: neither, one, the other, both"
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "names": list(self.names),
            "number": self.number,
            "survived": [sorted(run) for run in self.survived],
        }


def rotation(subject: Subject, table: Iterable[Variation], kept: Any) -> Rotation:
    """Where it stands by what was kept (`to_json`); anew if that is none, or of others."""
    names = tuple(
        row.name
        for row in table
        if row.name != ALWAYS and not row.instead_of and not (subject.suits(row.name) or row.obstacle())
    )
    if not isinstance(kept, dict) or tuple(kept["names"]) != names:
        return Rotation(names=names)
    return Rotation(names=names, number=kept["number"], survived=tuple(map(frozenset, kept["survived"])))
