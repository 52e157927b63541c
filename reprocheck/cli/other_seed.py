"""Chains that begin with another seed, built into the store as `bootstrap converge` builds them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from bootstrap.build.events import Event, Line, Started
from bootstrap.build.wish import Wish
from bootstrap.cli.session import Session
from bootstrap.digest import Digest
from bootstrap.errors import BuildError, StoreError
from bootstrap.plan.derivation import Output
from bootstrap.plan.make import make_plan
from bootstrap.plan.plan import Plan, Step
from bootstrap.storepath import StorePath
from reprocheck.subjects.chain import Chain

if TYPE_CHECKING:
    from bootstrap.build.carry_out import Result
    from bootstrap.cli.settings import Supply

_OPTION = "seed"

Outputs = Mapping[Digest, Mapping[str, StorePath]]
"""By planned id, what a step gave."""


class OtherSeed:
    """The next of the choices that a project's option "seed" has (`reprocheck.subjects.chain.OtherSeed`).

    One chain is built at a time, whoever asks for it; what one step needs serves the others.
    """

    def __init__(self, session: Session, supply: Supply, *, jobs: int) -> None:
        self._session = session
        self._supply = supply
        self._jobs = jobs
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, str]:
        choices = self._session.project.choices[_OPTION]
        own = dict(self._session.project.options)[_OPTION]
        return own, choices[(choices.index(own) + 1) % len(choices)]

    def why_not(self, step: Step) -> str:
        choices = self._session.project.choices.get(_OPTION, ())
        if len(choices) < 2:
            return f'its project offers no other by option("{_OPTION}", ...)'
        if not step.stage:
            return "it is no result of a stage: what only leads to one may depend on the seed"
        with self._lock:
            there = _called(step) in self._steps
        return "" if there else f"with the seed {self.names[1]} there is no such recipe"

    def chain(self, step: Step, *, cancel: threading.Event, on_line: Callable[[str], None]) -> Chain:
        with self._lock:
            other = self._steps[_called(step)]
            inputs = tuple(where for _, where in other.derivation.inputs if isinstance(where, Output))
            outputs = self._built(inputs, cancel, on_line)
        paths = {where: outputs[where.derivation][where.output] for where in inputs}
        return Chain(derivation=other.derivation.resolve(paths), told=self._told(step, other, outputs))

    @cached_property
    def _plan(self) -> Plan:
        """Everything by the other seed; without expectations, which are of one seed."""
        settings = self._session.settings
        options = {**dict(settings.options), _OPTION: self.names[1]}
        other = Session(
            settings._replace(options=tuple(sorted(options.items()))), self._session.targets, self._supply
        )
        plan = make_plan(other.project, [stage.name for stage in other.project.stages])
        return replace(plan, steps=tuple(replace(step, expected=()) for step in plan.steps))

    @cached_property
    def _steps(self) -> dict[tuple[str, str, str], Step]:
        return {_called(step): step for step in self._plan.steps}

    def _built(
        self, wanted: tuple[Output, ...], cancel: threading.Event, on_line: Callable[[str], None]
    ) -> Outputs:
        from bootstrap.build.carry_out import CarryOut

        def on_event(event: Event) -> None:
            if isinstance(event, Started):
                on_line(f"seed {self.names[1]}: {event.title}")
            elif isinstance(event, Line):
                on_line(event.text)

        store = self._session.store
        result: Result = CarryOut(
            replace(self._plan, targets=wanted),
            store=store,
            fetcher=self._session.fetcher(self._supply, on_event),
            project=self._session.root,
            wish=Wish(jobs=self._jobs),
            on_event=on_event,
            cancel=cancel,
        ).run()
        if result.failed:
            raise min(result.failed, key=lambda error: isinstance(error, BuildError))
        if not store.hold([result.outputs[where.derivation][where.output] for where in wanted]):
            raise StoreError("what was built with another seed was collected meanwhile", hint="try again")
        return result.outputs

    def _told(self, step: Step, other: Step, outputs: Outputs) -> tuple[str, ...]:
        """Where the chains part, in the order of the builds, and what of the step that makes another."""
        names = " and ".join(self.names)
        told = []
        if inputs := _differing_inputs(step, self._own_outputs, other, outputs):
            if parted := self._parted(other, outputs):
                told.append(f"the chains of seeds {names} part at {parted}")
            told.append(f"with seeds {names} it is built from other bytes of {', '.join(inputs)}")
        if replace(step.derivation, inputs=()) != replace(other.derivation, inputs=()):
            told.append(f"with seeds {names} the recipe itself is another")
        met = f"the chains of seeds {names} met before it: all that it is built from is the same"
        return tuple(told) or (met,)

    def _parted(self, other: Step, outputs: Outputs) -> str:
        """The first on the way to a step that both chains have and whose results differ; "" if none does."""
        ours = {_called(each): self._own_outputs.get(each.id, {}) for each in self._session.plan.steps}
        way = _leading_to(other, self._plan)
        for each in self._plan.steps:
            theirs = outputs.get(each.id, {}) if each.id in way else {}
            for name, path in sorted(theirs.items()):
                own = ours.get(_called(each), {}).get(name)
                if own is not None and own != path:
                    return f"{each.derivation.title} ({each.where.file}:{each.variable}): {own} and {path}"
        return ""

    @cached_property
    def _own_outputs(self) -> Outputs:
        known = self._session.store.realisations([step.id for step in self._session.plan.steps])
        return {id: dict(realisation.outputs) for id, realisation in known.items()}


def _called(step: Step) -> tuple[str, str, str]:
    """What a step is called in every plan of its project: the file, the variable in it, the title."""
    return step.where.file, step.variable, step.derivation.title


def _leading_to(step: Step, plan: Plan) -> set[Digest]:
    """All that a step is built from, at any distance."""
    found: set[Digest] = set()
    left = [step]
    while left:
        for _, where in left.pop().derivation.inputs:
            if isinstance(where, Output) and where.derivation not in found:
                found.add(where.derivation)
                left.append(plan.step(where.derivation))
    return found


def _differing_inputs(step: Step, ours: Outputs, other: Step, outputs: Outputs) -> list[str]:
    """The names of inputs that are not the same by both chains."""
    own = {name: _path(where, ours) for name, where in step.derivation.inputs}
    return [name for name, where in other.derivation.inputs if _path(where, outputs) != own.get(name)]


def _path(where: Output | StorePath, outputs: Outputs) -> StorePath | None:
    return where if isinstance(where, StorePath) else outputs.get(where.derivation, {}).get(where.output)
