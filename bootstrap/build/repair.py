"""Damaged paths made whole: from what is there, or built again; what cannot be had is forgotten.

Paths are addressed by their contents, so a path that is built again and is the same makes whole
what refers to it, too. One that cannot be built again is forgotten with all that refers to it, and
the next run builds them anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from bootstrap.build.carry_out import Result
from bootstrap.plan.derivation import Output
from bootstrap.plan.plan import Plan, Step
from bootstrap.store import Store
from bootstrap.store.verification import Verification
from bootstrap.storepath import StorePath


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What became of a damaged path."""

    path: StorePath
    how: Literal["mended", "rebuilt", "forgotten"]
    why: str = ""
    """Of what was forgotten: why it could not be had again."""
    with_it: tuple[StorePath, ...] = ()
    """What was forgotten because it refers to it."""


def repair(
    store: Store,
    verification: Verification,
    plan: Plan | None,
    rebuild: Callable[[Plan], Result],
) -> Iterator[Repaired]:
    """What becomes of each damaged path, as it happens; after `Verification.mend_pool`.

    `plan`: everything that this checkout can build, None if there is none. `rebuild` carries out a
    plan, building its targets although they are there. Errors: StoreError, Interrupted.
    """
    left = {damage.path for damage in verification.verdict.damaged}

    def mended(paths: Iterable[StorePath]) -> Iterator[Repaired]:
        for path in sorted(paths):
            if verification.mend(path) is None:
                left.discard(path)
                yield Repaired(path=path, how="mended")

    def forgotten(path: StorePath, why: str) -> Repaired:
        gone = store.forget_damaged(path)
        left.difference_update(gone)
        return Repaired(
            path=path, how="forgotten", why=why, with_it=tuple(each for each in gone if each != path)
        )

    yield from mended(left)
    for step, outputs in _steps(store, plan, left):
        yield from mended(left.intersection(outputs))  # with files that were built just now
        if not left.intersection(outputs):
            continue
        assert plan is not None
        why = _build_again(store, plan, step, outputs, rebuild)
        for path in outputs:
            if path not in left:
                continue
            if not why and store.verify(path) is None:
                left.discard(path)
                yield Repaired(path=path, how="rebuilt")
            else:
                yield forgotten(path, why or "built again, it came out otherwise")
    while left:
        yield forgotten(min(left), "no recipe of this checkout gives it")


def _steps(
    store: Store, plan: Plan | None, damaged: Collection[StorePath]
) -> list[tuple[Step, tuple[StorePath, ...]]]:
    """The steps to be built again, in order of building, each with its damaged outputs: of several
    that gave the same path the first."""
    if plan is None:
        return []
    known = store.realisations(step.id for step in plan.steps)
    left = set(damaged)
    found = []
    for step in plan.steps:
        realised = known[step.id].outputs if step.id in known else ()
        outputs = tuple(sorted({path for _, path in realised} & left))
        if outputs:
            left.difference_update(outputs)
            found.append((step, outputs))
    return found


def _build_again(
    store: Store,
    plan: Plan,
    step: Step,
    outputs: Iterable[StorePath],
    rebuild: Callable[[Plan], Result],
) -> str:
    """Builds a step; why that did not go well, "" if it did."""
    for path in outputs:
        store.distrust(path)
    targets = tuple(Output(step.id, output) for output in step.derivation.outputs)
    result = rebuild(replace(plan, targets=targets))
    if step.id in result.built:
        return ""
    return result.failed[0].message.split("\n")[0] if result.failed else "it was not built"
