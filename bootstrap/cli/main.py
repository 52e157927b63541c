"""The program bootstrap: its verbs, its help."""

from __future__ import annotations

from typing import NoReturn

import click

from bootstrap import __version__
from bootstrap.cli.program import CONTEXT_SETTINGS, Verbs, end, run
from bootstrap.cli.verbs import VERBS

_EPILOG = """\b
Targets:
  stage2              every result of a stage
  lua   lua@5.4.4     a recipe by name, or name and version
  stage2:lua          a recipe of a stage
  python-tcc.tests    another output than "out"
  path/to/file.star   every recipe of a file

\b
Exit status:
  0 done   1 a build or check failed   2 usage   3 faults in recipes   4 a source cannot be had
  5 wrong bytes from an origin   6 this host forbids sandboxes   7 another digest than expected
  8 the store cannot do it   70 a fault of bootstrap itself   130 interrupted

\b
Examples:
  bootstrap run stage2
  bootstrap exec python-tcc -- python3 -c 'print(2 ** 100)'
  bootstrap plan lua
"""


@click.group(
    cls=Verbs,
    name="bootstrap",
    package="bootstrap.cli",
    table=VERBS,
    epilog=_EPILOG,
    context_settings=CONTEXT_SETTINGS,
)
@click.version_option(__version__, prog_name="bootstrap", message="%(prog)s %(version)s")
def program() -> None:
    """Builds software from nothing: from a readable seed, every step sandboxed, every result
    stored under the hash of its content."""


def main(argv: list[str] | None = None) -> NoReturn:
    """The console script. Exits with the statuses of `bootstrap.errors`."""
    end(status(argv))


def status(argv: list[str] | None = None) -> int:
    """Runs the program and gives its exit status; every message has been printed by then."""
    return run(program, __version__, argv)
