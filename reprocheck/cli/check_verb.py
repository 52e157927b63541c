"""reprocheck check: whether recipes and stages give the same again, and why not."""

from __future__ import annotations

from pathlib import Path

import click

from bootstrap.cli.settings import (
    Effort,
    Settings,
    Supply,
    effort_options,
    project_options,
    supply_options,
    targets_argument,
)
from bootstrap.errors import UsageError
from reprocheck.cli.choice import choice_options
from reprocheck.cli.tell import Form, report_options, tell

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
  reprocheck lua --thorough             New Year, a shuffled directory and the like, too
  reprocheck lua --keep lua-builds      with a copy of what each build left
"""


@click.command(name="check", epilog=_EPILOG, short_help="Check whether targets give the same again.")
@targets_argument
@click.option("--changed", is_flag=True, help="Check only what has no verdict yet; show the others.")
@click.option("--rotate", is_flag=True, help="For long builds: vary only a part, in the next run another.")
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
    rotate: bool,
    only: tuple[str, ...],
    without: tuple[str, ...],
    thorough: bool,
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
    from bootstrap.cli.session import Session
    from reprocheck.cli.checking import Manner, check
    from reprocheck.cli.choice import chosen, method

    whole = not (only or without)
    if changed and not whole:
        raise UsageError(
            "--changed is about verdicts with all variations", hint="leave --only and --without out"
        )
    if rotate and (changed or thorough or not whole):
        raise UsageError(
            "--rotate chooses what is varied, and goes on where it stood",
            hint="leave --changed, --thorough, --only and --without out",
        )
    choice = chosen(only, without, thorough=thorough)
    by = method(choice.rows, thorough=thorough)
    manner = Manner(
        choice=choice,
        method=(f"{by} rotated" if rotate else by) if whole else "",
        changed=changed,
        rotate=rotate,
        further=further,
        keep=keep,
        jobs=effort.jobs or cores(),
        keep_going=effort.keep_going,
        keep_failed=effort.keep_failed,
        quiet=effort.quiet,
    )
    reports, status = check(Session(settings, targets, supply), supply, manner)
    return status if reports is None else tell(reports, form) or status
