"""bootstrap check: run the checks of targets, the slow ones too."""

from __future__ import annotations

import click

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

_EPILOG = """\b
Examples:
  bootstrap check python-tcc        every check of CPython, its own test-suite among them
  bootstrap check stage2 --again    although they held before
"""


@click.command(name="check", epilog=_EPILOG, short_help="Run the checks of targets, slow ones too.")
@targets_argument
@click.option("--again", is_flag=True, help="Run checks that held before, too.")
@effort_options
@json_option
@supply_options
@project_options
def command(
    targets: tuple[str, ...],
    again: bool,
    effort: Effort,
    as_json: bool,
    supply: Supply,
    settings: Settings,
) -> int:
    """Build TARGETS if need be, and run all their checks."""
    from bootstrap.build.machine import cores
    from bootstrap.build.wish import Wish
    from bootstrap.cli.run_verb import build_and_tell
    from bootstrap.cli.session import Session

    wish = Wish(
        jobs=effort.jobs or cores(),
        keep_going=effort.keep_going,
        keep_failed=effort.keep_failed,
        slow_checks=True,
        checks_again=again,
    )
    session = Session(settings, targets, supply)
    return build_and_tell(session, wish, supply, accept=False, quiet=effort.quiet, as_json=as_json)
