"""bootstrap run: build targets, with all that they need."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from bootstrap.cli.say import answer, answer_json, note
from bootstrap.cli.settings import (
    Effort,
    Settings,
    Supply,
    effort_options,
    json_option,
    project_options,
    supply_options,
    targets_argument,
)
from bootstrap.errors import ExpectationMissed

if TYPE_CHECKING:
    from bootstrap.build.carry_out import Result
    from bootstrap.build.wish import Wish
    from bootstrap.cli.session import Session
    from bootstrap.cli.settled import Answer
    from bootstrap.sandbox import Launcher

NOTHING_TO_DO = "nothing to do"
_NAMES = 8
"""Of what was not tried, how many are told when there are more."""

_EPILOG = """\b
Examples:
  bootstrap run stage2                  everything up to the language runtimes
  bootstrap run lua@5.4.4 -j 1          one recipe, one build at a time
  bootstrap run stage2 --sources DIR --offline
  bootstrap run stage2 --accept         record the digests that came as the expected ones
  bootstrap run lua --root lua          keep it from being collected (bootstrap roots)
"""


@click.command(name="run", epilog=_EPILOG, short_help="Build targets, with all that they need.")
@targets_argument
@click.option("--rebuild", is_flag=True, help="Build the targets again and compare.")
@click.option("--check", is_flag=True, help="Run the targets' slow checks as well.")
@click.option("--accept", is_flag=True, help="Record the outputs' digests as expected.")
@click.option("--root", metavar="NAME", help="Keep the results from being collected, under this name.")
@effort_options
@json_option
@supply_options
@project_options
def command(
    targets: tuple[str, ...],
    rebuild: bool,
    check: bool,
    accept: bool,
    root: str | None,
    effort: Effort,
    as_json: bool,
    supply: Supply,
    settings: Settings,
) -> int:
    """Build TARGETS with all that they need, and print where their outputs are."""
    from bootstrap.build.machine import cores
    from bootstrap.build.wish import Wish
    from bootstrap.cli.session import Session

    if root is not None:
        from bootstrap.store.roots import check_root_name

        check_root_name(root)
    wish = Wish(
        jobs=effort.jobs or cores(),
        keep_going=effort.keep_going,
        keep_failed=effort.keep_failed,
        rebuild=rebuild,
        slow_checks=check,
    )
    session = Session(settings, targets, supply)
    return build_and_tell(
        session, wish, supply, accept=accept, quiet=effort.quiet, as_json=as_json, root=root
    )


def build_and_tell(
    session: Session,
    wish: Wish,
    supply: Supply,
    *,
    accept: bool,
    quiet: bool,
    as_json: bool,
    root: str | None = None,
) -> int:
    """Carries out the session's plan and prints the answer; gives the exit status."""
    from bootstrap.cli import settled

    kind = "checked" if wish.slow_checks else "built"
    key = settled.key(str(session.root), session.targets, session.settings.options, kind)
    if not (wish.rebuild or accept or wish.checks_again):
        answers = settled.recall(session.store, key)
        if answers is not None:
            if not quiet:
                note(NOTHING_TO_DO)
            _tell(answers, session, as_json=as_json, root=root)
            return 0
    result, status = build(session, wish, supply, accept=accept, quiet=quiet)
    if status != 0:
        return status
    if not (result.to_do or quiet):
        note(NOTHING_TO_DO)
    answers = answers_of(session, result)
    settled.remember(session.store, key, session.project.read, answers, since=session.evaluated_ns)
    _tell(answers, session, as_json=as_json, root=root)
    return 0


def build(session: Session, wish: Wish, supply: Supply, *, accept: bool, quiet: bool) -> tuple[Result, int]:
    """Carries out the session's plan, reporting failures; the result and the exit status."""
    from bootstrap.sandbox import Launcher

    with Launcher() as launcher:
        launcher.start()  # its start takes as long as making the plan: both at once
        return _build(session, wish, supply, launcher, accept=accept, quiet=quiet)


def _some(names: list[str]) -> str:
    """All of them if they fit in a line or two, or else the first and how many more there are."""
    more = len(names) - _NAMES
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:_NAMES])} and {more} more"


def _build(
    session: Session, wish: Wish, supply: Supply, launcher: Launcher, *, accept: bool, quiet: bool
) -> tuple[Result, int]:
    from bootstrap.cli.expectations import settle
    from bootstrap.cli.progress import progress
    from bootstrap.cli.say import report

    plan = session.plan
    session.store.sweep_leftovers()
    view = progress(quiet=quiet)
    work = session.carry_out(plan, wish, supply, view, launcher)
    result = work.result
    try:
        with view:
            work.run()
    finally:  # what failed before an interruption is told, too
        for error in result.failed:
            report(error)
    if result.left_out:
        hint = "" if wish.keep_going else " (--keep-going builds what does not need what failed)"
        note(f"not tried: {_some(sorted(set(result.left_out)))}{hint}")
    status = max((error.exit_status for error in result.failed), default=0)
    for item in result.differing:
        report(
            ExpectationMissed(
                f"{item.title} did not give the same again\n"
                f"  stored      {item.stored}\n"
                f"  came now    {item.came}",
                hint="something that is not in the recipe reaches the result: the clock, random bytes, "
                "the order in which things happen to be done",
            )
        )
        status = status or ExpectationMissed.exit_status
    missed_status = settle(session.root, result.missed, accept=accept and status == 0)
    if result.built:
        from bootstrap.cli.limit import keep_limit

        keep_limit(session.store, quiet=quiet)
    return result, status or missed_status


def answers_of(session: Session, result: Result) -> list[Answer]:
    """The outputs of the plan's targets, in the order of the targets."""
    from bootstrap.cli.settled import Answer

    titles = {step.id: step.derivation.title for step in session.plan.steps}
    return [
        Answer(
            titles[target.derivation],
            target.output,
            result.outputs[target.derivation][target.output],
        )
        for target in session.plan.targets
    ]


def _tell(answers: list[Answer], session: Session, *, as_json: bool, root: str | None) -> None:
    if root is not None:
        from bootstrap.cli.roots_verb import set_roots

        set_roots(session.store, root, [item.path for item in answers])
    if as_json:
        answer_json(
            [
                {
                    "target": item.title,
                    "output": item.output,
                    "path": str(item.path),
                    "real": os.fspath(session.store.real(item.path)),
                }
                for item in answers
            ]
        )
        return
    for item in answers:
        answer(str(item.path))
