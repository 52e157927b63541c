"""reprocheck diff: two files or directories, and every place where they differ."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import click

from bootstrap.cli.say import answer, answer_json, has_colour, size
from bootstrap.errors import UsageError

if TYPE_CHECKING:
    from reprocheck.compare import Difference, Range, Span

_EPILOG = """\b
Exit status: 0 equal, 1 different, 2 usage.

\b
Examples:
  reprocheck diff first.tar.gz second.tar.gz
  reprocheck diff --json build1 build2
  reprocheck diff --limit 5 build1 build2
"""

_RED, _GREEN, _BOLD, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[0m"
_RANGES = 3
"""Shown of each difference; --json has more."""


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
    bold, plain = (_BOLD, _PLAIN) if has_colour(sys.stdout) else ("", "")
    for place, of_path in groupby(listed, key=lambda difference: difference.place):
        known = list(of_path)
        path = known[0].path if place[0] else top + known[0].path.removeprefix(".")
        answer(f"{bold}{path}{plain}")
        for difference in known:
            for line in _lines(difference):
                answer(line)
    more = count - hidden - len(listed)
    answer(f"{count} differences" if count > 1 else "1 difference")
    if hidden:
        answer(f"  {hidden} that may only follow from others (checksums, sizes, offsets): see --json")
    if more:
        answer(f"  {more} not listed: see --limit")


def _lines(difference: Difference) -> Iterator[str]:
    from reprocheck.compare import Kind

    head = difference.field or difference.kind.value
    if difference.kind in (Kind.ONLY_LEFT, Kind.ONLY_RIGHT) and difference.field:
        head = f"{difference.kind.value}: {difference.field}"
    if difference.kind is Kind.BYTES and difference.range_count:
        head += f", {_amount(difference)}"
    if difference.note:
        head += f" ({difference.note})"
    yield f"  {head}"
    if difference.left or difference.right:
        yield from _sides(difference.left, difference.right)
    elif difference.kind is not Kind.METADATA:
        for each in difference.ranges[:_RANGES]:
            yield from _range(each)
        if difference.range_count > _RANGES and difference.ranges:
            more = difference.range_count - _RANGES
            yield f"    and {more} more range{'s' if more > 1 else ''}"


def _amount(difference: Difference) -> str:
    left, right = size(difference.left_bytes), size(difference.right_bytes)
    amount = left if left == right else f"{left} → {right}"
    return f"{amount} in {difference.range_count} range{'s' if difference.range_count > 1 else ''}"


def _range(each: Range) -> Iterator[str]:
    left, right = each.left, each.right
    where = left.where or right.where
    yield f"    at {left.start:#x}{f', {where}' if where else ''}"
    yield from _sides(_excerpt(left), _excerpt(right))


def _excerpt(span: Span) -> str:
    """Text as text, all else as digits and text."""
    data = span.excerpt
    if all(0x20 <= byte < 0x7F or byte in b"\t\n\0" for byte in data):
        return span.text
    return f"{span.excerpt[:24].hex(' ')}  {span.text[:24]}"


def _sides(left: str, right: str) -> Iterator[str]:
    red, green, plain = (_RED, _GREEN, _PLAIN) if has_colour(sys.stdout) else ("", "", "")
    yield f"      {red}- {left}{plain}"
    yield f"      {green}+ {right}{plain}"
