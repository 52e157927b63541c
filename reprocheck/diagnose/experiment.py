"""The builds of a diagnosis: numbered, remembered, and each done once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from bootstrap.errors import Interrupted
from reprocheck.circumstances import Circumstances
from reprocheck.compare.index import index
from reprocheck.diagnose.archive import Archive, Record
from reprocheck.diagnose.evidence import Story
from reprocheck.diagnose.search import Varied
from reprocheck.report.model import BuildRow
from reprocheck.subject import Build, Subject
from reprocheck.variation.model import Observed, Variation
from reprocheck.variation.stories import go_together, rounds
from reprocheck.variation.table import tell

STORED = "stored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A build begins."""

    number: int
    what: str
    """As `BuildRow.what`."""
    why: str
    """A clause: "since the clock's values stand in 3 files"."""
    beside: int = 0
    """How many others run at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A build to be done."""

    varied: Varied
    why: str
    again: bool = False
    """Also if it was done before."""
    pinned: bool = False
    """On one processor."""


class Experiment:
    """The builds of one subject; gives what they gave, and where it lies."""

    def __init__(
        self,
        subject: Subject,
        rows: Sequence[Variation],
        *,
        asked: Collection[str] = (),
        cores: int = 1,
        cancel: threading.Event,
        on_event: Callable[[Event], None],
        on_line: Callable[[str], None],
        archive: Archive | None,
        keep: Callable[[Archive], None],
    ) -> None:
        self.rows = tuple(rows)
        self.records: list[Record] = []
        self._asked = asked
        self._cores = cores
        self._used = 1.0
        """Cores that a build used, at most."""
        self._subject = subject
        self._cancel = cancel
        self._on_event = on_event
        self._on_line = on_line
        self._keep = keep
        self._without_traps = False
        self._valid_from = 0
        """Index of the first build that counts: those before failed under the supervisor."""
        self._places: dict[int, Mapping[str, Path]] = {}
        self._stories: dict[tuple[int, Varied], Story] = {}
        self._resumed: list[Record] = []
        names = tuple(row.name for row in rows)
        if archive is not None and archive.variations == names and not archive.without_traps:
            self._resumed = list(archive.records)

    @property
    def rounds(self) -> tuple[Varied, ...]:
        """What is varied at once: in the first every condition, in each further one with other stories."""
        return rounds(self.rows, self._asked)

    def is_possible(self, varied: Varied) -> bool:
        """Whether all of these can be varied in one build."""
        return go_together(row for row in self.rows if row.name in varied)

    def without_traps(self) -> None:
        """From here on, nothing that needs the supervisor; the numbers go on."""
        self.rows = tuple(row for row in self.rows if not row.needs_traps)
        self._without_traps = True
        self._stories.clear()
        self._valid_from = len(self.records)
        self._resumed = []

    def stored(self) -> Record | None:
        """The result that is there, as build 1."""
        build = self._subject.stored()
        return None if build is None else self._noted(build, None)

    def build(
        self, varied: Varied, why: str, *, again: bool = False, writers: bool = False, pinned: bool = False
    ) -> Record:
        """Builds with these varied, unless that was done; `again`: once more; `pinned`: on one processor."""
        wanted = Wanted(varied=varied, why=why, again=again, pinned=pinned)
        known = self._known(wanted)
        if known is not None:
            return known
        self._tell(wanted, 0)
        return self._noted(self._run(varied, writers=writers, pinned=pinned), varied, pinned)

    def build_all(self, wanted: Sequence[Wanted]) -> list[Record]:
        """The same of several that do not depend on each other, side by side as far as cores allow.

        Numbers are in the order of what is wanted. What is raised by one is raised once none runs.
        """
        found = {place: known for place, each in enumerate(wanted) if (known := self._known(each))}
        left = [place for place in range(len(wanted)) if place not in found]
        while left:
            here, left = left[: self.at_once], left[self.at_once :]
            for later, place in enumerate(here):
                self._tell(wanted[place], later, beside=len(here) - 1)
            with ThreadPoolExecutor(len(here), "build") as pool:
                futures = [
                    pool.submit(self._run, wanted[place].varied, pinned=wanted[place].pinned)
                    for place in here
                ]
                for place, future in zip(here, futures, strict=True):
                    each = wanted[place]
                    found[place] = self._noted(future.result(), each.varied, each.pinned)
        return [found[place] for place in range(len(wanted))]

    @property
    def at_once(self) -> int:
        """How many builds may run side by side, by the cores that those before used."""
        return max(1, int(self._cores / max(1.0, self._used)))

    def _known(self, wanted: Wanted) -> Record | None:
        """It as it was done before, here or in the session that was interrupted."""
        key = wanted.varied, wanted.pinned
        if not wanted.again:
            for record in self.records[self._valid_from :]:
                if (record.varied, record.pinned) == key:
                    return record
        for record in self._resumed:
            if (record.varied, record.pinned) == key:
                self._resumed.remove(record)
                record = replace(record, number=len(self.records) + 1)
                self.records.append(record)
                return record
        return None

    def _tell(self, wanted: Wanted, later: int, *, beside: int = 0) -> None:
        number = len(self.records) + 1 + later
        what = self.what(wanted.varied, wanted.pinned)
        self._on_event(Event(number=number, what=what, why=wanted.why, beside=beside))

    def observe(self, varied: Varied) -> Observed:
        """What a build with these varied would see."""
        return self._subject.observe(tell(self.rows, varied), cancel=self._cancel)

    def place(self, record: Record, output: str) -> Path | None:
        """Where an output of a build lies; a build of an earlier session is done again for it."""
        if record.number not in self._places and record.varied is not None and record.ok:
            what = self.what(record.varied, record.pinned)
            self._on_event(Event(number=record.number, what=what, why="once more, for its bytes"))
            build = self._run(record.varied, pinned=record.pinned)
            self._places[record.number] = build.outputs
        return self._places.get(record.number, {}).get(output)

    def go_on(self) -> None:
        """Interrupted if that is wanted; for work between builds that may take long."""
        if self._cancel.is_set():
            raise Interrupted("interrupted; nothing is left running")

    def story(self, record: Record, names: Varied) -> Story:
        """What a build was told of these variations, and when it ran."""
        key = record.number, names
        if key not in self._stories:
            self._stories[key] = self._story(record, names)
        return self._stories[key]

    def _story(self, record: Record, names: Varied) -> Story:
        circumstances = Circumstances() if record.varied is None else tell(self.rows, record.varied)
        traps = circumstances.conditions.traps
        clock = traps.clock if traps else None
        return Story(
            marks={row.name: tuple(row.marks(circumstances)) for row in self.rows if row.name in names},
            started=record.started,
            ended=record.ended,
            clock=clock.at if clock else None,
            runs=bool(clock and clock.runs),
        )

    def what(self, varied: Varied | None, pinned: bool = False) -> str:
        """For people."""
        if pinned:
            return f"{self.what(varied)}, on one processor"
        if varied is None:
            return STORED
        if not varied:
            return "nothing varied"
        names = sorted(varied)
        if len(names) == 1:
            return f"only {names[0]} varied"
        first, *further = self.rounds
        if varied == first:
            return "everything varied"
        if varied in further:
            return f"everything varied, by other stories: {', '.join(sorted(varied - first))}"
        left_out = sorted(first - varied)
        if varied < first and len(left_out) <= 3:
            return f"everything varied but {', '.join(left_out)}"
        return f"varied: {', '.join(names)}" if len(names) <= 4 else f"{len(names)} varied"

    def table(self) -> tuple[BuildRow, ...]:
        """The builds, as a report lists them."""
        first: dict[bytes, int] = {}
        found = []
        for record in self.records:
            key = record.tree.digest.raw if record.ok else b""
            found.append(
                BuildRow(
                    number=record.number,
                    what=self.what(record.varied, record.pinned),
                    varied=tuple(sorted(record.varied or ())),
                    ok=record.ok,
                    seconds=record.seconds,
                    equal_to=first.get(key) if key else None,
                    message=record.message,
                )
            )
            if key:
                first.setdefault(key, record.number)
        return tuple(found)

    def _run(self, varied: Varied, *, writers: bool = False, pinned: bool = False) -> Build:
        circumstances = tell(self.rows, varied)
        if pinned:
            circumstances = replace(
                circumstances.condition(processors=(min(os.sched_getaffinity(0)),)), cores=1
            )
        if writers and circumstances.conditions.traps is not None:
            circumstances = circumstances.trap(writers=True)
        return self._subject.build(circumstances, cancel=self._cancel, on_line=self._on_line)

    def _noted(self, build: Build, varied: Varied | None, pinned: bool = False) -> Record:
        if build.seconds > 0:
            self._used = max(self._used, build.cpu / build.seconds)
        record = Record(
            number=len(self.records) + 1,
            varied=varied,
            pinned=pinned,
            ok=build.ok,
            message=build.message,
            started=build.started,
            ended=build.ended,
            seconds=build.seconds,
            observed=build.observed,
            writers=build.writers,
            outputs={name: index(path) for name, path in build.outputs.items()} if build.ok else {},
        )
        self._places[record.number] = build.outputs
        self.records.append(record)
        self._keep(
            Archive(
                variations=tuple(row.name for row in self.rows),
                without_traps=self._without_traps,
                records=tuple(each for each in self.records if each.varied is not None),
            )
        )
        return record
