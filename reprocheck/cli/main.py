"""The program reprocheck: its verbs, its help."""

from __future__ import annotations

from typing import NoReturn

import click

from bootstrap import __version__
from bootstrap.cli.program import CONTEXT_SETTINGS, Verbs, end, run
from reprocheck.cli.verbs import VERBS

_EPILOG = """\b
Exit status:
  0 equal   1 different   2 usage   70 a fault of reprocheck itself   130 interrupted

\b
Examples:
  reprocheck diff first.tar.gz second.tar.gz
  reprocheck diff --json build1/ build2/
"""


@click.group(
    cls=Verbs,
    name="reprocheck",
    package="reprocheck.cli",
    table=VERBS,
    epilog=_EPILOG,
    context_settings=CONTEXT_SETTINGS,
)
@click.version_option(__version__, prog_name="reprocheck", message="%(prog)s %(version)s")
def program() -> None:
    """Tells whether results of builds are the same bit for bit, and if not, where they differ."""


def main(argv: list[str] | None = None) -> NoReturn:
    """The console script. Exits with the statuses of `bootstrap.errors`."""
    end(status(argv))


def status(argv: list[str] | None = None) -> int:
    """Runs the program and gives its exit status; every message has been printed by then."""
    return run(program, __version__, argv)
