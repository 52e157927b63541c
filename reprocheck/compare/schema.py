"""Differences as JSON; docs/reference/reprocheck.md is the schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reprocheck.compare.difference import Difference, Span

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


def _span(span: Span) -> dict[str, Any]:
    return {
        "start": span.start,
        "size": span.size,
        "where": span.where,
        "excerpt": {"start": span.excerpt_start, "hex": span.excerpt.hex(), "text": span.text},
    }
