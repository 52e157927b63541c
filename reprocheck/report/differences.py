"""Differences as lines for people: which field, at which offset, both values one above the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bootstrap.cli.say import size
from reprocheck.compare import Difference, Kind, Range
from reprocheck.report.excerpt import Side, Window, text, windows
from reprocheck.report.paint import Colour, Paint
from reprocheck.report.summary import plain

_WINDOWS = 3
"""Shown of each difference; --json has more."""
_DIGITS = 16
_TEXT = 64
"""Bytes shown of each side, as digits and as text: lines stay within 80 columns."""
_BEFORE = 4
"""Of these at most, before the first that differs."""
_MARK: dict[bool, tuple[Colour, ...]] = {True: ("inverse",), False: ()}
_VALUE = 68
"""Characters shown of a value."""


def lines(difference: Difference, paint: Paint) -> Iterator[str]:
    """What differs, then both values; of byte ranges the first few."""
    yield headline(difference)
    if difference.left or difference.right:
        yield from _sides(
            paint(_shortened(difference.left), "red"), paint(_shortened(difference.right), "green"), paint
        )
    elif difference.kind is not Kind.METADATA:
        shown = windows(
            difference.ranges, text=_TEXT, digits=_DIGITS, before_text=_TEXT // 4, before_digits=_BEFORE
        )
        for each in shown[:_WINDOWS]:
            yield f"  {where(each.first)}"
            yield from _sides(
                _excerpt(each.left, "red", each, paint), _excerpt(each.right, "green", each, paint), paint
            )
        if len(shown) > _WINDOWS or difference.range_count > len(difference.ranges) > 0:
            yield "  and more"


def headline(difference: Difference) -> str:
    """What differs, in one line: "gzip header: MTIME", "bytes, 4 B in 1 range"."""
    head = difference.field or difference.kind.value
    if difference.kind in (Kind.ONLY_LEFT, Kind.ONLY_RIGHT) and difference.field:
        head = f"{difference.kind.value}: {difference.field}"
    if difference.kind is Kind.BYTES and difference.range_count:
        head += f", {_amount(difference)}"
    if difference.note:
        head += f" ({difference.note})"
    return plain(head)


def where(each: Range) -> str:
    """The offset of a range, and what a reader calls it."""
    name = each.left.where or each.right.where
    return f"at {each.left.start:#x}{f', {plain(name)}' if name else ''}"


def _amount(difference: Difference) -> str:
    left, right = size(difference.left_bytes), size(difference.right_bytes)
    amount = left if left == right else f"{left} → {right}"
    return f"{amount} in {difference.range_count} range{'s' if difference.range_count > 1 else ''}"


def _excerpt(side: Side, colour: Colour, window: Window, paint: Paint) -> str:
    """Text as text, all else as digits and text; what differs is marked."""

    def marked(spell: Callable[[bytes], str], between: str) -> str:
        runs = [paint(spell(run), colour, *_MARK[differs]) for run, differs in side.runs()]
        return between.join(runs)

    words = marked(text, "")
    return words if window.is_text else f"{marked(lambda data: data.hex(' '), ' ')}  {words}"


def _sides(left: str, right: str, paint: Paint) -> Iterator[str]:
    yield f"    {paint('-', 'red')} {left}"
    yield f"    {paint('+', 'green')} {right}"


def _shortened(value: str) -> str:
    value = plain(value)
    return value if len(value) <= _VALUE else value[: _VALUE - 1] + "…"
