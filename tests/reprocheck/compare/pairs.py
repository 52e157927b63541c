"""Small pairs of contents, and what is told of them."""

from __future__ import annotations

from reprocheck.compare.bounds import Bounds
from reprocheck.compare.content import Bytes
from reprocheck.compare.difference import Difference
from reprocheck.compare.pair import compare_contents


def differences(left: bytes, right: bytes, bounds: Bounds | None = None) -> list[Difference]:
    """Of two contents called "file"."""
    return list(compare_contents(Bytes(left), Bytes(right), (b"file",), bounds or Bounds()))


def told(left: bytes, right: bytes) -> list[tuple[str, str, str, str]]:
    """Path, field (or kind) and values of every difference that does not only follow from others."""
    return [
        (each.path, each.field or each.kind.value, each.left, each.right)
        for each in differences(left, right)
        if not each.follows
    ]


def follow_ups(left: bytes, right: bytes) -> set[str]:
    """Fields of those that do."""
    return {each.field for each in differences(left, right) if each.follows}


def gave_up(left: bytes, right: bytes, bounds: Bounds | None = None) -> str:
    """The reason for which a reader gave up; byte ranges must have been told instead."""
    (last,) = [each for each in differences(left, right, bounds) if each.note]
    assert last.range_count > 0
    return last.note
