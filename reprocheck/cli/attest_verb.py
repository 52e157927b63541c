"""reprocheck attest: what checks came to, stated and signed."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bootstrap.cli.say import answer
from bootstrap.cli.settings import Settings, project_options
from bootstrap.errors import UsageError

if TYPE_CHECKING:
    from reprocheck.report.model import Report

_EPILOG = """\b
Exit status: 0 stated, 2 usage, or no verdict is kept.

\b
Examples:
  reprocheck attest --key alice stage2 --to statements
  reprocheck command --json -- make install > made.json; reprocheck attest --key alice made.json
"""
_LONGEST = 150
"""Characters of a file's name that are a subject's."""


@click.command(name="attest", epilog=_EPILOG, short_help="Sign statements of what checks came to.")
@click.argument("subjects", nargs=-1, required=True, metavar="TARGET|REPORT.json...")
@click.option(
    "--key",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The private key to sign with.",
)
@click.option(
    "--to",
    metavar="DIR",
    default=".",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where statements are written (else here).",
)
@project_options
def command(subjects: tuple[str, ...], key: Path, to: Path, settings: Settings) -> int:
    """Sign what is known of TARGETs, whose verdicts `reprocheck TARGET` kept, and of REPORTs, files that
    --json wrote. Writes DIR/NAME-VERSION.intoto.json of each, and prints the paths."""
    from reprocheck.statement.envelope import sign
    from reprocheck.statement.keys import load_signer
    from reprocheck.statement.statement import statement

    signer = load_signer(key)
    files = [subject for subject in subjects if subject.endswith(".json")]
    targets = [subject for subject in subjects if subject not in files]
    reports = [report for file in files for report in _read(Path(file))]
    if targets:
        reports += _kept(targets, settings)
    by_id = {(report.derivation, report.outputs): report for report in reports}
    signed = [(report, sign(statement(report), signer)) for report in by_id.values()]
    for name, (_, envelope) in zip(_names([report for report, _ in signed]), signed, strict=True):
        answer(str(_write(to, f"{name}.intoto.json", envelope)))
    return 0


def _kept(targets: Sequence[str], settings: Settings) -> list[Report]:
    """The reports that are kept of targets; UsageError if one has none."""
    from bootstrap.cli.session import Session
    from reprocheck.cli.checking import kept_reports, steps_of

    session = Session(settings, targets)
    steps = steps_of(session)
    found = kept_reports(session, steps)
    missing = [step.derivation.title for step in steps if step.id not in found]
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        raise UsageError(
            f"no verdict is kept of {', '.join(missing[:3])}{more}",
            hint=f"check first: reprocheck {' '.join(targets)}",
        )
    return [found[step.id] for step in steps]


def _read(file: Path) -> list[Report]:
    """The reports that --json wrote to a file; UsageError if it holds none."""
    from reprocheck.report.schema import SCHEMA_OF_SEVERAL, from_json

    try:
        value = json.loads(file.read_bytes())
        if not isinstance(value, dict):
            raise ValueError("not a JSON object")
        several = value["reports"] if value.get("schema") == SCHEMA_OF_SEVERAL else [value]
        return [from_json(each) for each in several]
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{file}: not a report: {error}", hint="reprocheck --json TARGET > FILE makes one"
        ) from None


def _names(reports: Sequence[Report]) -> list[str]:
    """A name for a file of each: what people call it, with digits of its derivation if that is not enough."""
    names = [_safe(report.subject) for report in reports]
    count = Counter(name.lower() for name in names)
    return [
        name if count[name.lower()] == 1 else f"{name}-{report.derivation[:16]}"
        for name, report in zip(names, reports, strict=True)
    ]


def _safe(subject: str) -> str:
    return re.sub(r"[^A-Za-z0-9+_.=]+", "-", subject)[:_LONGEST].strip(".-") or "subject"


def _write(directory: Path, name: str, envelope: dict[str, Any]) -> Path:
    """Writes an envelope in one step."""
    path, aside = directory / name, directory / f".{name}.{os.getpid()}"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        aside.write_text(json.dumps(envelope, indent=2) + "\n", "utf-8")
        os.replace(aside, path)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}", hint="--to wants a directory") from None
    return path
