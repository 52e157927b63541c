"""A whole plan carried out: what is there already, what must be built, and in which order.

Only what the targets need is looked at: a target that is there needs none of its inputs. What is
missing is built with every core, each build as soon as its inputs are there; its quick checks run
beside whatever comes next, and the targets count as done when all checks have held.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from bootstrap.build.builder import Builder, Made, Order
from bootstrap.build.events import Event, Finished, How, Line, Planned, Started, Waiting
from bootstrap.build.machine import available_memory
from bootstrap.build.rules import Missed, check_references, missed_expectations
from bootstrap.build.schedule import UNKNOWN_MEMORY, UNKNOWN_SECONDS, Job, Schedule
from bootstrap.digest import Digest
from bootstrap.errors import BootstrapError, Interrupted
from bootstrap.fetch import Fetcher
from bootstrap.plan.derivation import Output
from bootstrap.plan.plan import Check, Plan, Step
from bootstrap.recipe.model import Source
from bootstrap.sandbox import Launcher
from bootstrap.store import Store
from bootstrap.storepath import StorePath

_POLL = 0.2
"""Seconds between looks at memory and at the wish to stop, while nothing else happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a plan is to be carried out."""

    jobs: int
    keep_going: bool = False
    keep_failed: bool = False
    rebuild: bool = False
    """Build the targets although they are there, and compare."""
    slow_checks: bool = False
    only_checks: bool = False
    """Of what is there already, run the checks again although they held before."""


@dataclass(kw_only=True)
class Result:
    """What came of a plan."""

    outputs: dict[Digest, dict[str, StorePath]] = field(default_factory=dict)
    """By planned id, of every step that was needed."""
    built: list[Digest] = field(default_factory=list)
    checked: list[Digest] = field(default_factory=list)
    failed: list[BootstrapError] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Titles of what could not be tried because something before it failed."""
    missed: list[Missed] = field(default_factory=list)
    differing: list[tuple[str, StorePath, StorePath]] = field(default_factory=list)
    """Of a rebuild: title, the path stored before, the path that came now."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a plan comes to, given what is in the store."""

    there: dict[Digest, dict[str, StorePath]]
    """Results that are there, by planned id."""
    build: tuple[Step, ...]
    """What must be built, in dependency order."""
    checks: tuple[tuple[Step, Check], ...]
    """Checks that have not held yet, of what is there or will be built."""


def needs(plan: Plan, store: Store, wish: Wish) -> Needs:
    """Which steps and checks of a plan have to be carried out; pure but for two look-ups."""
    steps = {step.id: step for step in plan.steps}
    every = [step.id for step in plan.steps]
    every += [check.id for step in plan.steps for check in _checks(step, wish)]
    known = store.realisations(every)
    forced = {target.derivation for target in plan.targets} if wish.rebuild else set()
    wanted: set[Digest] = set()
    build: set[Digest] = set()
    behind = [target.derivation for target in plan.targets]
    while behind:
        id = behind.pop()
        if id in wanted:
            continue
        wanted.add(id)
        if id in known and id not in forced:
            continue
        build.add(id)
        behind += [w.derivation for _, w in steps[id].derivation.inputs if isinstance(w, Output)]
    checks = []
    for step in plan.steps:
        if step.id not in wanted:
            continue
        for check in _checks(step, wish):
            if check.id in known and not (wish.only_checks or step.id in forced):
                continue
            checks.append((step, check))
            for _, where in check.derivation.inputs:
                if isinstance(where, Output) and where.derivation not in wanted:
                    behind.append(where.derivation)
    while behind:
        id = behind.pop()
        if id in wanted:
            continue
        wanted.add(id)
        if id not in known:
            build.add(id)
            behind += [w.derivation for _, w in steps[id].derivation.inputs if isinstance(w, Output)]
    there = {id: dict(known[id].outputs) for id in steps if id in known}
    return Needs(
        there=there,
        build=tuple(step for step in plan.steps if step.id in build),
        checks=tuple(checks),
    )


def _checks(step: Step, wish: Wish) -> tuple[Check, ...]:
    return step.checks + step.slow_checks if wish.slow_checks else step.checks


class CarryOut:
    """One plan being carried out. Use `run` once."""

    def __init__(
        self,
        plan: Plan,
        *,
        store: Store,
        fetcher: Fetcher,
        project: Path,
        wish: Wish,
        on_event: Callable[[Event], None],
    ) -> None:
        self._plan = plan
        self._store = store
        self._fetcher = fetcher
        self._project = project
        self._wish = wish
        self._on_event = on_event
        self._cancel = threading.Event()
        self._ended: queue.SimpleQueue[tuple[Order, Step, Made | BootstrapError]] = queue.SimpleQueue()
        self._result = Result()

    def run(self) -> Result:
        """The outcome of every step that was needed. With failures inside, unless it was
        interrupted: then Interrupted is raised once nothing runs any more."""
        todo = needs(self._plan, self._store, self._wish)
        self._result.outputs.update(todo.there)
        self._on_event(Planned(len(todo.build) + len(todo.checks), len(todo.there)))
        self._judge_what_was_there(todo)
        if todo.build or todo.checks:
            with ThreadPoolExecutor(4, "fetch") as fetching:
                try:
                    self._work(todo, self._prefetch(todo, fetching))
                finally:
                    self._fetcher.cancel()
                    fetching.shutdown(cancel_futures=True)
        return self._result

    def _prefetch(
        self, todo: Needs, pool: ThreadPoolExecutor
    ) -> dict[Digest, list[Future[str]]]:
        """Sources begin to come at once, so that builds seldom wait for them."""
        futures: dict[str, Future[str]] = {}
        by_order: dict[Digest, list[Future[str]]] = {}
        derivations = [step.derivation for step in todo.build]
        derivations += [check.derivation for _, check in todo.checks]
        for derivation in derivations:
            for _, material in derivation.sources:
                if isinstance(material, Source):
                    key = material.sha256.hex
                    if key not in futures:
                        futures[key] = pool.submit(self._fetch, material)
                    by_order.setdefault(derivation.id, []).append(futures[key])
        return by_order

    def _fetch(self, source: Source) -> str:
        return str(self._fetcher.fetch(source))

    def _work(self, todo: Needs, sources: Mapping[Digest, list[Future[str]]]) -> None:
        orders: dict[Digest, tuple[Order, Step]] = {}
        for step in todo.build:
            orders[step.id] = (Order(derivation=step.derivation, where=step.where), step)
        for step, check in todo.checks:
            order = Order(derivation=check.derivation, where=check.where, check=check.name)
            orders[check.id] = (order, step)
        history = self._store.durations(order.title for order, _ in orders.values())
        jobs = []
        for id, (order, step) in orders.items():
            past = history.get(order.title)
            jobs.append(
                Job(
                    key=id,
                    after=frozenset(
                        where.derivation
                        for _, where in order.derivation.inputs
                        if isinstance(where, Output)
                    ),
                    seconds=past.wall if past else UNKNOWN_SECONDS,
                    memory=past.peak_memory if past else UNKNOWN_MEMORY,
                    cores=1 if order.check else step.cores,
                )
            )
        schedule = Schedule(jobs, cores=self._wish.jobs)
        with Launcher() as launcher, ThreadPoolExecutor(self._wish.jobs, "build") as pool:
            builder = Builder(
                store=self._store,
                fetcher=self._fetcher,
                launcher=launcher,
                project=self._project,
                keep_failed=self._wish.keep_failed,
                cancel=self._cancel,
                on_line=lambda order, text: self._on_event(Line(order.id, text)),
                on_wait=lambda order: self._on_event(Waiting(order.id, order.title)),
                on_start=lambda order: self._on_event(
                    Started(
                        order.id,
                        order.title,
                        order.cores,
                        history[order.title].wall if order.title in history else 0.0,
                    )
                ),
            )
            try:
                while True:
                    for start in schedule.start(memory=available_memory()):
                        order, step = orders[start.key]
                        order = Order(
                            derivation=order.derivation,
                            where=order.where,
                            check=order.check,
                            cores=start.cores,
                        )
                        pool.submit(self._one, builder, order, step, sources.get(order.id, ()))
                    if not schedule.running:
                        break
                    self._take(schedule, orders)
            except BaseException:
                self._cancel.set()
                self._fetcher.cancel()
                raise

    def _one(
        self, builder: Builder, order: Order, step: Step, sources: Iterable[Future[str]]
    ) -> None:
        """In a thread of its own: one build or check, whatever comes of it goes to the queue."""
        result: Made | BootstrapError
        try:
            for source in sources:
                source.result()
            paths = self._paths(order)
            again = not order.check and self._wish.rebuild and self._is_target(order.id)
            again = again or (bool(order.check) and self._wish.only_checks)
            result = builder.make(order, paths, again=again)
        except BootstrapError as error:
            result = error
        except BaseException as error:
            self._ended.put((order, step, Interrupted(f"unexpected: {error!r}")))
            raise
        self._ended.put((order, step, result))

    def _paths(self, order: Order) -> dict[Output, StorePath]:
        return {
            where: self._result.outputs[where.derivation][where.output]
            for _, where in order.derivation.inputs
            if isinstance(where, Output)
        }

    def _is_target(self, id: Digest) -> bool:
        return any(target.derivation == id for target in self._plan.targets)

    def _take(self, schedule: Schedule[Digest], orders: Mapping[Digest, tuple[Order, Step]]) -> None:
        try:
            order, step, result = self._ended.get(timeout=_POLL)
        except queue.Empty:
            return
        if isinstance(result, Made):
            try:
                self._keep(order, step, result)
            except BootstrapError as error:
                result = error
        if isinstance(result, Made):
            schedule.end(order.id, good=True)
            how: How = "reused" if result.reused else "checked" if order.check else "built"
            self._on_event(
                Finished(order.id, order.title, how, result.seconds, tuple(sorted(result.outputs.items())))
            )
            return
        if isinstance(result, Interrupted):
            raise result
        self._result.failed.append(result)
        lost = schedule.end(order.id, good=False)
        self._result.left_out += [orders[id][0].title for id in lost]
        self._on_event(Finished(order.id, order.title, "failed", 0.0))
        if not self._wish.keep_going:
            schedule.stop()

    def _keep(self, order: Order, step: Step, made: Made) -> None:
        if order.check:
            self._result.checked.append(order.id)
            return
        before = self._result.outputs.get(order.id)
        for output, path in made.outputs.items():
            if before is not None and before.get(output) not in (None, path):
                self._result.differing.append((order.title, before[output], path))
        self._result.outputs[order.id] = dict(made.outputs)
        if not made.reused:
            self._result.built.append(order.id)
        self._judge(step, made.outputs)

    def _judge_what_was_there(self, todo: Needs) -> None:
        """Rules and expectations hold for targets that need not be built, too."""
        for step in self._plan.steps:
            if self._is_target(step.id) and step.id in todo.there:
                try:
                    self._judge(step, todo.there[step.id])
                except BootstrapError as error:
                    self._result.failed.append(error)

    def _judge(self, step: Step, outputs: Mapping[str, StorePath]) -> None:
        self._result.missed += missed_expectations(step, outputs, self._store)
        check_references(step, outputs, self._store, self._find)

    def _find(self, output: Output) -> StorePath | None:
        known = self._result.outputs.get(output.derivation)
        if known is None:
            realisation = self._store.realisation(output.derivation)
            known = dict(realisation.outputs) if realisation else {}
        return known.get(output.output)
