"""The files that differ, with what was seen of each: values in every build, evidence between two."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from bootstrap.tree import Node
from reprocheck.compare import Bounds, Difference, Kind, Range, Span, diff
from reprocheck.compare.difference import shown
from reprocheck.diagnose import evidence as ev
from reprocheck.diagnose.archive import Record
from reprocheck.diagnose.experiment import Experiment
from reprocheck.diagnose.names import Tracked, tracked
from reprocheck.diagnose.rank import RESTLESS, weights
from reprocheck.diagnose.search import File, Varied

_REPORT = Bounds()


@dataclass(slots=True)
class Differing:
    """One of them."""

    tracked: Tracked
    file: File
    evidences: dict[tuple[int, int], ev.Evidence] = field(default_factory=dict)
    follows: str = ""

    @property
    def name(self) -> str:
        """Its path, the output's name first."""
        return shown(self.tracked.path)


class Files:
    """All of them; looked at again after each build."""

    def __init__(self, experiment: Experiment, every: Varied) -> None:
        self._experiment = experiment
        self._every = every
        self.causes = {row.name: row.cause for row in experiment.rows if row.name in every}
        self._restless = frozenset(
            row.name
            for row in experiment.rows
            if row.name in every and RESTLESS & {row.cause, *row.instead_of}
        )
        self._evidences: dict[tuple[bytes, int, int], ev.Evidence] = {}

    def look(self, records: Sequence[Record]) -> list[Differing]:
        """The files that differ between any of these builds, with all that they tell."""
        found = []
        for each in tracked({record.number: record.tree for record in records}):
            differing = Differing(tracked=each, file=File(self._every, {}, self._restless))
            for record in records:
                if record.varied is not None:
                    differing.file.see(record.number, record.varied, each.value(record.number))
            self._weigh(differing, {record.number: record for record in records})
            found.append(differing)
        return found

    def evidence(self, each: Tracked, left: Record, right: Record) -> ev.Evidence:
        """What the differing bytes of two builds tell; nothing where a build has no such file."""
        key = each.path, left.number, right.number
        if key not in self._evidences:
            differences = self.differences(each, left, right, ev.BOUNDS)
            times = [name for name, cause in self.causes.items() if cause.startswith("time.")]
            stories = (self._experiment.story(each, self._every) for each in (left, right))
            self._evidences[key] = ev.evidence(differences, *stories, times=times)
        return self._evidences[key]

    def differences(self, each: Tracked, left: Record, right: Record, bounds: Bounds) -> list[Difference]:
        """All of them, the name's included. Interrupted as `Experiment.go_on`."""
        self._experiment.go_on()
        one, other = each.found.get(left.number), each.found.get(right.number)
        if one is None or other is None:
            kind = Kind.ONLY_LEFT if other is None else Kind.ONLY_RIGHT
            there = one or other
            return [Difference(place=(_inner(there[0]),), kind=kind)] if there else []
        found: list[Difference] = []
        if one[0] != other[0]:
            names = shown(os.path.basename(one[0])), shown(os.path.basename(other[0]))
            found += [
                replace(difference, place=(_inner(one[0]),)) for difference in ev.names_as_spots(*names)
            ]
        if one[1].digest != other[1].digest or one[1].kind != other[1].kind:
            paths = self._real(left, one[0]), self._real(right, other[0])
            if paths[0] and paths[1]:
                for difference in diff(*map(os.fsdecode, paths), bounds=bounds):
                    if difference.kind is Kind.MODE and not _may_be_run(difference):
                        continue
                    top = b"/".join(part for part in (_inner(one[0]), difference.place[0]) if part)
                    found.append(replace(difference, place=(top, *difference.place[1:])))
        return found

    def real(self, record: Record, each: Tracked) -> str:
        """Where it lies, of a build that has it; "" if there is none."""
        there = each.found.get(record.number)
        return os.fsdecode(self._real(record, there[0])) if there else ""

    def _real(self, record: Record, path: bytes) -> bytes:
        output, _, rest = path.partition(b"/")
        top = self._experiment.place(record, output.decode())
        if top is None:
            return b""
        return os.fsencode(top) + (b"/" + rest if rest else b"")

    def _weigh(self, differing: Differing, records: Mapping[int, Record]) -> None:
        """Looks at the bytes of those pairs of builds that are to be explained."""
        file = differing.file
        pairs = [
            (one, other)
            for one, other in combinations(file.seen, 2)
            if one.varied == other.varied and one.value != other.value
        ]
        while True:
            if pairs:
                one, other = pairs.pop()
            elif (gap := file.gap(file.shown())) is not None:
                one, other = gap.near, gap.far
            else:
                break
            known = _numbers(one.number, other.number) in differing.evidences
            found = self._note(differing, _numbers(one.number, other.number), records)
            file.weights = weights(found, self.causes)
            if known:
                break
        for proof in file.shown().values():
            self._note(differing, _numbers(*proof.builds), records)

    def _note(
        self, differing: Differing, numbers: tuple[int, int], records: Mapping[int, Record]
    ) -> ev.Evidence:
        """The evidence between two builds, and whether it accounts for all that differs."""
        found = self.evidence(differing.tracked, records[numbers[0]], records[numbers[1]])
        differing.evidences[numbers] = found
        if found.accounts:
            differing.file.accounted[numbers] = found.accounts
        if found.resembles:
            differing.file.resembled[numbers] = found.resembles
        return found


def _numbers(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _inner(path: bytes) -> bytes:
    return path.partition(b"/")[2]


def _may_be_run(difference: Difference) -> bool:
    """Whether modes differ in what an index knows of them: that a file may be executed."""
    left, right = (bool(int(mode, 8) & 0o111) for mode in (difference.left, difference.right))
    return left is not right


def for_report(difference: Difference) -> Difference:
    """With excerpts as a report shows them."""
    return replace(
        difference,
        ranges=tuple(
            Range(left=_short(each.left), right=_short(each.right))
            for each in difference.ranges[: _REPORT.ranges]
        ),
    )


def _short(span: Span) -> Span:
    first = max(span.start - _REPORT.context, span.excerpt_start)
    at = first - span.excerpt_start
    return replace(span, excerpt=span.excerpt[at : at + _REPORT.excerpt], excerpt_start=first)


def nothing_in(node: Node) -> bool:
    """Whether a tree of outputs has no file at all."""
    entries = getattr(node, "entries", None)
    return entries is not None and all(nothing_in(inner) for _, inner in entries)
