"""bootstrap doctor: whether builds can work on this host, and what to do where they cannot."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from bootstrap.cli.say import answer, answer_json
from bootstrap.cli.settings import home_directory, json_option
from bootstrap.errors import SandboxUnavailable, UsageError

_EPILOG = """\b
Each line is ok, warn (builds work, with the drawback that is told) or bad (builds cannot work).
The exit status is 0, or 6 if a line is bad.

\b
Examples:
  bootstrap doctor                  before the first build, or when one fails for no reason of its own
  bootstrap doctor --home /mnt/b    another place for the store
"""


@click.command(name="doctor", epilog=_EPILOG, short_help="Tell whether builds can work here.")
@click.option("--home", metavar="DIR", help="Where the store is to be kept (else BOOTSTRAP_HOME).")
@click.option("--project", metavar="DIR", default=".", help="A directory of the project, if there is one.")
@json_option
def command(home: str | None, project: str, as_json: bool) -> int:
    """Check this host: kernel, namespaces, limits, disk, apt, certificates, clock, libraries.

    A sandbox is really made and a program run in it. Nothing is fetched, and nothing stays."""
    from bootstrap.doctor.examine import examine
    from bootstrap.recipe.project import project_root

    try:
        root = project_root(Path(project))
    except UsageError:
        root = None
    findings = []
    for finding in examine(Path(home_directory(home)), root):
        findings.append(finding)
        if not as_json:
            answer(f"{finding.state:<5} {finding.name:<15} {finding.says}")
            for line in finding.todo.splitlines():
                answer(f"{'':<22}→ {line.strip()}")
    ready = all(finding.state != "bad" for finding in findings)
    if as_json:
        answer_json({"ready": ready, "checks": [dataclasses.asdict(finding) for finding in findings]})
    else:
        answer("builds can work here" if ready else "builds cannot work here")
    return 0 if ready else SandboxUnavailable.exit_status
