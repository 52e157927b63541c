"""A store that only remembers, and derivations of nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bootstrap.digest import Digest, digest
from bootstrap.plan.derivation import Derivation, Output
from bootstrap.plan.plan import Check, Plan, Rule, Step
from bootstrap.recipe.model import Location
from bootstrap.store import PathInfo, Realisation
from bootstrap.storepath import StorePath

HERE = Location("stages/00/stage.star", 1, 1)


def path(name: str) -> StorePath:
    """The store path of a result; the same for the same name."""
    return StorePath(digest(name.encode()).base32, f"{name}-1")


def step(
    name: str,
    *inputs: Step,
    libs: Iterable[str] = (),
    rules: Iterable[Rule] = (),
    checks: Iterable[Check] = (),
    slow: Iterable[Check] = (),
    expected: Digest | None = None,
) -> Step:
    return Step(
        derivation=Derivation(
            name=name,
            version="1",
            inputs=tuple(sorted((each.derivation.name, Output(each.id, "out")) for each in inputs)),
        ),
        where=HERE,
        libs=tuple(libs),
        rules=tuple(rules),
        checks=tuple(checks),
        slow_checks=tuple(slow),
        expected=() if expected is None else (("out", expected),),
        expectations_file="stages/00/expectations",
    )


def check(name: str, *inputs: Step) -> Check:
    needed = tuple(sorted((each.derivation.name, Output(each.id, "out")) for each in inputs))
    return Check(
        name=name, derivation=Derivation(name=name, version="1", inputs=needed, check=True), where=HERE
    )


def plan(*steps: Step, targets: Iterable[Step]) -> Plan:
    return Plan(steps=steps, targets=tuple(Output(each.id, "out") for each in targets))


@dataclass
class MemoryStore:
    """What was realised, and which path mentions which where."""

    realised: dict[Digest, dict[str, StorePath]] = field(default_factory=dict)
    mentions: dict[StorePath, dict[StorePath, tuple[bytes, int]]] = field(default_factory=dict)

    def has(self, *things: Step | Check) -> MemoryStore:
        for thing in things:
            outputs = {} if isinstance(thing, Check) else {"out": path(thing.derivation.name)}
            self.realised[thing.id] = outputs
        return self

    def realisation(self, id: Digest) -> Realisation | None:
        return self.realisations([id]).get(id)

    def realisations(self, ids: Iterable[Digest]) -> dict[Digest, Realisation]:
        return {
            id: Realisation(id=id, outputs=tuple(self.realised[id].items()), registered=0.0)
            for id in ids
            if id in self.realised
        }

    def info(self, path: StorePath) -> PathInfo:
        return PathInfo(
            path=path,
            digest=digest(str(path).encode()),
            tree=digest(b""),
            size=0,
            files=0,
            references=tuple(self.mentions.get(path, ())),
            self_references=0,
            registered=0.0,
        )

    def closure(self, paths: Iterable[StorePath]) -> tuple[StorePath, ...]:
        found: set[StorePath] = set()
        left = list(paths)
        while left:
            here = left.pop()
            if here not in found:
                found.add(here)
                left += self.mentions.get(here, ())
        return tuple(sorted(found))

    def find_reference(self, holder: StorePath, mentioned: StorePath) -> tuple[bytes, int] | None:
        return self.mentions.get(holder, {}).get(mentioned)
