"""bootstrap log: the log of a target's last build, of a failed one too."""

from __future__ import annotations

import os
import shutil
import sys

import click

from bootstrap.cli.say import answer
from bootstrap.cli.settings import Settings, project_options
from bootstrap.errors import UsageError

_EPILOG = """\b
Examples:
  bootstrap log python
  bootstrap log python --path       where the log lies
"""


@click.command(name="log", epilog=_EPILOG, short_help="Show the log of a target's last build.")
@click.argument("target")
@click.option("--check", metavar="NAME", help="The log of this check instead.")
@click.option("--path", "only_path", is_flag=True, help="Print where the log lies, not the log.")
@project_options
def command(target: str, check: str | None, only_path: bool, settings: Settings) -> None:
    """Print the log of TARGET's last build, whether it failed or not."""
    from bootstrap.build.failure import printable
    from bootstrap.cli.session import Session

    session = Session(settings, [target])
    ids = dict.fromkeys(output.derivation for output in session.plan.targets)
    for id in ids:
        step = session.plan.step(id)
        wanted = id
        if check is not None:
            checks = {each.name: each.id for each in step.checks + step.slow_checks}
            if check not in checks:
                known = ", ".join(checks) or "none"
                raise UsageError(f'{step.derivation.title} has no check "{check}"; it has: {known}')
            wanted = checks[check]
        path = session.store.last_log(wanted)
        if path is None or not os.path.exists(path):
            raise UsageError(
                f"no log of {step.derivation.title}: it was not built here",
                hint=f"bootstrap run {target}",
            )
        if only_path:
            answer(path)
            continue
        with open(path, "rb") as log:
            if sys.stdout.isatty():
                for line in log:
                    answer(printable(line.decode("utf-8", "backslashreplace").rstrip("\n")))
            else:
                sys.stdout.flush()
                shutil.copyfileobj(log, sys.stdout.buffer)
