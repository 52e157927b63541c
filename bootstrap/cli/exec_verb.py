"""bootstrap exec: run a program from a result, its closure at /bootstrap/store."""

from __future__ import annotations

import os

import click

from bootstrap.cli.settings import Settings, Supply, project_options, supply_options
from bootstrap.errors import UsageError

_ARGV = "bootstrap.exec.argv"

_EPILOG = """\b
What is not built yet is built first. The program sees this machine as it is, and beside it the
closure of the TARGETS; their bin directories stand first on PATH.

\b
Examples:
  bootstrap exec lua -- lua -e 'print(_VERSION)'
  bootstrap exec python lua -- sh
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
def command(
    context: click.Context, targets: tuple[str, ...], supply: Supply, settings: Settings
) -> int:
    """Run PROGRAM with the closure of TARGETs at /bootstrap/store and their bin on PATH."""
    argv = context.meta.get(_ARGV)
    if not argv:
        raise UsageError("no program to run", hint="bootstrap exec lua -- lua -e 'print(1)'")
    from bootstrap.sandbox import enter

    paths, closure, real = _results(list(targets), settings, supply)
    found = ":".join([*(f"{path}/bin" for path in paths), os.environ.get("PATH", "")])
    return enter(
        zip(real, closure, strict=True),
        argv,
        env={**os.environ, "PATH": found.rstrip(":")},
    )


def _results(
    targets: list[str], settings: Settings, supply: Supply
) -> tuple[list[str], list[str], list[str]]:
    """Store paths of the targets' outputs, of their closure, and where that really lies."""
    from bootstrap.cli import settled
    from bootstrap.cli.session import Session

    session = Session(settings, targets)
    key = settled.key(str(session.root), targets, settings.options, "built")
    answers = settled.recall(session.store, key)
    if answers is None:
        from bootstrap.build.carry_out import Wish
        from bootstrap.build.machine import cores
        from bootstrap.cli.run_verb import answers_of, build
        from bootstrap.errors import BuildError

        result, status = build(session, Wish(jobs=cores()), supply, accept=False, quiet=False)
        if status:
            raise BuildError("the targets are not to be had, so nothing was run")
        answers = answers_of(session, result)
        settled.remember(session.store, key, session.project.read, answers)
    paths = [answer.path for answer in answers]
    closure = session.store.closure(paths)
    return (
        [str(path) for path in paths],
        [str(path) for path in closure],
        [os.fspath(session.store.real(path)) for path in closure],
    )
