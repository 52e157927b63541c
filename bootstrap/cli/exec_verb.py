"""bootstrap exec: run a program from a result, its closure at /bootstrap/store."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import click

from bootstrap.cli.say import note
from bootstrap.cli.settings import Settings, Supply, project_options, supply_options
from bootstrap.errors import UsageError

if TYPE_CHECKING:
    from bootstrap.cli.session import Session
    from bootstrap.cli.settled import Answer

_ARGV = "bootstrap.exec.argv"

_EPILOG = """\b
What is not built yet is built first. The program sees this machine as it is, and beside it the
closure of the TARGETS; their bin directories stand first on PATH.

\b
Examples:
  bootstrap exec lua -- lua -e 'print(_VERSION)'
  bootstrap exec python-tcc lua -- sh
"""


class _UpToDashes(click.Command):
    """A command whose words after the first "--" are another program's, whatever they look like."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            at = args.index("--")
            ctx.meta[_ARGV] = args[at + 1 :]
            args = args[:at]
        return super().parse_args(ctx, args)


@click.command(
    cls=_UpToDashes,
    name="exec",
    epilog=_EPILOG,
    short_help="Run a program from a result.",
    options_metavar="[OPTIONS]",
)
@click.argument("targets", nargs=-1, required=True, metavar="TARGET... -- PROGRAM [ARGUMENT...]")
@supply_options
@project_options
@click.pass_context
def command(context: click.Context, targets: tuple[str, ...], supply: Supply, settings: Settings) -> int:
    """Run PROGRAM with the closure of TARGETs at /bootstrap/store and their bin on PATH."""
    argv = context.meta.get(_ARGV)
    if not argv:
        raise UsageError("no program to run", hint="bootstrap exec lua -- lua -e 'print(1)'")
    from bootstrap.cli.session import Session
    from bootstrap.sandbox import enter

    session = Session(settings, targets, supply)
    answers, status = _results(session, supply)
    if status:
        note("so nothing was run")
        return status
    paths = [answer.path for answer in answers]
    closure = session.store.closure(paths)
    session.store.hold_across_exec(paths)
    # Python ignores these, and what is ignored stays so in the program (signal(7))
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    found = ":".join([*(f"{path}/bin" for path in paths), os.environ.get("PATH", "")])
    return enter(
        [(session.store.real(path), str(path)) for path in closure],
        argv,
        env={**os.environ, "PATH": found.rstrip(":")},
    )


def _results(session: Session, supply: Supply) -> tuple[list[Answer], int]:
    """The targets' outputs, built if need be, and the exit status of that."""
    from bootstrap.cli import settled

    key = settled.key(str(session.root), session.targets, session.settings.options, "built")
    known = settled.recall(session.store, key)
    if known is not None:
        return known, 0
    from bootstrap.build.machine import cores
    from bootstrap.build.wish import Wish
    from bootstrap.cli.run_verb import answers_of, build

    result, status = build(session, Wish(jobs=cores()), supply, accept=False, quiet=False)
    if status:
        return [], status
    answers = answers_of(session, result)
    settled.remember(session.store, key, session.project.read, answers, since=session.evaluated_ns)
    return answers, 0
