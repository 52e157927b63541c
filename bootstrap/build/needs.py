"""What a plan comes to, given what is in the store: what is there, what must be built and checked.

Only what the targets need is built: a target that is there needs none of its inputs. A quick check
that has not held yet is due for every result of the plan that is there or will be built, so that a
failure is not forgotten because what comes after it happens to be there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bootstrap.build.wish import Wish
from bootstrap.digest import Digest
from bootstrap.plan.derivation import Derivation, Output
from bootstrap.plan.plan import Check, Plan, Step
from bootstrap.store import Store
from bootstrap.storepath import StorePath


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What has to be carried out, in dependency order."""

    there: dict[Digest, dict[str, StorePath]]
    """Results of the plan that are there, by planned id."""
    used: frozenset[Digest]
    """Planned ids of what the targets need: what is there is used, the rest is built."""
    build: tuple[Step, ...]
    """What must be built; with `Wish.rebuild` also targets that are there."""
    checks: tuple[tuple[Step, Check], ...]
    """What must be checked, of what is there or will be built."""
    again: frozenset[Digest]
    """Builds and checks that are run although their result is known."""


def needs(plan: Plan, store: Store, wish: Wish) -> Needs:
    """Which steps and checks of a plan have to be carried out; one query to the store."""
    every = [step.id for step in plan.steps]
    every += [check.id for step in plan.steps for check in step.checks + step.slow_checks]
    known = store.realisations(every)
    targets = {target.derivation for target in plan.targets}
    again = set(targets) if wish.rebuild else set()
    used: set[Digest] = set()
    build: set[Digest] = set()

    def use(ids: Iterable[Digest]) -> None:
        left = list(ids)
        while left:
            id = left.pop()
            if id in used:
                continue
            used.add(id)
            if id in again or id not in known:
                build.add(id)
                left += planned_inputs(plan.step(id).derivation)

    use(targets)
    checks: list[tuple[Step, Check]] = []
    for step in reversed(plan.steps):  # what a check needs comes before its step, and is met later
        is_target = step.id in targets
        if step.id not in used and step.id not in known:
            continue
        for check in step.checks + (step.slow_checks if wish.slow_checks and is_target else ()):
            if check.id in known and not (is_target and (wish.rebuild or wish.checks_again)):
                continue
            checks.append((step, check))
            use(planned_inputs(check.derivation))
            if wish.checks_again and is_target:
                again.add(check.id)
    return Needs(
        there={step.id: dict(known[step.id].outputs) for step in plan.steps if step.id in known},
        used=frozenset(used),
        build=tuple(step for step in plan.steps if step.id in build),
        checks=tuple(reversed(checks)),
        again=frozenset(again),
    )


def planned_inputs(derivation: Derivation) -> list[Digest]:
    """The planned ids of a derivation's inputs."""
    return [where.derivation for _, where in derivation.inputs if isinstance(where, Output)]
