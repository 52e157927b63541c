"""bootstrap run: build targets, with all that they need."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from bootstrap.cli.say import answer, answer_json, note
from bootstrap.cli.settings import Settings, Supply, json_option, project_options, supply_options

if TYPE_CHECKING:
    from bootstrap.build.carry_out import Result, Wish
    from bootstrap.cli.session import Session
    from bootstrap.cli.settled import Answer

_EPILOG = """\b
Examples:
  bootstrap run stage2                  everything up to the language runtimes
  bootstrap run lua@5.4.4 -j 1          one recipe, one build at a time
  bootstrap run stage2 --sources DIR --offline
  bootstrap run stage2 --accept         record the digests that came as the expected ones
"""


@click.command(name="run", epilog=_EPILOG, short_help="Build targets, with all that they need.")
@click.argument("targets", nargs=-1, required=True)
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="Cores to use at most (else all).")
@click.option("-k", "--keep-going", is_flag=True, help="After a failure, build what can still be.")
@click.option("--keep-failed", is_flag=True, help="Keep the directory of a failed build.")
@click.option("--rebuild", is_flag=True, help="Build the targets again and compare.")
@click.option("--check", is_flag=True, help="Run slow checks as well.")
@click.option("--accept", is_flag=True, help="Record the outputs' digests as expected.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but results and errors.")
@json_option
@supply_options
@project_options
def command(
    targets: tuple[str, ...],
    jobs: int | None,
    keep_going: bool,
    keep_failed: bool,
    rebuild: bool,
    check: bool,
    accept: bool,
    quiet: bool,
    as_json: bool,
    supply: Supply,
    settings: Settings,
) -> int:
    """Build TARGETS with all that they need, and print where their outputs are."""
    from bootstrap.build.carry_out import Wish
    from bootstrap.build.machine import cores
    from bootstrap.cli.session import Session

    session = Session(settings, targets)
    wish = Wish(
        jobs=jobs or cores(),
        keep_going=keep_going,
        keep_failed=keep_failed,
        rebuild=rebuild,
        slow_checks=check,
    )
    return build_and_tell(session, wish, supply, accept=accept, quiet=quiet, as_json=as_json)


def build_and_tell(
    session: Session, wish: Wish, supply: Supply, *, accept: bool, quiet: bool, as_json: bool
) -> int:
    """Carries out the session's plan and prints the answer; gives the exit status."""
    from bootstrap.cli import settled

    kind = "checked" if wish.slow_checks else "built"
    key = settled.key(str(session.root), session.targets, session.settings.options, kind)
    if not (wish.rebuild or accept or wish.only_checks):
        answers = settled.recall(session.store, key)
        if answers is not None:
            if not quiet:
                note("nothing to do")
            _tell(answers, session, as_json=as_json)
            return 0
    result, status = build(session, wish, supply, accept=accept, quiet=quiet)
    if status != 0:
        return status
    answers = answers_of(session, result)
    settled.remember(session.store, key, session.project.read, answers)
    _tell(answers, session, as_json=as_json)
    return 0


def build(
    session: Session, wish: Wish, supply: Supply, *, accept: bool, quiet: bool
) -> tuple[Result, int]:
    """Carries out the session's plan, reporting failures; the result and the exit status."""
    from bootstrap.build.carry_out import CarryOut
    from bootstrap.cli.expectations import settle
    from bootstrap.cli.progress import progress
    from bootstrap.cli.say import report

    plan = session.plan
    session.store.sweep_leftovers()
    with progress(quiet=quiet) as view:
        result = CarryOut(
            plan,
            store=session.store,
            fetcher=session.fetcher(supply, view),
            project=session.root,
            wish=wish,
            on_event=view,
        ).run()
    for error in result.failed:
        report(error)
    if result.left_out:
        note(f"not tried, since something before failed: {', '.join(sorted(set(result.left_out)))}")
    status = max((error.exit_status for error in result.failed), default=0)
    for title, before, now in result.differing:
        note(f"not the same: {title}\n  stored      {before}\n  now         {now}")
        status = status or 7
    missed_status = settle(session.root, result.missed, accept=accept)
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


def _tell(answers: list[Answer], session: Session, *, as_json: bool) -> None:
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
