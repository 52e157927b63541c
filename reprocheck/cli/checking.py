"""Checks of targets, what is missing built first and what came of it kept; and of commands."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bootstrap.cli.say import counted, note
from bootstrap.errors import BuildError, Interrupted
from bootstrap.plan.derivation import Output
from reprocheck.cli.tell import STATUSES

if TYPE_CHECKING:
    from bootstrap.build.carry_out import Result
    from bootstrap.cli.session import Session
    from bootstrap.cli.settings import Supply
    from bootstrap.digest import Digest
    from bootstrap.plan.plan import Step
    from bootstrap.recipe.model import Limits
    from bootstrap.sandbox import Launcher
    from reprocheck.cli.choice import Choice
    from reprocheck.cli.other_seed import OtherSeed
    from reprocheck.cli.progress import Progress
    from reprocheck.diagnose import Archive, Event
    from reprocheck.report.model import Report
    from reprocheck.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How targets are to be checked."""

    choice: Choice
    method: str
    """What a verdict is kept by; "" if none is to be kept."""
    changed: bool = False
    """Only what has no verdict by this method."""
    rotate: bool = False
    """Only one row of the covering array in each run (`reprocheck.cli.rotating`)."""
    further: int = 0
    keep: Path | None = None
    jobs: int
    keep_going: bool = False
    keep_failed: bool = False
    quiet: bool = False


def check(session: Session, supply: Supply, manner: Manner) -> tuple[list[Report] | None, int]:
    """Builds what is missing and checks the session's targets: a report of each step, and the exit status
    of what else went wrong. None for the reports if the builds failed for a reason that is not theirs;
    errors are printed. Interrupted once nothing runs."""
    from bootstrap.build.wish import Wish
    from bootstrap.cli.run_verb import build
    from bootstrap.sandbox import Launcher
    from reprocheck.variation.seed import NAME as SEED

    steps = steps_of(session)
    if [row.name for row in manner.choice.rows] == [SEED]:
        # What only leads to a result may depend on the seed.
        steps = [step for step in steps if step.stage] or steps
    wish = Wish(jobs=manner.jobs, keep_going=manner.keep_going, keep_failed=manner.keep_failed)
    session.plan = replace(session.plan, targets=_needed(steps))
    result, status = build(session, wish, supply, accept=False, quiet=manner.quiet)
    others = [error.exit_status for error in result.failed if not isinstance(error, BuildError)]
    if others:
        return None, max(others)
    built = [step for step in steps if step.id in result.outputs]
    if result.failed and not manner.keep_going:
        built = []
    known = kept_reports(session, built, method=manner.method) if manner.changed else {}
    with Launcher() as launcher:
        work = _Work(session=session, launcher=launcher, supply=supply, manner=manner)
        found = work.check(built, known=known)
    found |= {step.id: _not_built(step, result) for step in steps if step.id not in result.outputs}
    reports = [found[step.id] for step in steps if step.id in found]
    return reports, STATUSES["build failed"] if result.failed else status


def steps_of(session: Session) -> list[Step]:
    """What is to be checked: of a stage every step of its plan, of other targets what they name."""
    from bootstrap.plan.make import make_plan
    from bootstrap.plan.target import stage_names

    stages = {name for stage in session.project.stages for name in (stage.name, *stage_names(stage))}
    wanted = {target.derivation for target in session.plan.targets}
    named = [target for target in session.targets if target in stages]
    if named:
        wanted |= {step.id for step in make_plan(session.project, named).steps}
    return [step for step in session.plan.steps if step.id in wanted]


def kept_reports(session: Session, steps: Sequence[Step], *, method: str = "") -> dict[Digest, Report]:
    """The reports of steps that have a verdict, by planned id; with a method only those by it, or by the
    thorough one that holds it."""
    from bootstrap.inspect.verdicts import resolved
    from reprocheck.cli.choice import THOROUGH
    from reprocheck.report.schema import from_json

    store = session.store
    ids = {planned: derivation.id for planned, derivation in resolved(session.plan, store).items()}
    verdicts = store.verdicts(ids[step.id] for step in steps if step.id in ids)
    found = {}
    for step in steps:
        known = verdicts.get(ids[step.id]) if step.id in ids else None
        does = known is not None and method in ("", known.method, known.method.removesuffix(THOROUGH))
        data = store.verdict_report(ids[step.id]) if does else None
        if data is not None:
            try:
                found[step.id] = from_json(json.loads(zlib.decompress(data)))
            except (ValueError, zlib.error):
                continue  # written by another version: it is checked again
    return found


def check_command(
    argv: Sequence[str],
    *,
    choice: Choice,
    source: Path | None,
    env: Mapping[str, str],
    out: str = "",
    limits: Limits | None = None,
    further: int = 0,
    keep: Path | None = None,
    jobs: int | None = None,
    quiet: bool = False,
) -> Report:
    """Checks a command of this host (`reprocheck.subjects.command`). `jobs`: cores to use at most, else all.
    Interrupted once nothing runs."""
    from bootstrap.build.machine import cores
    from bootstrap.cli.stopping import stopping
    from bootstrap.sandbox import Launcher
    from reprocheck.cause import CAUSES
    from reprocheck.cli.keeping import Keeping
    from reprocheck.cli.progress import progress
    from reprocheck.cli.several import Check, carry_out
    from reprocheck.diagnose import diagnose
    from reprocheck.subjects.command import CommandSubject

    view = progress(1, quiet=quiet)
    with Launcher() as launcher:
        subject: Subject = CommandSubject(
            argv, launcher=launcher, source=source, env=env, out=out, limits=limits
        )

        def run(cancel: threading.Event) -> Report:
            return diagnose(
                subject,
                choice.rows,
                CAUSES,
                asked=choice.asked,
                cores=1 if keep else jobs or cores(),
                cancel=cancel,
                on_event=partial(_tell, view, subject.name),
                on_line=partial(view.line, subject.name),
                further=further,
            )

        with stopping() as cancel:
            try:
                if keep is not None:
                    subject = Keeping(subject, keep)
                check = Check(title=subject.name, seconds=0.0, run=run)
                (report,) = carry_out([check], view, at_once=1, cancel=cancel)
            finally:
                subject.close()
    return report


def _tell(view: Progress, subject: str, event: Event) -> None:
    view.building(subject, event.number, event.what, event.why, beside=event.beside)


def _needed(steps: Sequence[Step]) -> tuple[Output, ...]:
    """All outputs of these steps, and those that they are built from."""
    needed = [Output(step.id, output) for step in steps for output in step.derivation.outputs]
    needed += [where for step in steps for _, where in step.derivation.inputs if isinstance(where, Output)]
    return tuple(dict.fromkeys(needed))


def _not_built(step: Step, result: Result) -> Report:
    """What is to be said of a subject that could not be built in the first place."""
    from reprocheck.report.model import BuildRow, Report, Verdict

    title = step.derivation.title
    told = [error.message for error in result.failed if title in error.message]
    message = "\n".join(told) or "not tried, since something that it needs failed"
    row = BuildRow(
        number=1, what="as the recipe says", varied=(), ok=False, seconds=0.0, equal_to=None, message=message
    )
    return Report(
        subject=title,
        kind="recipe",
        verdict=Verdict.BUILD_FAILED,
        causes=(),
        findings=(),
        variations=(),
        builds=(row,),
    )


@dataclass(kw_only=True)
class _Work:
    """The checks of one call, and what is kept of them."""

    session: Session
    launcher: Launcher
    supply: Supply
    manner: Manner

    def check(self, steps: Sequence[Step], *, known: Mapping[Digest, Report]) -> dict[Digest, Report]:
        """A report of each step, those that are known among them. Interrupted once nothing runs."""
        from bootstrap.cli.stopping import stopping
        from bootstrap.inspect.verdicts import resolved
        from reprocheck.cli.progress import progress
        from reprocheck.cli.several import Check, carry_out

        ids = resolved(self.session.plan, self.session.store)
        left: dict[Digest, Step] = {}
        for step in steps:
            if step.id not in known:  # what meets in one build is checked once
                left.setdefault(ids[step.id].id, step)
        if known and left and not self.manner.quiet:
            note(f"{counted(len(left), 'subject')} to check, {len(known)} have a verdict already")
        past = self.session.store.durations(step.derivation.title for step in left.values())
        view = progress(len(left), quiet=self.manner.quiet)
        checks = [
            Check(
                title=self._name(step),
                seconds=past[step.derivation.title].wall if step.derivation.title in past else 0.0,
                run=partial(self._one, step, id, view, subjects=len(left)),
            )
            for id, step in left.items()
        ]
        try:
            with stopping() as cancel:
                at_once = min(self.manner.jobs, len(checks))
                reports = carry_out(checks, view, at_once=at_once, cancel=cancel) if checks else []
        except Interrupted:
            kept = "what was found is kept, and " if self.manner.method else ""
            raise Interrupted(
                f"interrupted; {kept}nothing is left running",
                hint=self._how_to_go_on(),
            ) from None
        found = dict(zip(left, reports, strict=True))
        new = {step.id: found[ids[step.id].id] for step in steps if step.id not in known}
        names = {step.id: self._name(step) for step in steps}
        return {id: replace(report, subject=names[id]) for id, report in {**known, **new}.items()}

    @cached_property
    def _other_seed(self) -> OtherSeed | None:
        """Chains that begin with another seed, if they were asked for."""
        from reprocheck.cli.other_seed import OtherSeed
        from reprocheck.variation.seed import NAME as SEED

        if SEED not in self.manner.choice.asked:
            return None
        return OtherSeed(self.session, self.supply, jobs=self.manner.jobs)

    def _how_to_go_on(self) -> str:
        if self.manner.rotate:
            return "run the same to go on from here"
        return "run the same with --changed to go on from here" if self.manner.method else ""

    def _one(
        self, step: Step, id: Digest, view: Progress, cancel: threading.Event, *, subjects: int
    ) -> Report:
        """Checks one step of so many, and keeps what came of it."""
        from reprocheck.cause import CAUSES
        from reprocheck.cli.keeping import Keeping
        from reprocheck.cli.rotating import rotation
        from reprocheck.diagnose import diagnose
        from reprocheck.report.schema import to_json
        from reprocheck.subjects.recipe import RecipeSubject

        name, store = self._name(step), self.session.store
        subject: Subject = RecipeSubject(
            step,
            store=store,
            fetcher=self.session.fetcher(self.supply, lambda event: None),
            launcher=self.launcher,
            project=self.session.root,
            other_seed=self._other_seed,
        )
        try:
            if self.manner.keep is not None:
                subject = Keeping(subject, self.manner.keep / name.replace("/", "-"))
            rows, asked = self.manner.choice
            before = rotation(subject, rows, self._rotated(id)) if self.manner.rotate else None
            if before is not None:
                rows = before.chosen()
            report = diagnose(
                subject,
                rows,
                CAUSES,
                asked=asked,
                cores=1 if self.manner.keep else max(1, self.manner.jobs // subjects),
                cancel=cancel,
                on_event=partial(_tell, view, name),
                on_line=lambda line: view.line(name, line),
                archive=self._unfinished(id),
                keep=partial(self._keep_unfinished, id),
                further=self.manner.further,
            )
        finally:
            subject.close()
        stored = store.realisation(step.id)
        outputs = (
            tuple((output, f"bootstrap-output:{path.hash}") for output, path in stored.outputs)
            if stored
            else ()
        )
        report = replace(report, subject=name, outputs=outputs or report.outputs)
        more = {}
        if before is not None:
            now = before.after(report)
            report = replace(report, notes=(*report.notes, now.told(before.number)))
            more = {"rotation": now.to_json()}
        if self.manner.method:
            store.keep_verdict(
                id,
                method=self.manner.method,
                verdict=report.verdict.value,
                causes=[cause.cause for cause in report.causes],
                report=zlib.compress(json.dumps(to_json(report) | more).encode()),
            )
        return report

    def _rotated(self, id: Digest) -> Any:
        """Where the rotation of it stands, as it was kept beside the report; None if it did not begin."""
        store = self.session.store
        known = store.verdicts([id]).get(id)
        data = store.verdict_report(id) if known and known.method == self.manner.method else None
        try:
            return None if data is None else json.loads(zlib.decompress(data)).get("rotation")
        except (ValueError, zlib.error):
            return None  # damaged: it begins anew

    def _unfinished(self, id: Digest) -> Archive | None:
        """What an interrupted check of it knew. Builds that are to be copied must be done."""
        from reprocheck.diagnose import parse

        data = (
            self.session.store.unfinished(id, method=self.manner.method) if self.manner.keep is None else None
        )
        try:
            return None if data is None else parse(zlib.decompress(data))
        except (ValueError, zlib.error):
            return None  # written by another version

    def _keep_unfinished(self, id: Digest, archive: Archive) -> None:
        if self.manner.method:
            state = zlib.compress(archive.dumps())
            self.session.store.keep_unfinished(id, method=self.manner.method, state=state)

    def _name(self, step: Step) -> str:
        """What a step is called; generations of one recipe share its title."""
        titles = [each.derivation.title for each in self.session.plan.steps]
        title = step.derivation.title
        return title if titles.count(title) == 1 else f"{title} ({step.where.file}:{step.variable})"
