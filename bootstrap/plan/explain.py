"""Every field that enters a derivation's id, spelt out."""

from __future__ import annotations

from typing import Any

from bootstrap.plan.derivation import Derivation, canonical_json


def explain(derivation: Derivation) -> list[tuple[str, str]]:
    """(place, value) of every member of the canonical JSON object, in canonical order.

    A place is like ``commands[0].argv[1]``; a name that would be misread is quoted:
    ``inputs["musl.dev"].output``. A value is spelt as in JSON.
    """
    found: list[tuple[str, str]] = []
    _walk("", derivation.fields(), found)
    return found


def _walk(place: str, value: Any, found: list[tuple[str, str]]) -> None:
    if isinstance(value, dict) and value:
        for name in sorted(value, key=lambda name: name.encode("utf-16-be")):
            spelt = name if name.isidentifier() else f"[{_json(name)}]"
            dot = "." if place and spelt == name else ""
            _walk(f"{place}{dot}{spelt}", value[name], found)
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            _walk(f"{place}[{index}]", item, found)
    else:
        found.append((place, _json(value)))


def _json(value: Any) -> str:
    return canonical_json(value).decode()
