"""What targets have given, for verbs that work with what is there and build nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bootstrap.errors import UsageError
from bootstrap.storepath import PREFIX, StorePath

if TYPE_CHECKING:
    from bootstrap.cli.session import Session


def results(session: Session) -> list[StorePath]:
    """The store paths of the session's targets, of which each may be a store path itself; held.

    UsageError for a target that is not built, or means nothing.
    """
    found: list[StorePath] = []
    targets = []
    for target in session.targets:
        if target.startswith(f"{PREFIX}/"):
            found.append(_parsed(target))
        else:
            targets.append(target)
    if targets:
        found += _of_targets(session, targets)
    for path in found:
        if not session.store.hold([path]):
            raise UsageError(f"not in the store: {path}")
    return list(dict.fromkeys(found))


def _parsed(text: str) -> StorePath:
    try:
        return StorePath.parse(text.rstrip("/"))
    except ValueError as error:
        raise UsageError(str(error)) from None


def _of_targets(session: Session, targets: list[str]) -> list[StorePath]:
    from bootstrap.cli import settled

    key = settled.key(str(session.root), targets, session.settings.options, "built")
    answers = settled.recall(session.store, key)
    if answers is not None:
        return [answer.path for answer in answers]
    from bootstrap.plan.make import make_plan

    plan = make_plan(session.project, targets)
    known = session.store.realisations(target.derivation for target in plan.targets)
    for target in plan.targets:
        if target.derivation not in known:
            raise UsageError(
                f"{plan.step(target.derivation).derivation.title} is not built",
                hint=f"bootstrap run {' '.join(targets)}",
            )
    return [dict(known[target.derivation].outputs)[target.output] for target in plan.targets]
