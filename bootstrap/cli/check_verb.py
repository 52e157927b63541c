"""bootstrap check: run the checks of targets, the slow ones too."""

from __future__ import annotations

import click

from bootstrap.cli.settings import Settings, Supply, json_option, project_options, supply_options

_EPILOG = """\b
Examples:
  bootstrap check python            every check of CPython, its own test-suite among them
  bootstrap check stage2 --again    although they held before
"""


@click.command(name="check", epilog=_EPILOG, short_help="Run the checks of targets, slow ones too.")
@click.argument("targets", nargs=-1, required=True)
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="Cores to use at most (else all).")
@click.option("-k", "--keep-going", is_flag=True, help="Run the other checks after a failure.")
@click.option("--keep-failed", is_flag=True, help="Keep the directory of a failed check.")
@click.option("--again", is_flag=True, help="Run checks that held before, too.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@json_option
@supply_options
@project_options
def command(
    targets: tuple[str, ...],
    jobs: int | None,
    keep_going: bool,
    keep_failed: bool,
    again: bool,
    quiet: bool,
    as_json: bool,
    supply: Supply,
    settings: Settings,
) -> int:
    """Build TARGETS if need be, and run all their checks."""
    from bootstrap.build.carry_out import Wish
    from bootstrap.build.machine import cores
    from bootstrap.cli.run_verb import build_and_tell
    from bootstrap.cli.session import Session

    wish = Wish(
        jobs=jobs or cores(),
        keep_going=keep_going,
        keep_failed=keep_failed,
        slow_checks=True,
        only_checks=again,
    )
    session = Session(settings, targets)
    return build_and_tell(session, wish, supply, accept=False, quiet=quiet, as_json=as_json)
