"""What checks of reproducibility came to, of the steps of a plan."""

from __future__ import annotations

from bootstrap.digest import Digest
from bootstrap.plan.derivation import Derivation, Output
from bootstrap.plan.plan import Plan
from bootstrap.store import KeptVerdict, Store


def verdicts(plan: Plan, store: Store) -> dict[Digest, KeptVerdict]:
    """By planned id, of the steps that are built and were checked; two queries."""
    ids = {planned: derivation.id for planned, derivation in resolved(plan, store).items()}
    known = store.verdicts(ids.values())
    return {planned: known[id] for planned, id in ids.items() if id in known}


def resolved(plan: Plan, store: Store) -> dict[Digest, Derivation]:
    """By planned id, the resolved form of the steps that are built, with all that they are built from."""
    known = store.realisations([step.id for step in plan.steps])
    paths = {
        Output(id, output): path for id, realisation in known.items() for output, path in realisation.outputs
    }
    return {
        step.id: step.derivation.resolve(paths)
        for step in plan.steps
        if step.id in known
        and all(where in paths for _, where in step.derivation.inputs if isinstance(where, Output))
    }
