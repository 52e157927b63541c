"""A content as a row of named parts, compared part by part.

A reader of a format says what a content consists of, one side at a time; parts of the same label
on both sides are compared, so no reader ever sees two sides. What no part covers is a part without
a name, so every byte is in some part, and contents in which no part differs are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from reprocheck.compare.bounds import Budget, Refused
from reprocheck.compare.content import Content, Window
from reprocheck.compare.difference import Difference, Kind, Place, Range, Span
from reprocheck.compare.ranges import Where, find, same, spelt

_VALUE = 4096
"""Bytes of a field that may be spelt."""
_PADDING = 1 << 16
"""Bytes of zeros that may be taken for padding."""
_NAMES = 8
"""Members of which a change of order is shown."""


def _nowhere(_offset: int) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a content; the parts of one content or part lie in it, and not in each other."""

    label: str
    """What it is called, the same on both sides: "gzip header: MTIME". Equal labels are numbered."""
    start: int
    """Offset in the content; so many bytes as `size`."""
    size: int
    value: Callable[[bytes], str] | None = None
    """How a person reads the bytes."""
    follows: bool = False
    """It only follows from other parts: a checksum, a size, an offset."""
    name: bytes | None = None
    """Of a member: its name in a place. Bytes of a member may again be of a known format."""
    content: Callable[[], Content] | None = None
    """Of a member whose bytes are packed: what they unpack to, or Refused."""
    parts: Callable[[], Sequence[Part]] | None = None
    """What it consists of, asked for only where it differs."""
    separator: bytes = b""
    """What its bytes are divided by, if it consists of lines or strings."""
    where: Where = _nowhere
    """What an offset in it is called."""


Parse = Callable[[Content, Budget], Sequence[Part]]
"""The parts of one content, ascending; Refused if it is not of the format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two contents that are being compared."""

    left: Content
    right: Content
    place: Place
    depth: int
    """Containers around them."""
    budget: Budget
    inner: Callable[[Pair], Iterator[Difference]]
    """How the contents of members are compared."""

    def within(self, name: bytes, left: Content, right: Content) -> Pair:
        """A member of both."""
        return Pair(
            left=left,
            right=right,
            place=(*self.place, name),
            depth=self.depth + 1,
            budget=self.budget,
            inner=self.inner,
        )


def compare_parts(pair: Pair, parse: Parse) -> Iterator[Difference]:
    """The differences of two contents by their parts; Refused, at any point, if a side has none."""
    left, right = parse(pair.left, pair.budget), parse(pair.right, pair.budget)
    whole = (0, pair.left.size), (0, pair.right.size)
    yield from _compare(pair, (left, right), whole, "it")


def leaf(
    pair: Pair,
    *,
    field: str = "",
    spans: tuple[tuple[int, int], tuple[int, int]] | None = None,
    separator: bytes = b"",
    where: tuple[Where, Where] = (_nowhere, _nowhere),
    follows: bool = False,
    note: str = "",
) -> Difference | None:
    """Byte ranges of two contents, or of two spans (start, size) of them; None if they are equal."""
    (a, left_size), (b, right_size) = spans or ((0, pair.left.size), (0, pair.right.size))
    left, right = Window(pair.left, a, left_size), Window(pair.right, b, right_size)
    bounds = pair.budget.bounds
    found = find(left, right, most=bounds.ranges, separator=separator)
    if not found.count:
        return None
    return Difference(
        place=pair.place,
        kind=Kind.BYTES,
        field=field,
        ranges=spelt(found, left, right, bounds, where=where, base=(a, b)),
        range_count=found.count,
        left_bytes=found.left,
        right_bytes=found.right,
        follows=follows,
        note=note,
    )


def _compare(
    pair: Pair,
    parts: tuple[Sequence[Part], Sequence[Part]],
    spans: tuple[tuple[int, int], tuple[int, int]],
    title: str,
) -> Iterator[Difference]:
    """Of the parts of two spans, which are called `title`."""
    left = _labelled(_filled(pair.left, parts[0], *spans[0]), title)
    right = _labelled(_filled(pair.right, parts[1], *spans[1]), title)
    for label, part in left.items():
        pair.budget.check()
        other = right.get(label)
        if other is None:
            yield from _alone(pair, part, label, Kind.ONLY_LEFT)
        else:
            yield from _both(pair, part, other, label)
    for label, part in right.items():
        if label not in left:
            yield from _alone(pair, part, label, Kind.ONLY_RIGHT)
    named = [label for label, part in left.items() if part.label and label in right]
    orders = named, [label for label, part in right.items() if part.label and label in left]
    if orders[0] != orders[1]:
        yield _order(pair, *orders)


def _filled(content: Content, parts: Sequence[Part], start: int, size: int) -> Iterator[Part]:
    """The parts with what lies between them; Refused if they overlap or lie outside."""

    def between(end: int) -> Part:
        padding = end - at <= _PADDING and not content.read(at, end - at).strip(b"\0")
        return Part(label="", start=at, size=end - at, follows=padding)

    at = start
    for part in parts:
        if part.start < at or part.size < 0 or part.start + part.size > start + size:
            raise Refused(f"{part.label} lies in another part, or beyond the end")
        if part.start > at:
            yield between(part.start)
        yield part
        at = part.start + part.size
    if at < start + size:
        yield between(start + size)


def _labelled(parts: Iterator[Part], title: str) -> dict[str, Part]:
    """Parts by their label, in their order; further ones of the same label are numbered, and those
    without one are named for what they follow, the last one for what it is the end of."""
    row = list(parts)
    found: dict[str, Part] = {}
    often: dict[str, int] = {}
    before = f"the beginning of {title}"
    for part in row:
        label = part.label or (f"end of {title}" if part is row[-1] else f"after {before}")
        often[label] = number = often.get(label, 0) + 1
        unique = label if number == 1 else f"{label} #{number}"
        while unique in found:
            unique += "'"
        found[unique] = part
        before = unique
    return found


def _alone(pair: Pair, part: Part, label: str, kind: Kind) -> Iterator[Difference]:
    """A part that one side lacks."""
    if part.name is not None and part.name:
        yield Difference(place=(*pair.place, part.name), kind=kind, follows=part.follows)
        return
    content = pair.left if kind is Kind.ONLY_LEFT else pair.right
    value = _value(part, content)
    yield Difference(
        place=pair.place,
        kind=kind,
        field=label,
        left=value if kind is Kind.ONLY_LEFT else "",
        right=value if kind is Kind.ONLY_RIGHT else "",
        left_bytes=part.size if kind is Kind.ONLY_LEFT else 0,
        right_bytes=part.size if kind is Kind.ONLY_RIGHT else 0,
        follows=part.follows,
    )


def _both(pair: Pair, left: Part, right: Part, label: str) -> Iterator[Difference]:
    a, b = Window(pair.left, left.start, left.size), Window(pair.right, right.start, right.size)
    if same(a, b):
        return
    spans = (left.start, left.size), (right.start, right.size)
    if left.parts is not None and right.parts is not None:
        yield from _compare(pair, (left.parts(), right.parts()), spans, label)
    elif left.name is not None and right.name is not None:
        yield from _member(pair, left, right, a, b)
    elif left.value is not None and max(left.size, right.size) <= _VALUE:
        yield _field(pair, left, right, label)
    else:
        found = leaf(
            pair,
            field=label,
            spans=spans,
            separator=left.separator,
            where=(left.where, right.where),
            follows=left.follows and right.follows,
        )
        if found is not None:
            yield found


def _member(pair: Pair, left: Part, right: Part, a: Content, b: Content) -> Iterator[Difference]:
    """A member whose bytes differ; where they are packed, what they hold may still be equal."""
    assert left.name is not None
    note = ""
    if left.content is not None and right.content is not None:
        try:
            unpacked = left.content(), right.content()
        except Refused as reason:
            note = str(reason)
        else:
            if same(*unpacked):
                note = "packed in another way; what it unpacks to is equal"
            else:
                yield from pair.inner(pair.within(left.name, *unpacked))
                return
    if note:
        spans = (left.start, left.size), (right.start, right.size)
        found = leaf(pair, field=left.label, spans=spans, note=note)
        if found is not None:
            yield found
        return
    yield from pair.inner(pair.within(left.name, a, b))


def _field(pair: Pair, left: Part, right: Part, label: str) -> Difference:
    """A field as a person reads it; the range is all of it."""
    bounds = pair.budget.bounds
    spans = []
    for part, content in ((left, pair.left), (right, pair.right)):
        excerpt = content.read(part.start, min(part.size, bounds.excerpt))
        spans.append(Span(start=part.start, size=part.size, excerpt=excerpt, excerpt_start=part.start))
    return Difference(
        place=pair.place,
        kind=Kind.METADATA,
        field=label,
        left=_value(left, pair.left),
        right=_value(right, pair.right),
        ranges=(Range(left=spans[0], right=spans[1]),),
        range_count=1,
        left_bytes=left.size,
        right_bytes=right.size,
        follows=left.follows and right.follows,
    )


def _value(part: Part, content: Content) -> str:
    if part.value is None or part.size > _VALUE:
        return ""
    return part.value(content.read(part.start, part.size))


def _order(pair: Pair, left: Sequence[str], right: Sequence[str]) -> Difference:
    moved = [(x, y) for x, y in zip(left, right, strict=True) if x != y]
    more = ", ..." if len(moved) > _NAMES else ""
    return Difference(
        place=pair.place,
        kind=Kind.ORDER,
        field="order of parts",
        left=", ".join(x for x, _ in moved[:_NAMES]) + more,
        right=", ".join(y for _, y in moved[:_NAMES]) + more,
    )
