"""From a subject and the table of variations to a report: the plan of builds, carried out."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bootstrap.tree import root_digest
from reprocheck.cause import Cause
from reprocheck.diagnose.archive import Archive, Record
from reprocheck.diagnose.causes import causes_of_all, causes_of_file, level_of, verdict_of
from reprocheck.diagnose.evidence import BOUNDS, Evidence
from reprocheck.diagnose.experiment import Event, Experiment, Wanted
from reprocheck.diagnose.files import Differing, Files, for_report, nothing_in
from reprocheck.diagnose.follow import Digests, follows
from reprocheck.diagnose.names import Tracked, tracked
from reprocheck.diagnose.noise import causes_of_noise, may_be_schedule, worth_of_silence
from reprocheck.diagnose.rank import BEYOND_CONTROL, RESTLESS
from reprocheck.diagnose.search import File, Varied, next_build
from reprocheck.report.model import (
    AppliedVariation,
    Confidence,
    Finding,
    FoundCause,
    Report,
    Verdict,
)
from reprocheck.report.model import Evidence as Reason
from reprocheck.subject import Subject
from reprocheck.variation.model import Observed, Variation

_NOTHING: Varied = frozenset()
_BAD_BUILDS = 3
"""Variations under which the build fails that are left out before it is given up."""
_REACHES = "to see whether any of it reaches the result"
_NAMED = 8
"""Differences that a finding lists."""


def diagnose(
    subject: Subject,
    variations: Sequence[Variation],
    causes: Mapping[str, Cause],
    *,
    asked: Collection[str] = (),
    cores: int = 1,
    cancel: threading.Event | None = None,
    on_event: Callable[[Event], None] = lambda event: None,
    on_line: Callable[[str], None] = lambda line: None,
    archive: Archive | None = None,
    keep: Callable[[Archive], None] = lambda archive: None,
    further: int = 0,
) -> Report:
    """Builds as often as it takes, but at most `most_builds`, and says what was found.

    `asked`: names of variations that are not tried by themselves, and are to be (`Variation.is_for_all`);
    where they tell other stories, each round of those (`variation.stories`) may take as many builds again
    as its number asks for. `cores`: those that its builds together may use. `archive` is that of an
    interrupted diagnosis of the same subject, `keep` is given one after every build; `further` builds more
    are done where nothing differs. Raises Interrupted if `cancel` is set; the subject is the caller's to
    close.
    """
    began = time.monotonic()
    refused = {
        row.name: subject.suits(row.name) or row.obstacle()
        for row in variations
        if not row.on_request or row.name in asked
    }
    experiment = Experiment(
        subject,
        [row for row in variations if refused.get(row.name) == ""],
        asked=asked,
        cores=cores,
        cancel=cancel or threading.Event(),
        on_event=on_event,
        on_line=on_line,
        archive=archive,
        keep=keep,
    )
    report = _Diagnosis(subject, tuple(variations), refused, causes, experiment, further).report()
    return replace(report, seconds=time.monotonic() - began)


def most_builds(variations: int) -> int:
    """Builds of one diagnosis, the stored result included, for so many variations."""
    return int(2 * math.log2(max(variations, 2))) + 8


class _Diagnosis:
    def __init__(
        self,
        subject: Subject,
        variations: tuple[Variation, ...],
        refused: dict[str, str],
        causes: Mapping[str, Cause],
        experiment: Experiment,
        further: int,
    ) -> None:
        self._subject = subject
        self._variations = variations
        self._refused = refused
        self._causes = causes
        self._experiment = experiment
        self._further = further
        self._round = 0
        """Of `Experiment.rounds`, the one at hand."""
        self._most = 0
        """Builds that there may be by its end."""
        self._control: Record | None = None
        """The build with nothing varied, once something differed."""
        self._seen: Observed | None = None
        self._taken: set[str] = set()
        """Variations that were seen to take."""
        self._told_of: dict[str, tuple[str, ...]] = {}
        """By cause, what builds saw of it that is worth telling."""
        self._left_out: set[str] = set()
        """Variations under which the build fails."""
        self._held: set[str] = set()
        """Causes whose control story was seen to be told: they are not behind noise."""
        self._notes: list[str] = []
        self._failures: list[Finding] = []
        self._found: dict[str, Finding] = {}
        """By file, what differs."""

    @property
    def _every(self) -> Varied:
        """What is varied at once in this round; nothing if that went with the supervisor."""
        rounds = self._experiment.rounds
        return (rounds[self._round] if self._round < len(rounds) else _NOTHING) - self._left_out

    def report(self) -> Report:
        stored = self._experiment.stored()
        if stored is not None and not stored.ok:
            stored = None
        first = stored or self._plain("nothing to compare with was stored")
        if first is None:
            return self._failed()
        if not self._experiment.rows:
            self._notes.append("nothing was varied: none of what was asked for can be")
        while self._round < len(self._experiment.rounds):
            if not self._look(first):
                return self._failed()
            self._round += 1
            self._build_ahead()
        self._round = 0
        if self._control is None:
            return self._equal(first)
        findings = [*self._failures, *self._found.values()]
        if stored is not None:
            findings += self._only_stored(stored, self._control)
        return self._told(self._control, findings)

    def _look(self, first: Record) -> bool:
        """Varies what this round varies, and looks into what differs; whether it could be built."""
        earlier = frozenset().union(*self._experiment.rounds[: self._round])
        self._most = len(self._experiment.records) + most_builds(len(self._every - earlier)) - 1
        varied = self._varied()
        if varied is None:
            return False
        base = self._control or first
        if nothing_in(base.tree) and nothing_in(varied.tree) and not self._round:
            self._notes.append("the build gives nothing: there was nothing to compare")
        if base.tree == varied.tree:
            self._note_taken(self._seen_in(base), varied.observed)
            return True
        control = self._plain("the results differ: what is the same with nothing varied?")
        if control is None:
            return False
        self._control = control
        self._note_taken(control.observed, varied.observed)
        self._found |= self._findings(*self._search())
        return True

    def _build_ahead(self) -> None:
        """All rounds that are left: they do not depend on each other."""
        left = [varied - self._left_out for varied in self._experiment.rounds[self._round :]]
        self._experiment.build_all([Wanted(varied=varied, why=_REACHES) for varied in left])

    def _seen_in(self, record: Record) -> Observed:
        """What a build with nothing varied saw; of a stored result nobody knows, so it is asked once."""
        if record.varied is not None:
            return record.observed
        if self._seen is None:
            self._seen = self._experiment.observe(_NOTHING)
        return self._seen

    # The builds that every diagnosis has.

    def _plain(self, why: str) -> Record | None:
        """Nothing varied; without the supervisor if it fails under it. None if it fails at all."""
        control = self._experiment.build(_NOTHING, why, writers=True)
        if control.ok or not any(row.needs_traps for row in self._experiment.rows):
            return control if control.ok else None
        trapped = [row.name for row in self._experiment.rows if row.needs_traps]
        self._experiment.without_traps()
        plain = self._experiment.build(_NOTHING, "it may work without the supervisor", again=True)
        if not plain.ok:
            return None
        self._refused |= dict.fromkeys(trapped, "the build does not work under the supervisor")
        self._notes.append(f"the build failed under the supervisor of system calls: {control.message}")
        return plain

    def _varied(self) -> Record | None:
        """Everything varied, but for what makes the build fail, which is found out."""
        for _ in range(_BAD_BUILDS + 1):
            varied = self._experiment.build(self._every, _REACHES)
            if varied.ok:
                return varied
            control = self._plain("it failed: does it also fail with nothing varied?")
            if control is None:
                return None
            if not self._find_failing(control):
                return None
        return None

    def _find_failing(self, control: Record) -> bool:
        """Which variation makes the build fail; it is left out from here on."""
        while True:
            file = File(self._every)
            for record in self._counting():
                file.see(record.number, record.varied or _NOTHING, record.ok)
            shown = file.shown()
            if shown:
                break
            built = {seen.varied for seen in file.seen}
            wanted = next_build([file], built, self._experiment.is_possible)
            again = wanted is None
            if wanted is None:
                wanted = file.wants_again(shown)
            if wanted is None or len(self._experiment.records) >= self._most:
                return False
            self._experiment.build(wanted, "to find what makes the build fail", again=again)
        for name, proof in shown.items():
            row = next(row for row in self._variations if row.name == name)
            failed = next(
                each
                for each in reversed(self._experiment.records)
                if each.number in proof.builds and not each.ok
            )
            repeated = self._experiment.build(failed.varied or _NOTHING, "does it fail again?", again=True)
            if repeated.ok:
                self._notes.append(
                    f"the build fails now and then: build {failed.number} did, build {repeated.number} with "
                    f"the same varied did not ({failed.message})"
                )
                return False
            text = f"the build fails when this is varied: {row.text}"
            self._notes.append(f"{text} ({failed.message})" if failed.message else text)
            cause = FoundCause(
                cause=row.cause,
                confidence=Confidence.SHOWN,
                evidence=(Reason(text=text, builds=proof.builds),),
            )
            self._failures.append(
                Finding(
                    output="",
                    path="",
                    level=level_of((cause,), False, self._causes),
                    causes=(cause,),
                    differences=(),
                    difference_count=0,
                    builds=proof.builds,
                )
            )
            self._left_out.add(name)
            self._refused[name] = "the build fails with it"
        return True

    def _note_taken(self, control: Observed, varied: Observed) -> None:
        """Notes which variations of this round were seen to take."""
        for row in self._experiment.rows:
            if row.name not in self._every:
                continue
            if row.took(control, varied):
                self._taken.add(row.name)
                self._told_of[row.cause] = row.told(control, varied)
            else:
                self._refused[row.name] = "it did not take: the build saw no difference"

    # What differs.

    def _records(self) -> list[Record]:
        """The builds that count and did not fail."""
        return [record for record in self._counting() if record.ok]

    def _counting(self) -> list[Record]:
        """The builds that count; not those that were built ahead for another round."""
        so_far = frozenset().union(*self._experiment.rounds[: self._round + 1]) - self._left_out
        return [
            record
            for record in self._experiment.records
            if record.varied is not None and record.varied <= so_far and not record.pinned
        ]

    def _search(self) -> tuple[list[Differing], dict[str, str]]:
        """Builds until every file is explained, or nothing more can be told. The files that are not known
        to differ from a round before, and what each of those that only follow from another follows from."""
        took = frozenset(self._taken)
        files = Files(self._experiment, took & self._every)
        self._held = set(files.causes.values()) - RESTLESS - BEYOND_CONTROL
        followed: dict[str, str] | None = None
        while True:
            records = [_restricted(record, took) for record in self._records()]
            differing = [each for each in files.look(records) if each.name not in self._found]
            if followed is None:
                followed = self._followed(files, differing)
            open_files = [each for each in differing if each.name not in followed]
            if len(self._experiment.records) >= self._most:
                return self._with_noise(files, differing), followed
            wanted = self._next(open_files)[: self._most - len(self._experiment.records)]
            if not wanted:
                return self._with_noise(files, differing), followed
            self._experiment.build_all(wanted)

    def _next(self, differing: Sequence[Differing]) -> list[Wanted]:
        """The next builds: one, or as many that do not depend on each other as may run side by side."""
        most = self._experiment.at_once
        noisy = [each for each in differing if each.file.is_noisy()]
        calm = [each for each in differing if not each.file.is_noisy()]
        found: dict[Varied, str] = {}
        for each in calm:
            without = each.file.wants_without(each.file.shown())
            if without is not None:
                found.setdefault(without, f"to see whether nothing else changes {each.name}")
        if found:
            return [Wanted(varied=varied, why=why) for varied, why in [*found.items()][:most]]
        again = Counter[Varied]()
        for each in calm:
            twice = each.file.wants_again(each.file.shown())
            if twice is not None:
                again[twice] += 1
        controls = sum(not record.varied for record in self._records())
        if any(each.file.is_noisy() for each in noisy) and controls < 2:
            again[_NOTHING] += 1
        if again:
            why = "to see whether it is the same twice"
            return [Wanted(varied=varied, why=why, again=True) for varied, _ in again.most_common(most)]
        built = {record.varied for record in self._experiment.records if record.varied is not None}
        wanted = next_build([each.file for each in calm], built, self._experiment.is_possible)
        if wanted is not None:
            return [Wanted(varied=wanted, why=self._why(calm, wanted))]
        for each in calm:
            alone = each.file.wants_alone(each.file.shown())
            if alone is not None and alone not in built:
                found.setdefault(alone, f"to see whether it is enough alone for {each.name}")
        return [Wanted(varied=varied, why=why) for varied, why in [*found.items()][:most]]

    def _why(self, differing: Sequence[Differing], wanted: Varied) -> str:
        likely = Counter[str]()
        for each in differing:
            for evidence in list(each.evidences.values())[-1:]:
                likely.update(
                    clue.name for clue in evidence.clues if clue.strength > 0.5 and clue.name in wanted
                )
        if not likely:
            return f"to halve what may be the cause for {_files(len(differing))}"
        name, count = likely.most_common(1)[0]
        return f"values of {name} stand in the differing bytes of {_files(count)}"

    def _with_noise(self, files: Files, differing: list[Differing]) -> list[Differing]:
        """With two builds on one processor, if files differ with nothing varied."""
        noisy = [each for each in differing if (pair := each.file.is_noisy()) and not pair[0].varied]
        has_room = len(self._experiment.records) + 2 <= self._most
        if has_room and any(may_be_schedule(list(each.evidences.values())) for each in noisy):
            why = "files differ with nothing varied: is it the schedule?"
            for again in (False, True):  # one after the other, so that neither waits for the processor
                self._experiment.build(_NOTHING, why, again=again, pinned=True)
        return differing

    def _followed(self, files: Files, differing: Sequence[Differing]) -> dict[str, str]:
        """By file: the one that it follows from, between the control and the varied build."""
        control, varied = self._pair()
        pairs = {}
        for each in differing:
            real = files.real(control, each.tracked), files.real(varied, each.tracked)
            if all(real):
                pairs[each.name] = (Path(real[0]), Path(real[1]))
        digests = Digests(pairs)
        differences = {
            each.name: files.differences(each.tracked, control, varied, BOUNDS) for each in differing
        }
        leaders = {name: follows(name, differences, digests) for name, own in differences.items() if own}
        return {name: leader for name, leader in leaders.items() if leader}

    def _pair(self) -> tuple[Record, Record]:
        records = self._records()
        control = next(record for record in records if not record.varied)
        return control, next(record for record in records if record.varied == self._every)

    # What it means.

    def _findings(self, differing: Sequence[Differing], followed: Mapping[str, str]) -> dict[str, Finding]:
        """By file."""
        files = Files(self._experiment, self._every)
        control, _ = self._pair()
        pinned = [record for record in self._experiment.records if record.pinned and record.ok]
        trees = {record.number: record.tree for record in pinned}
        on_one = {each.path: each for each in tracked(trees)} if len(trees) > 1 else {}
        found: dict[str, Finding] = {}
        for each in differing:
            noise = each.file.is_noisy()
            if noise and not noise[0].varied:
                pair = noise[0].number, noise[1].number
                values = [
                    (number, on_one[each.tracked.path].value(number) if each.tracked.path in on_one else None)
                    for number in trees
                ]
                evidence = each.evidences.get(pair, Evidence())
                causes = causes_of_noise(evidence, pair, held=self._held, pinned=values)
                found[each.name] = self._finding(files, each, pair, causes, noisy=True)
                continue
            causes = causes_of_file(each.file, each.evidences, files.causes)
            base = each.tracked.value(control.number)
            other = next(
                record
                for record in [*self._by_certainty(causes), *self._records()]
                if each.tracked.value(record.number) != base
            )
            pair = control.number, other.number
            found[each.name] = self._finding(files, each, pair, causes, noisy=False)
        return {name: self._followed_finding(name, found, followed) for name in found}

    def _by_certainty(self, causes: Sequence[FoundCause]) -> list[Record]:
        """The builds that prove a cause."""
        numbers = {number for cause in causes for reason in cause.evidence for number in reason.builds}
        return [record for record in self._records() if record.number in numbers]

    def _finding(
        self,
        files: Files,
        each: Differing,
        pair: tuple[int, int],
        causes: tuple[FoundCause, ...],
        *,
        noisy: bool,
    ) -> Finding:
        causes = tuple(map(self._with_what_was_told, causes))
        left, right = (self._experiment.records[number - 1] for number in pair)
        differences = files.differences(each.tracked, left, right, BOUNDS)
        output, _, path = each.name.partition("/")
        writer = next(
            (record.writers[each.name] for record in self._experiment.records if each.name in record.writers),
            "",
        )
        shown = each.file.shown()
        return Finding(
            output=output,
            path=path,
            level=level_of(causes, noisy, self._causes),
            causes=causes,
            differences=tuple(for_report(difference) for difference in differences[:_NAMED]),
            difference_count=len(differences),
            builds=pair,
            writer=writer,
            ruled_out=() if noisy else tuple(sorted(each.file.ruled_out() - shown.keys())),
        )

    def _with_what_was_told(self, cause: FoundCause) -> FoundCause:
        told = tuple(Reason(text=text) for text in self._told_of.get(cause.cause, ()))
        return replace(cause, evidence=(*told, *cause.evidence))

    def _followed_finding(
        self, name: str, found: Mapping[str, Finding], followed: Mapping[str, str]
    ) -> Finding:
        """With the causes of the file that it follows from."""
        first = name
        for _ in followed:
            first = followed.get(first, first)
        near = followed.get(name, name)
        if first in (name, *followed) or not {near, first} <= found.keys():
            return found[name]
        leader = found[near].path if found[near].output == found[name].output else near
        text = f"it holds {leader}, or a digest of it"
        return replace(
            found[name],
            level=found[first].level,
            causes=tuple(
                replace(cause, evidence=(Reason(text=text), *cause.evidence)) for cause in found[first].causes
            ),
            follows=leader,
        )

    def _only_stored(self, stored: Record, control: Record) -> Iterable[Finding]:
        """Files that every rebuild agrees on, and the stored result has otherwise."""
        records = [*self._records()]
        files = Files(self._experiment, self._every)
        values = {record.number: record.tree for record in (stored, control)}
        for each in tracked(values):
            differing = Differing(tracked=each, file=File(self._every))
            if differing.name in self._found or any(
                self._same_file(each, record, control) is False for record in records
            ):
                continue
            evidence = files.evidence(each, stored, control)
            clues = [clue for clue in evidence.clues if clue.strength >= 0.5]
            pair = stored.number, control.number
            causes = tuple(
                FoundCause(
                    cause=files.causes.get(clue.name, clue.name),
                    confidence=Confidence.LIKELY,
                    evidence=(Reason(text=clue.text, builds=pair),),
                )
                for clue in clues[:2]
            )
            yield self._finding(files, differing, pair, causes, noisy=False)

    def _same_file(self, each: Tracked, record: Record, control: Record) -> bool:
        if record.number == control.number:
            return True
        return not any(
            other.path == each.path
            for other in tracked({control.number: control.tree, record.number: record.tree})
        )

    # The ends.

    def _failed(self) -> Report:
        last = self._experiment.records[-1]
        if last.message:
            self._notes.append(f"build {last.number} failed: {last.message}")
        if not any(record.varied for record in self._experiment.records):
            self._refused = {name: why or "the build fails anyway" for name, why in self._refused.items()}
        findings = [*self._failures, *self._found.values()]
        verdict = Verdict.NOT_REPRODUCIBLE if findings else Verdict.BUILD_FAILED
        return self._made(verdict, findings, None)

    def _equal(self, first: Record) -> Report:
        """Every round gave the same."""
        varied = next(record for record in self._records() if record.varied == self._every)
        further = [
            Wanted(varied=self._every, why=f"further build {number + 1}", again=True)
            for number in range(self._further)
        ]
        while further:
            at_once = self._experiment.at_once
            here, further = further[:at_once], further[at_once:]
            equal = sum(record.ok for record in self._records() if record.varied == self._every) + 1
            for record in self._experiment.build_all(here):
                if record.ok and record.tree != varied.tree:
                    self._notes.append(f"build {record.number} differs from {equal} that were equal")
                    return self._rare(varied, record)
        if self._further:
            self._notes.append(worth_of_silence(self._further))
        return self._told(first, self._failures)

    def _rare(self, varied: Record, other: Record) -> Report:
        """One build of many differs from another with the same varied."""
        files = Files(self._experiment, self._every)
        findings = []
        for each in files.look([varied, other]):
            pair = varied.number, other.number
            causes = causes_of_noise(each.evidences.get(pair, Evidence()), pair)
            findings.append(self._finding(files, each, pair, causes, noisy=True))
        return self._told(varied, [*self._failures, *findings])

    def _told(self, control: Record, findings: Sequence[Finding]) -> Report:
        named = {cause.cause for finding in findings for cause in finding.causes}
        self._notes += [
            text for cause, texts in self._told_of.items() if cause not in named for text in texts
        ]
        return self._made(verdict_of(findings), findings, control)

    def _made(self, verdict: Verdict, findings: Sequence[Finding], control: Record | None) -> Report:
        told = frozenset().union(*self._experiment.rounds)
        rows = []
        for row in self._variations:
            why = self._refused.get(row.name, row.on_request)
            is_left = not why and row.name not in told
            if is_left:
                why = "another story of what was varied; --thorough tells it, too"
            rows.append(
                AppliedVariation(
                    name=row.name,
                    text=row.text,
                    applied=not why,
                    why_not=why,
                    asked=not is_left and row.name in self._refused,
                )
            )
        outputs = control.outputs if control else {}
        return Report(
            subject=self._subject.name,
            kind=self._subject.kind,
            verdict=verdict,
            causes=causes_of_all(findings),
            findings=tuple(findings),
            variations=tuple(rows),
            builds=self._experiment.table(),
            derivation=self._subject.id,
            outputs=tuple((name, f"blake3:{root_digest(node)}") for name, node in sorted(outputs.items())),
            notes=tuple(self._notes),
        )


def _restricted(record: Record, took: Varied) -> Record:
    """As if only those had been varied that were seen to take."""
    return record if record.varied is None else replace(record, varied=record.varied & took)


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
