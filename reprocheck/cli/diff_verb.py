"""reprocheck diff: two files or directories, and every place where they differ."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

import click

from bootstrap.cli.say import answer, answer_json
from bootstrap.errors import UsageError

if TYPE_CHECKING:
    from reprocheck.compare import Difference

_EPILOG = """\b
Exit status: 0 equal, 1 different, 2 usage.

\b
Examples:
  reprocheck diff first.tar.gz second.tar.gz
  reprocheck diff --json build1 build2
  reprocheck diff --limit 5 build1 build2
"""


@click.command(name="diff", epilog=_EPILOG, short_help="Compare two files or directories.")
@click.argument("left")
@click.argument("right")
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON (docs/reference/reprocheck.md).")
@click.option(
    "--limit", type=click.IntRange(min=0), default=100, show_default=True, help="List that many differences."
)
def command(left: str, right: str, as_json: bool, limit: int) -> int:
    """Compare LEFT and RIGHT, two files or two directories, and tell where they differ: inside archives,
    compressed files and executables, too. Symlinks are compared, not followed."""
    from reprocheck.compare import diff

    try:
        found = diff(left, right)
        listed, count, hidden = _taken(found, limit, follow_ups=as_json)
    except OSError as error:
        raise UsageError(
            f"cannot compare {left} and {right}: {error.strerror} ({_name(error.filename)})",
            hint="reprocheck diff takes two files or directories",
        ) from error
    if as_json:
        from reprocheck.compare.schema import to_json

        answer_json(to_json(left, right, listed, count))
    elif count:
        _print(left, listed, count, hidden)
    else:
        answer("equal")
    return 1 if count else 0


def _name(filename: str | bytes | None) -> str:
    import os

    return os.fsdecode(filename or "")


def _taken(found: Iterable[Difference], limit: int, *, follow_ups: bool) -> tuple[list[Difference], int, int]:
    """The differences to list, how many there are, and how many of them are left out only because
    they follow from another one of the same file."""
    listed: list[Difference] = []
    count = hidden = 0
    for _, of_file in groupby(found, key=lambda difference: difference.place[0]):
        known = list(of_file)
        count += len(known)
        shown = [each for each in known if follow_ups or not each.follows] or known[:1]
        hidden += len(known) - len(shown)
        listed += shown[: limit - len(listed)]
    return listed, count, hidden


def _print(top: str, listed: list[Difference], count: int, hidden: int) -> None:
    from reprocheck.report.differences import lines
    from reprocheck.report.paint import Paint

    paint = Paint.suiting(sys.stdout)
    for place, of_path in groupby(listed, key=lambda difference: difference.place):
        known = list(of_path)
        path = known[0].path if place[0] else top + known[0].path.removeprefix(".")
        answer(paint(path, "bold"))
        for difference in known:
            for line in lines(difference, paint):
                answer(f"  {line}")
    more = count - hidden - len(listed)
    answer(f"{count} differences" if count > 1 else "1 difference")
    if hidden:
        answer(f"  {hidden} that may only follow from others (checksums, sizes, offsets): see --json")
    if more:
        answer(f"  {more} not listed: see --limit")
