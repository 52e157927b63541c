"""What proves that a variation took: comparisons of what was seen in a control and in a varied build."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reprocheck.variation.model import Observed

Proof = Callable[[Observed, Observed], bool]

_MISSING = object()


def seen(observed: Observed, name: str) -> Any:
    """A member by its path, "environment.TZ"; something equal to nothing else if it was not seen."""
    value: Any = observed
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return _MISSING
        value = value[part]
    return value


def became(name: str, value: Any) -> Proof:
    """It has the varied value, and had another."""
    return lambda control, varied: seen(varied, name) == value != seen(control, name)


def differs(name: str) -> Proof:
    """It was seen in both, and is another."""

    def took(control: Observed, varied: Observed) -> bool:
        before, after = seen(control, name), seen(varied, name)
        return _MISSING not in (before, after) and before != after

    return took


def appeared(name: str) -> Proof:
    """It was seen in the varied build, and not the same in the control."""
    return lambda control, varied: seen(varied, name) not in (_MISSING, None, seen(control, name))


def moved(name: str, *, by: float, within: float) -> Proof:
    """A number that goes on by itself became larger by an amount, give or take."""

    def took(control: Observed, varied: Observed) -> bool:
        before, after = seen(control, name), seen(varied, name)
        if _MISSING in (before, after):
            return False
        return bool(abs(after - before - by) <= within)

    return took


def both(*proofs: Proof) -> Proof:
    """All of them hold."""
    return lambda control, varied: all(proof(control, varied) for proof in proofs)
