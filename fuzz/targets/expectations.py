"""An expectations file: digests or faults with their places; entries put in are found again."""

from __future__ import annotations

from bootstrap.recipe.expectations import parse_expectations, with_expectations
from bootstrap.recipe.fault import Faults, tell
from bootstrap.recipe.text import Text

LONGEST = 2048

_NEW = {"lua-5.4": "a" * 64, "musl-1-dev": "b" * 64}


def try_one(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    found, faults = _parsed(text)
    again, still = _parsed(with_expectations(text, _NEW))
    if not faults:
        assert not still
        assert again == found | _NEW


def _parsed(text: str) -> tuple[dict[str, str], list[str]]:
    faults = Faults()
    digests = parse_expectations(text, "expectations", faults)
    told = []
    for fault in faults.sorted():
        assert 1 <= fault.where.line <= text.count("\n") + 1
        told.append(tell(fault, Text(text)))
    return {name: digest.hex for name, digest in digests.items()}, told
