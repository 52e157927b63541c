"""What several rebuilders say of the same things: whether enough of them agree.

A rebuilder is a key. One that signed two statements with different outputs for the same derivation
disagrees with itself, and so with everybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from reprocheck.statement.envelope import Signed
from reprocheck.statement.statement import Outputs


class Agreement(StrEnum):
    """The answer for one derivation."""

    AGREE = "agree"
    DISAGREE = "disagree"
    """Two different outputs were stated."""
    NOT_ENOUGH = "not enough"
    """Nobody says otherwise, but fewer than needed say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenged:
    """One derivation, and who says what of it."""

    name: str
    derivation: str
    agreement: Agreement
    claims: tuple[tuple[Outputs, tuple[str, ...]], ...]
    """(outputs, ids of the keys that say so); most keys first."""
    unsure: tuple[str, ...]
    """Keys whose own check of it did not pass."""


def challenge(statements: Iterable[Signed], need: int) -> tuple[Challenged, ...]:
    """Each derivation that is spoken of, sorted by name; `need` keys must state the same outputs."""
    said: dict[str, dict[Outputs, set[str]]] = defaultdict(lambda: defaultdict(set))
    names: dict[str, str] = {}
    unsure: dict[str, set[str]] = defaultdict(set)
    for signed in statements:
        claim = signed.claim
        said[claim.derivation][claim.outputs].update(signed.keys)
        names[claim.derivation] = min(names.get(claim.derivation, claim.name), claim.name)
        if claim.result == "FAILED":
            unsure[claim.derivation].update(signed.keys)
    answers = (
        Challenged(
            name=names[derivation],
            derivation=derivation,
            agreement=_agreement(claims, need),
            claims=tuple(
                (outputs, tuple(sorted(keys)))
                for outputs, keys in sorted(claims.items(), key=lambda item: (-len(item[1]), item[0]))
            ),
            unsure=tuple(sorted(unsure[derivation])),
        )
        for derivation, claims in said.items()
    )
    return tuple(sorted(answers, key=lambda answer: (answer.name, answer.derivation)))


def _agreement(claims: dict[Outputs, set[str]], need: int) -> Agreement:
    if len(claims) > 1:
        return Agreement.DISAGREE
    ((_, keys),) = claims.items()
    return Agreement.AGREE if len(keys) >= need else Agreement.NOT_ENOUGH
