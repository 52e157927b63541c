"""The program reprocheck: its verbs, its help. What begins with no verb is a check of targets."""

from __future__ import annotations

from typing import NoReturn

import click

from bootstrap import __version__
from bootstrap.cli.program import CONTEXT_SETTINGS, Verbs, end, run
from bootstrap.errors import StoreError
from reprocheck.cli.verbs import VERBS

_EPILOG = """\b
Exit status:
  0 reproducible, or equal   1 not reproducible, or different   2 usage
  10 protected by the sandbox only   11 inconclusive   12 a build failed
  3 to 8 as those of bootstrap   70 a fault of reprocheck itself   130 interrupted
  Of several subjects the worst: 12, 1, 11, 10, 0.

\b
Examples:
  reprocheck stage2 -j 4                    every step from the seed to stage2
  reprocheck lua --html lua.html            one recipe, the report as a page
  reprocheck command -- make -C src all     any build on this host, from the files here
  reprocheck diff first.tar.gz second.tar.gz
"""
_OWN_OPTIONS = ("-h", "--help", "--version")


class VerbsOrTargets(Verbs):
    """Verbs, of which the first is meant where none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        verbs = self.list_commands(ctx)
        if args and args[0] not in (*verbs, *_OWN_OPTIONS):
            args = [verbs[0], *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=VerbsOrTargets,
    name="reprocheck",
    package="reprocheck.cli",
    table=VERBS,
    epilog=_EPILOG,
    context_settings=CONTEXT_SETTINGS,
    options_metavar="",
    subcommand_metavar="TARGET... | VERB ...",
)
@click.version_option(__version__, prog_name="reprocheck", message="%(prog)s %(version)s")
def program() -> None:
    """Tells whether results of builds are the same bit for bit, whatever else is different, and if not,
    which file differs, where, why, and what to change."""


def main(argv: list[str] | None = None) -> NoReturn:
    """The console script. Exits with the statuses of `bootstrap.errors` and of `reprocheck.cli.tell`."""
    end(status(argv))


def status(argv: list[str] | None = None) -> int:
    """Runs the program and gives its exit status; every message has been printed by then."""
    return run(program, __version__, argv, failed=StoreError.exit_status)
