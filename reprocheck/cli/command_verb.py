"""reprocheck command: whether any command on this host gives the same again, and why not."""

from __future__ import annotations

from pathlib import Path

import click

from bootstrap.errors import UsageError
from reprocheck.cli.choice import choice_options
from reprocheck.cli.tell import Form, report_options, tell

_EPILOG = """\b
Exit status:
  0 reproducible   1 not reproducible   10 protected by a sandbox as that of recipes
  11 inconclusive   12 the build failed   2 usage   130 interrupted

\b
Examples:
  reprocheck command -- sh -c 'make && cp demo "$OUT"'
  reprocheck command --source src --out dist -- python3 -m build --wheel
  reprocheck command --env SOURCE_DATE_EPOCH=315532800 --json -- make DESTDIR=/out install
"""


@click.command(
    name="command",
    epilog=_EPILOG,
    short_help="Check whether a command gives the same again.",
    context_settings={"allow_interspersed_args": False},
)
@click.argument("argv", nargs=-1, required=True, metavar="-- PROGRAM [ARGUMENT]...")
@click.option(
    "--source",
    metavar="DIR",
    default=".",
    show_default="the current directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Each build starts in a fresh copy of it, /build.",
)
@click.option(
    "--out", metavar="DIR", default="", help="The result's directory in the source (else what $OUT names)."
)
@click.option("--env", metavar="NAME=VALUE", multiple=True, help="A variable of every build; repeat it.")
@click.option("--timeout", metavar="AGE", help="What one build may take: 90s, 30min, 2h.")
@choice_options
@click.option(
    "--further",
    metavar="N",
    type=click.IntRange(min=0),
    default=0,
    help="Where nothing differs, build N times more, for what differs rarely.",
)
@click.option(
    "--keep", metavar="DIR", type=click.Path(path_type=Path), help="Copy what each build left to DIR/BUILD."
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but the report and errors.")
@report_options
def command(
    argv: tuple[str, ...],
    source: Path,
    out: str,
    env: tuple[str, ...],
    timeout: str | None,
    only: tuple[str, ...],
    without: tuple[str, ...],
    thorough: bool,
    further: int,
    keep: Path | None,
    quiet: bool,
    form: Form,
) -> int:
    """Run PROGRAM in a copy of the source, see what it leaves in the directory that $OUT names (or in
    --out), run it again with everything varied, and if that gives something else, find out why.

    A build sees this host's files, read-only, and no network; of the environment only PATH and --env. No
    root is needed.
    """
    from bootstrap.cli.quantities import parse_age
    from bootstrap.recipe.model import Limits
    from reprocheck.cli.checking import check_command
    from reprocheck.cli.choice import chosen

    seconds = None if timeout is None else max(1, round(parse_age(timeout)))
    report = check_command(
        argv,
        choice=chosen(only, without, thorough=thorough),
        source=source,
        env=dict(map(_variable, env)),
        out=out,
        limits=Limits(time=seconds),
        further=further,
        keep=keep,
        quiet=quiet,
    )
    return tell([report], form)


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise UsageError(f"--env {text}: not of the form NAME=VALUE")
    return name, value
