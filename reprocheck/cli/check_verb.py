"""reprocheck check: whether recipes and stages give the same again, and why not."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bootstrap.cli.say import counted, note
from bootstrap.cli.settings import (
    Effort,
    Settings,
    Supply,
    effort_options,
    project_options,
    supply_options,
    targets_argument,
)
from bootstrap.errors import BuildError, Interrupted, UsageError
from bootstrap.plan.derivation import Output
from reprocheck.cli.choice import choice_options
from reprocheck.cli.tell import STATUSES, Form, report_options, tell

if TYPE_CHECKING:
    from bootstrap.build.carry_out import Result
    from bootstrap.cli.session import Session
    from bootstrap.digest import Digest
    from bootstrap.plan.plan import Step
    from bootstrap.sandbox import Launcher
    from reprocheck.cli.progress import Progress
    from reprocheck.diagnose import Archive
    from reprocheck.report.model import Report
    from reprocheck.subject import Subject
    from reprocheck.variation.model import Variation

_EPILOG = """\b
Exit status:
  0 reproducible   1 not reproducible   10 protected by the sandbox only
  11 inconclusive   12 a build failed   else as `bootstrap run`
  Of several subjects the worst: 12, 1, 11, 10, 0.

\b
Examples:
  reprocheck stage2 -j 4                every step from the seed to stage2, four at once
  reprocheck stage2 --changed           what has no verdict yet; the others as they were found
  reprocheck lua --html lua.html        one recipe, the report as a page, too
  reprocheck lua --only time --only path
  reprocheck lua --keep lua-builds      with a copy of what each build left
"""


@click.command(name="check", epilog=_EPILOG, short_help="Check whether targets give the same again.")
@targets_argument
@click.option("--changed", is_flag=True, help="Check only what has no verdict yet; show the others.")
@choice_options
@click.option(
    "--further",
    metavar="N",
    type=click.IntRange(min=0),
    default=0,
    help="Where nothing differs, build N times more, for what differs rarely.",
)
@click.option(
    "--keep",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Copy what each build left to DIR/SUBJECT/BUILD.",
)
@effort_options
@report_options
@supply_options
@project_options
def command(
    targets: tuple[str, ...],
    changed: bool,
    only: tuple[str, ...],
    without: tuple[str, ...],
    further: int,
    keep: Path | None,
    effort: Effort,
    form: Form,
    supply: Supply,
    settings: Settings,
) -> int:
    """Check TARGETS: build what is missing, build it again with everything varied, and if that gives
    something else, find out why. The word "check" may be left out.

    Of a stage every step is checked that leads to it, from the seed on; of any other target only what it
    names.
    """
    from bootstrap.build.machine import cores
    from bootstrap.build.wish import Wish
    from bootstrap.cli.run_verb import build
    from bootstrap.cli.session import Session
    from bootstrap.sandbox import Launcher
    from reprocheck.cli.choice import chosen, method

    whole = not (only or without)
    if changed and not whole:
        raise UsageError(
            "--changed is about verdicts with all variations", hint="leave --only and --without out"
        )
    rows = chosen(only, without)
    session = Session(settings, targets, supply)
    steps = steps_of(session)
    jobs = effort.jobs or cores()
    wish = Wish(jobs=jobs, keep_going=effort.keep_going, keep_failed=effort.keep_failed)
    session.plan = replace(session.plan, targets=_needed(steps))
    result, status = build(session, wish, supply, accept=False, quiet=effort.quiet)
    others = [error.exit_status for error in result.failed if not isinstance(error, BuildError)]
    if others:
        return max(others)
    built = [step for step in steps if step.id in result.outputs]
    if result.failed and not effort.keep_going:
        built = []
    with Launcher() as launcher:
        work = _Work(
            session=session,
            launcher=launcher,
            rows=rows,
            method=method(rows) if whole else "",
            further=further,
            keep=keep,
            jobs=jobs,
            quiet=effort.quiet,
        )
        found = work.check(built, known=work.kept(built) if changed else {})
    found |= {step.id: _not_built(step, result) for step in steps if step.id not in result.outputs}
    reports = [found[step.id] for step in steps if step.id in found]
    return tell(reports, form) or (STATUSES["build failed"] if result.failed else status)


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
    rows: tuple[Variation, ...]
    method: str
    """What a verdict is kept by; "" if none is to be kept."""
    further: int
    keep: Path | None
    jobs: int
    quiet: bool

    def check(self, steps: Sequence[Step], *, known: Mapping[Digest, Report]) -> dict[Digest, Report]:
        """A report of each step, those that are known among them. Interrupted once nothing runs."""
        from bootstrap.inspect.verdicts import resolved
        from reprocheck.cli.progress import progress
        from reprocheck.cli.several import Check, carry_out

        ids = resolved(self.session.plan, self.session.store)
        left: dict[Digest, Step] = {}
        for step in steps:
            if step.id not in known:  # what meets in one build is checked once
                left.setdefault(ids[step.id].id, step)
        if known and left and not self.quiet:
            note(f"{counted(len(left), 'subject')} to check, {len(known)} have a verdict already")
        past = self.session.store.durations(step.derivation.title for step in left.values())
        view = progress(len(left), quiet=self.quiet)
        checks = [
            Check(
                title=self._name(step),
                seconds=past[step.derivation.title].wall if step.derivation.title in past else 0.0,
                run=partial(self._one, step, id, view),
            )
            for id, step in left.items()
        ]
        try:
            reports = carry_out(checks, view, at_once=min(self.jobs, len(checks))) if checks else []
        except (Interrupted, KeyboardInterrupt):
            kept = "what was found is kept, and " if self.method else ""
            raise Interrupted(
                f"interrupted; {kept}nothing is left running",
                hint="run the same with --changed to go on from here" if self.method else "",
            ) from None
        found = dict(zip(left, reports, strict=True))
        new = {step.id: found[ids[step.id].id] for step in steps if step.id not in known}
        names = {step.id: self._name(step) for step in steps}
        return {id: replace(report, subject=names[id]) for id, report in {**known, **new}.items()}

    def kept(self, steps: Sequence[Step]) -> dict[Digest, Report]:
        """The reports of steps that have a verdict by the same method."""
        from bootstrap.inspect.verdicts import resolved
        from reprocheck.report.schema import from_json

        store = self.session.store
        ids = resolved(self.session.plan, store)
        verdicts = store.verdicts(ids[step.id].id for step in steps)
        found = {}
        for step in steps:
            id = ids[step.id].id
            data = store.verdict_report(id) if id in verdicts and verdicts[id].method == self.method else None
            if data is not None:
                try:
                    found[step.id] = from_json(json.loads(zlib.decompress(data)))
                except (ValueError, zlib.error):
                    continue  # written by another version: it is checked again
        return found

    def _one(self, step: Step, id: Digest, view: Progress, cancel: threading.Event) -> Report:
        """Checks one step, and keeps what came of it."""
        from reprocheck.cause import CAUSES
        from reprocheck.cli.keeping import Keeping
        from reprocheck.diagnose import diagnose
        from reprocheck.report.schema import to_json
        from reprocheck.subjects.recipe import RecipeSubject

        name, store = self._name(step), self.session.store
        supply = self.session.supply
        assert supply is not None
        subject: Subject = RecipeSubject(
            step,
            store=store,
            fetcher=self.session.fetcher(supply, lambda event: None),
            launcher=self.launcher,
            project=self.session.root,
        )
        try:
            if self.keep is not None:
                subject = Keeping(subject, self.keep / name.replace("/", "-"))
            report = diagnose(
                subject,
                self.rows,
                CAUSES,
                cancel=cancel,
                on_event=lambda event: view.building(name, event.number, event.what, event.why),
                on_line=lambda line: view.line(name, line),
                archive=self._unfinished(id),
                keep=partial(self._keep_unfinished, id),
                further=self.further,
            )
        finally:
            subject.close()
        stored = store.realisation(step.id)
        outputs = tuple((output, str(path)) for output, path in stored.outputs) if stored else report.outputs
        report = replace(report, subject=name, outputs=outputs)
        if self.method:
            store.keep_verdict(
                id,
                method=self.method,
                verdict=report.verdict.value,
                causes=[cause.cause for cause in report.causes],
                report=zlib.compress(json.dumps(to_json(report)).encode()),
            )
        return report

    def _unfinished(self, id: Digest) -> Archive | None:
        """What an interrupted check of it knew. Builds that are to be copied must be done."""
        from reprocheck.diagnose import parse

        data = self.session.store.unfinished(id, method=self.method) if self.keep is None else None
        try:
            return None if data is None else parse(zlib.decompress(data))
        except (ValueError, zlib.error):
            return None  # written by another version

    def _keep_unfinished(self, id: Digest, archive: Archive) -> None:
        if self.method:
            state = zlib.compress(archive.dumps())
            self.session.store.keep_unfinished(id, method=self.method, state=state)

    def _name(self, step: Step) -> str:
        """What a step is called; generations of one recipe share its title."""
        titles = [each.derivation.title for each in self.session.plan.steps]
        title = step.derivation.title
        return title if titles.count(title) == 1 else f"{title} ({step.where.file}:{step.variable})"
