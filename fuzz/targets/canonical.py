"""Canonical JSON as another implementation of RFC 8785 writes it; store paths and digests as text."""

from __future__ import annotations

import json
from typing import Any

import rfc8785

from bootstrap.digest import Digest, Sha256
from bootstrap.plan.derivation import canonical_json
from bootstrap.storepath import StorePath

LONGEST = 1024

_INTEGERS = 1 << 53
"""RFC 8785 has the integers that a double has."""


def try_one(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    for parse in (StorePath.parse, Digest.parse, Sha256.parse):
        try:
            value = parse(text)
        except ValueError:
            continue
        assert str(value) == text
        assert parse(str(value)) == value
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return
    if _is_ours(value):
        written = canonical_json(value)
        assert written == rfc8785.dumps(value)
        assert json.loads(written) == value


def _is_ours(value: Any) -> bool:
    """Whether a derivation can hold it: no floating point, no lone surrogate, no great integer."""
    match value:
        case dict():
            return all(_is_ours(name) and _is_ours(member) for name, member in value.items())
        case list():
            return all(map(_is_ours, value))
        case str():
            return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)
        case bool() | None:
            return True
        case int():
            return abs(value) < _INTEGERS
    return False
