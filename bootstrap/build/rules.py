"""What a result must keep: the references its rules forbid, and the digest that is expected.

Rules are no part of a derivation, so they are applied whenever a result is used, whether it was
built now, long ago, or under other rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bootstrap.digest import Digest
from bootstrap.errors import ReferenceForbidden
from bootstrap.plan.derivation import Output
from bootstrap.plan.plan import Step
from bootstrap.store import Store
from bootstrap.storepath import StorePath

Find = Callable[[Output], StorePath | None]
"""The store path of a planned output, if it was ever built here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """An output whose digest is not the expected one, or of which none is on record."""

    title: str
    output: str
    name: str
    """Name-version[-output]: the entry's name in the expectations file."""
    expected: Digest | None
    got: Digest
    path: StorePath
    file: str
    """The expectations file, from the project's root."""


def check_references(step: Step, outputs: Mapping[str, StorePath], store: Store, find: Find) -> None:
    """ReferenceForbidden if an output mentions, directly or through others, what a rule forbids."""
    if not step.rules:
        return
    allowed = set(outputs.values())
    inputs = dict(step.derivation.inputs)
    for lib in step.libs:
        where = inputs[lib]
        path = where if isinstance(where, StorePath) else find(where)
        if path is not None:
            allowed.add(path)
    allowed_below = set(store.closure(tuple(allowed - set(outputs.values()))))
    for rule in step.rules:
        path = find(rule.forbidden)
        if path is None or path in allowed:
            continue
        if rule.direct and path in allowed_below:
            continue
        for output, result in outputs.items():
            if path not in store.closure((result,)):
                continue
            raise _forbidden(step, rule.name, rule.because, output, result, path, store)


def _forbidden(
    step: Step,
    name: str,
    because: str,
    output: str,
    result: StorePath,
    path: StorePath,
    store: Store,
) -> ReferenceForbidden:
    chain = _chain(result, path, store)
    lines = [
        f"{step.derivation.title} refers to {name}, which it must not: {because}",
        f"  defined at  {step.where}",
        f"  reference   {path}",
    ]
    for holder, mentioned in zip(chain, chain[1:], strict=False):
        place = store.find_reference(holder, mentioned)
        if place is None:
            continue
        file, offset = place
        shown = file.decode("utf-8", "backslashreplace") or "."
        lines.append(f"  found in    {holder}/{shown}, byte {offset}")
    mention = f'allow = {{"{name.partition("@")[0]}": "the reason"}}'
    return ReferenceForbidden(
        "\n".join(lines),
        hint=f'remove the mention while building, make it a lib if output "{output}" needs it at run time, '
        f"or permit it in the recipe: {mention}",
    )


def _chain(start: StorePath, end: StorePath, store: Store) -> list[StorePath]:
    """The shortest way of references from one path to another, both included."""
    before: dict[StorePath, StorePath] = {}
    level = [start]
    while level and end not in before:
        following = []
        for path in level:
            info = store.info(path)
            for reference in info.references if info else ():
                if reference not in before and reference != start:
                    before[reference] = path
                    following.append(reference)
        level = following
    chain = [end]
    while chain[-1] != start:
        chain.append(before[chain[-1]])
    return chain[::-1]


def missed_expectations(step: Step, outputs: Mapping[str, StorePath], store: Store) -> list[Missed]:
    """The outputs of a stage's result that are not what is committed, or are not committed yet."""
    expected = dict(step.expected)
    missed = []
    for output, path in sorted(outputs.items()):
        info = store.info(path)
        if info is None or not step.expectations_file:
            continue
        wanted = expected.get(output)
        if wanted != info.digest:
            missed.append(
                Missed(
                    title=step.derivation.title,
                    output=output,
                    name=path.name,
                    expected=wanted,
                    got=info.digest,
                    path=path,
                    file=step.expectations_file,
                )
            )
    return missed
