"""Two contents that differ: the reader that knows them says where, or else byte ranges do."""

from __future__ import annotations

from collections.abc import Iterator

from reprocheck.compare.bounds import Bounds, Budget, Refused
from reprocheck.compare.content import Content
from reprocheck.compare.difference import Difference, Kind, Place
from reprocheck.compare.part import Pair, compare_parts, leaf
from reprocheck.compare.ranges import same
from reprocheck.compare.readers import Reader, reader_of
from reprocheck.compare.readers.text import compare_text, is_text


def compare_contents(left: Content, right: Content, place: Place, bounds: Bounds) -> Iterator[Difference]:
    """The differences of two contents, none if they are equal; at most `bounds.differences` and one
    that says how many more would have been listed, at least.

    Refused only if a file changes while it is read, OSError only if it cannot be read.
    """
    if same(left, right):
        return
    pair = Pair(left=left, right=right, place=place, depth=0, budget=Budget(bounds), inner=_compare)
    for count, difference in enumerate(_compare(pair), 1):
        if count > bounds.differences:
            note = f"more than {bounds.differences} differences in this file; the rest is not listed"
            yield Difference(place=place, kind=Kind.BYTES, note=note)
            return
        yield difference


def _compare(pair: Pair) -> Iterator[Difference]:
    note = ""
    reader, note = _reader(pair)
    if reader is not None:
        told = False
        try:
            for difference in compare_parts(pair, reader.parse):
                told = True
                yield difference
        except (Refused, RecursionError, MemoryError) as error:
            reason = str(error) if isinstance(error, Refused) else "nested too deep, or too large"
            note = f"not read to its end as {reader.name}: {reason}"
        else:
            if told:
                return
    elif not note and is_text(pair.left) and is_text(pair.right):
        yield from compare_text(pair)
        return
    found = leaf(pair, note=note)
    if found is not None:
        yield found


def _reader(pair: Pair) -> tuple[Reader | None, str]:
    """The reader of both, and if there is none that may try, why not."""
    left, right = reader_of(pair.left), reader_of(pair.right)
    if left is not right:
        names = [reader.name if reader else "another format" for reader in (left, right)]
        return None, f"the left one is {names[0]}, the right one {names[1]}"
    if left is not None and pair.depth >= pair.budget.bounds.depth:
        return None, f"not read as {left.name}: more than {pair.budget.bounds.depth} containers in each other"
    return left, ""
