"""Excerpts of bytes as people look at them: a window on each side, in which all that differs is marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reprocheck.compare import Range, Span

_PLAIN = frozenset(range(0x20, 0x7F)) | frozenset(b"\t\n\0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Some bytes of one side."""

    start: int
    """Offset of the first."""
    data: bytes
    differing: frozenset[int]
    """Which of them differ, counted from the first."""

    def runs(self) -> Iterator[tuple[bytes, bool]]:
        """The bytes in pieces of which all differ, or none."""
        first = 0
        for at in range(1, len(self.data) + 1):
            if at == len(self.data) or (at in self.differing) != (first in self.differing):
                yield self.data[first:at], first in self.differing
                first = at


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Both sides of one or more ranges that lie near each other."""

    left: Side
    right: Side
    first: Range
    is_text: bool
    """Whether people read it better as text than as digits."""


def windows(
    ranges: Sequence[Range], *, text: int, digits: int, before_text: int, before_digits: int
) -> list[Window]:
    """What there is to show of ranges that are ascending: at most so many bytes of each side as `text` or
    `digits` says, of which so many stand before the first that differs."""
    found: list[Window] = []
    left = list(ranges)
    while left:
        first = left[0]
        is_text = _PLAIN.issuperset(first.left.excerpt) and _PLAIN.issuperset(first.right.excerpt)
        before, most = (before_text, text) if is_text else (before_digits, digits)
        cut = _cut(first.left, before, most), _cut(first.right, before, most)
        together = [first]
        while len(together) < len(left) and _lies_in(left[len(together)], *cut):
            together.append(left[len(together)])
        found.append(
            Window(
                left=_side(*cut[0], [each.left for each in together]),
                right=_side(*cut[1], [each.right for each in together]),
                first=first,
                is_text=is_text,
            )
        )
        left = left[len(together) :]
    return found


def text(data: bytes) -> str:
    """Printable ASCII, with "." for all else, in as many characters as there are bytes."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data)


def _cut(span: Span, before: int, most: int) -> tuple[int, bytes]:
    """Where the window begins, and its bytes."""
    skipped = max(0, span.start - span.excerpt_start - before)
    return span.excerpt_start + skipped, span.excerpt[skipped : skipped + most]


def _lies_in(each: Range, left: tuple[int, bytes], right: tuple[int, bytes]) -> bool:
    """Whether it begins within both windows."""
    sides = ((each.left, left), (each.right, right))
    return all(start <= span.start < start + len(data) for span, (start, data) in sides)


def _side(start: int, data: bytes, spans: Sequence[Span]) -> Side:
    differing = {
        at
        for span in spans
        for at in range(max(0, span.start - start), min(len(data), span.start + span.size - start))
    }
    return Side(start=start, data=data, differing=frozenset(differing))
