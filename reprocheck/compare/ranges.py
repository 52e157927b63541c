"""Where two contents differ, byte by byte."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from reprocheck.compare.align import LARGEST, Hunk, align
from reprocheck.compare.bounds import Bounds
from reprocheck.compare.content import Content
from reprocheck.compare.difference import Range, Span

CHUNK = 1 << 20
_FLAGS = bytes([0]) + bytes([1]) * 255
_RUN = re.compile(rb"\x01+")
_FEW = 64
"""Differing bytes that need no aligning."""

Where = Callable[[int], str]
"""What an offset is called; "" if it has no name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The first differing ranges, ascending, how many there are, and their bytes on each side."""

    hunks: tuple[Hunk, ...]
    count: int
    left: int
    right: int


def same(left: Content, right: Content) -> bool:
    """Whether two contents are equal."""
    return left.size == right.size and _common_start(left, right) == left.size


def find(left: Content, right: Content, *, most: int, separator: bytes = b"") -> Found:
    """Where two contents differ; at most `most` ranges are listed, all are counted.

    Contents of one size are compared position by position. If that leaves many differing bytes, or
    the sizes are not the same, what lies between their equal beginnings and ends is aligned by
    pieces (see `reprocheck.compare.align`) if it is small, and one range otherwise.
    """
    start = _common_start(left, right)
    if left.size == right.size:
        placed = _Ranges(most)
        _by_position(left, right, start, placed)
        found = placed.found()
        if found.left <= _FEW:
            return found
    else:
        found = None
    end = _common_end(left, right, start)
    middle = left.size - end - start, right.size - end - start
    hunks: list[Hunk] | None = None
    if 0 < max(middle) <= LARGEST and min(middle) > 0:
        a, b = left.read(start, middle[0]), right.read(start, middle[1])
        hunks = align(a, b, separator)
        if hunks:
            aligned = _Ranges(most)
            for hunk in hunks:
                aligned.hunk(a, b, hunk, start)
            if found is None or aligned.total < found.left + found.right:
                return aligned.found()
    if found is None:
        whole = _Ranges(most)
        whole.add(start, start + middle[0], start, start + middle[1])
        found = whole.found()
    return found


def spelt(
    found: Found,
    left: Content,
    right: Content,
    bounds: Bounds,
    *,
    where: tuple[Where, Where] = (lambda _: "", lambda _: ""),
    base: tuple[int, int] = (0, 0),
) -> tuple[Range, ...]:
    """The listed ranges with excerpts; `base` is where the contents begin in what is told."""
    return tuple(
        Range(
            left=_span(left, a, b, bounds, where[0], base[0]),
            right=_span(right, c, d, bounds, where[1], base[1]),
        )
        for a, b, c, d in found.hunks
    )


def _span(content: Content, start: int, end: int, bounds: Bounds, where: Where, base: int) -> Span:
    first = max(start - bounds.context, 0)
    return Span(
        start=base + start,
        size=end - start,
        excerpt=content.read(first, bounds.excerpt),
        excerpt_start=base + first,
        where=where(start),
    )


def _common_start(left: Content, right: Content) -> int:
    """Bytes at the beginning that are equal."""
    end = min(left.size, right.size)
    at = 0
    while at < end:
        at = max(at, min(left.data_from(at), right.data_from(at)))
        a, b = left.read(at, min(CHUNK, end - at)), right.read(at, min(CHUNK, end - at))
        if a != b:
            return at + _equal(a, b, 1)
        at += len(a)
    return end


def _common_end(left: Content, right: Content, start: int) -> int:
    """Bytes at the end that are equal, as far as `start`."""
    most = min(left.size, right.size) - start
    count = 0
    while count < most:
        size = min(CHUNK, most - count)
        a = left.read(left.size - count - size, size)
        b = right.read(right.size - count - size, size)
        if a != b:
            return count + _equal(a, b, -1)
        count += size
    return count


def _equal(a: bytes, b: bytes, direction: int) -> int:
    """How many bytes are equal at the beginning (1) or the end (-1) of two rows of one length that differ."""
    flags = _flags(a, b)
    return flags.index(1) if direction > 0 else len(flags) - 1 - flags.rindex(1)


def _flags(a: bytes, b: bytes) -> bytes:
    """1 where two rows of one length differ, 0 elsewhere."""
    different = int.from_bytes(a, "little") ^ int.from_bytes(b, "little")
    return different.to_bytes(len(a), "little").translate(_FLAGS)


def _by_position(left: Content, right: Content, at: int, ranges: _Ranges) -> None:
    while at < left.size:
        at = max(at, min(left.data_from(at), right.data_from(at)))
        a, b = left.read(at, CHUNK), right.read(at, CHUNK)
        if a != b:
            ranges.rows(a, b, at, at)
        at += CHUNK


class _Ranges:
    """Ranges as they are found, ascending; those that touch become one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._listed: list[Hunk] = []
        self._end: tuple[int, int] | None = None
        self._count = 0
        self._left = 0
        self._right = 0

    @property
    def total(self) -> int:
        return self._left + self._right

    def found(self) -> Found:
        return Found(hunks=tuple(self._listed), count=self._count, left=self._left, right=self._right)

    def add(self, a: int, b: int, c: int, d: int) -> None:
        if self._end == (a, c):
            if self._count == len(self._listed):
                first = self._listed[-1]
                self._listed[-1] = (first[0], b, first[2], d)
        else:
            self._count += 1
            if self._count <= self._most:
                self._listed.append((a, b, c, d))
        self._left += b - a
        self._right += d - c
        self._end = (b, d)

    def hunk(self, a: bytes, b: bytes, hunk: Hunk, base: int) -> None:
        """A range of two rows that begin at `base`; what is equal at its ends is not part of it."""
        first, last, other, end = hunk
        x, y = a[first:last], b[other:end]
        if len(x) == len(y):
            self.rows(x, y, base + first, base + other)
            return
        short = min(len(x), len(y))
        before = short if x[:short] == y[:short] else _equal(x[:short], y[:short], 1)
        x, y = x[before:], y[before:]
        short = min(len(x), len(y))
        if short:
            ends = x[-short:], y[-short:]
            behind = short if ends[0] == ends[1] else _equal(*ends, -1)
            x, y = x[: len(x) - behind], y[: len(y) - behind]
        if not x and not y:
            return
        start, other = base + first + before, base + other + before
        self.add(start, start + len(x), other, other + len(y))

    def rows(self, a: bytes, b: bytes, left: int, right: int) -> None:
        """Two rows of one length, which begin at `left` and `right`."""
        flags = _flags(a, b)
        at = 0
        while self._count <= self._most:
            run = _RUN.search(flags, at)
            if run is None:
                return
            at = run.end()
            self.add(left + run.start(), left + at, right + run.start(), right + at)
        rest = flags[at:]
        if differing := rest.count(1):
            # none of these is listed: only their number counts, and where the last one ends
            touching = rest[0] == 1 and self._end == (left + at, right + at)
            self._count += rest.count(b"\0\1") + rest[0] - touching
            self._left += differing
            self._right += differing
            last = at + rest.rindex(1) + 1
            self._end = (left + last, right + last)
