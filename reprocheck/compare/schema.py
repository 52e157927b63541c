"""Differences as JSON; docs/reference/reprocheck.md is the schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from reprocheck.compare.difference import Difference, Kind, Range, Span

SCHEMA = "reprocheck.diff/1"


def to_json(left: str, right: str, differences: Sequence[Difference], count: int) -> dict[str, Any]:
    """The comparison of `left` and `right`: those differences that are listed, of `count` in all."""
    return {
        "schema": SCHEMA,
        "left": left,
        "right": right,
        "equal": count == 0,
        "count": count,
        "differences": [difference_to_json(difference) for difference in differences],
    }


def difference_to_json(difference: Difference) -> dict[str, Any]:
    """One difference, with all its members."""
    return {
        "path": difference.path,
        "place": [quote_from_bytes(name) for name in difference.place],
        "kind": difference.kind.value,
        "field": difference.field,
        "left": difference.left,
        "right": difference.right,
        "ranges": [{"left": _span(each.left), "right": _span(each.right)} for each in difference.ranges],
        "range_count": difference.range_count,
        "left_bytes": difference.left_bytes,
        "right_bytes": difference.right_bytes,
        "follows": difference.follows,
        "note": difference.note,
    }


def difference_from_json(value: dict[str, Any]) -> Difference:
    """The difference that `difference_to_json` wrote; ValueError, KeyError or TypeError for else."""
    return Difference(
        place=tuple(unquote_to_bytes(name) for name in value["place"]),
        kind=Kind(value["kind"]),
        field=value["field"],
        left=value["left"],
        right=value["right"],
        ranges=tuple(
            Range(left=_span_from(each["left"]), right=_span_from(each["right"])) for each in value["ranges"]
        ),
        range_count=value["range_count"],
        left_bytes=value["left_bytes"],
        right_bytes=value["right_bytes"],
        follows=value["follows"],
        note=value["note"],
    )


def _span(span: Span) -> dict[str, Any]:
    return {
        "start": span.start,
        "size": span.size,
        "where": span.where,
        "excerpt": {"start": span.excerpt_start, "hex": span.excerpt.hex(), "text": span.text},
    }


def _span_from(value: dict[str, Any]) -> Span:
    return Span(
        start=value["start"],
        size=value["size"],
        where=value["where"],
        excerpt=bytes.fromhex(value["excerpt"]["hex"]),
        excerpt_start=value["excerpt"]["start"],
    )
