"""Where bytes were put in or left out: pieces that occur once on both sides hold the rest in place.

Bytes are cut into pieces (lines, strings); pieces that occur exactly once on each side and keep
their order are taken for the same (patience diff, after Bram Cohen), and so are equal pieces right
before and behind them; between them the same is done again. Linear but for a sort, at each of a
few depths.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

LARGEST = 4 << 20
"""Bytes of either side that are aligned."""
_MOST_PIECES = 100_000
_DEPTH = 6

_PIECE = {
    b"\n": re.compile(rb"[^\n]*\n|[^\n]+"),
    b"\0": re.compile(rb"[^\0]*\0+|[^\0]+"),
    b"": re.compile(rb"[^\0\n]*[\0\n]+|[^\0\n]+"),
}
"""By what divides the pieces; b"" is for data of an unknown kind."""

Hunk = tuple[int, int, int, int]
"""Start and end on the left, start and end on the right."""


def align(left: bytes, right: bytes, separator: bytes) -> list[Hunk] | None:
    """What differs, ascending, in bytes; None if there are too many pieces to tell."""
    if right < left:  # so that exchanging the sides exchanges the answer, and no more
        swapped = align(right, left, separator)
        return swapped and [(c, d, a, b) for a, b, c, d in swapped]
    pattern = _PIECE[separator]
    sides = []
    for data in (left, right):
        pieces = [
            match.group() for match, _ in zip(pattern.finditer(data), range(_MOST_PIECES), strict=False)
        ]
        if len(pieces) == _MOST_PIECES:
            return None
        sides.append(pieces)
    starts = [_starts(pieces) for pieces in sides]
    return [
        (starts[0][a], starts[0][b], starts[1][c], starts[1][d])
        for a, b, c, d in _hunks(sides[0], sides[1], 0, len(sides[0]), 0, len(sides[1]), _DEPTH)
    ]


def has_same_pieces(left: bytes, right: bytes, separator: bytes) -> bool:
    """Whether the sides have the same pieces, in whatever order."""
    if len(left) != len(right) or max(len(left), len(right)) > LARGEST:
        return False
    return sorted(left.split(separator)) == sorted(right.split(separator))


def _starts(pieces: Sequence[bytes]) -> list[int]:
    starts = [0]
    for piece in pieces:
        starts.append(starts[-1] + len(piece))
    return starts


def _hunks(
    left: Sequence[bytes], right: Sequence[bytes], a: int, b: int, c: int, d: int, depth: int
) -> Iterator[Hunk]:
    """Of left[a:b] and right[c:d], in pieces."""
    while a < b and c < d and left[a] == right[c]:
        a, c = a + 1, c + 1
    while a < b and c < d and left[b - 1] == right[d - 1]:
        b, d = b - 1, d - 1
    anchors = _anchors(left, right, a, b, c, d) if depth and a < b and c < d else []
    if not anchors:
        if a < b or c < d:
            yield a, b, c, d
        return
    for x, y in anchors:
        if x >= a and y >= c:
            yield from _hunks(left, right, a, x, c, y, depth - 1)
            a, c = x + 1, y + 1
            while a < b and c < d and left[a] == right[c]:
                a, c = a + 1, c + 1
    yield from _hunks(left, right, a, b, c, d, depth - 1)


def _anchors(
    left: Sequence[bytes], right: Sequence[bytes], a: int, b: int, c: int, d: int
) -> list[tuple[int, int]]:
    """The longest ascending row of pieces that occur once on each side."""
    often_left, often_right = Counter(left[a:b]), Counter(right[c:d])
    at = {right[y]: y for y in range(c, d) if often_right[right[y]] == 1}
    pairs = [(x, at[left[x]]) for x in range(a, b) if often_left[left[x]] == 1 and left[x] in at]
    tops: list[int] = []  # the least right end of an ascending row of each length (patience sorting)
    ends: list[int] = []
    before: list[int] = []
    for number, (_, y) in enumerate(pairs):
        length = bisect_left(tops, y)
        before.append(ends[length - 1] if length else -1)
        tops[length : length + 1] = [y]
        ends[length : length + 1] = [number]
    row = []
    number = ends[-1] if ends else -1
    while number >= 0:
        row.append(pairs[number])
        number = before[number]
    return row[::-1]
