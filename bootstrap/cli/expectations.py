"""Outputs that are not what is committed: said, or with --accept written down."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bootstrap.build.rules import Missed
from bootstrap.cli.say import note, report
from bootstrap.errors import ExpectationMissed
from bootstrap.recipe.expectations import update_expectations


def settle(root: Path, missed: Sequence[Missed], *, accept: bool) -> int:
    """The exit status: 0 if all is as expected or has been accepted, else ExpectationMissed's.

    An output of which nothing is on record is no fault: it is named, and accepted on request.
    """
    if accept:
        by_file: dict[str, dict[str, str]] = {}
        for item in missed:
            by_file.setdefault(item.file, {})[item.name] = item.got.hex
        for file, entries in sorted(by_file.items()):
            update_expectations(root / file, entries)
            note(f"recorded {len(entries)} in {file}")
        return 0
    unknown = [item for item in missed if item.expected is None]
    if unknown:
        names = ", ".join(sorted(item.name for item in unknown))
        note(f"no expectation is recorded for {names} (--accept records them)")
    wrong = [item for item in missed if item.expected is not None]
    for item in wrong:
        error = ExpectationMissed(
            f"{item.title} (output {item.output}) is not what was expected\n"
            f"  expected    {item.expected}\n"
            f"  got         {item.got}\n"
            f"  recorded in {item.file}\n"
            f"  kept at     {item.path}",
            hint=f"if the change is meant, record it: bootstrap run {item.title} --accept",
        )
        report(error)
    return ExpectationMissed.exit_status if wrong else 0
