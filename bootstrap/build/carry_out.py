"""A whole plan carried out: what is missing is built with every core, in the order of the schedule.

Each build starts as soon as its inputs are there; its quick checks run beside whatever comes next,
and the targets count as done when all checks have held.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from bootstrap.build.builder import Builder, Made, Order
from bootstrap.build.events import Event, Finished, How, Line, Planned, Started, Waiting
from bootstrap.build.machine import available_memory
from bootstrap.build.needs import Needs, needs, planned_inputs
from bootstrap.build.rules import Missed, check_references, missed_expectations
from bootstrap.build.schedule import UNKNOWN_CHECK_SECONDS, UNKNOWN_MEMORY, UNKNOWN_SECONDS, Job, Schedule
from bootstrap.build.wish import Wish
from bootstrap.digest import Digest
from bootstrap.errors import (
    BootstrapError,
    FetchError,
    Interrupted,
    PatchError,
    SandboxUnavailable,
    UnpackError,
)
from bootstrap.fetch.fetcher import Fetcher
from bootstrap.plan.derivation import Output
from bootstrap.plan.plan import Plan, Step
from bootstrap.recipe.model import Source
from bootstrap.sandbox import Launcher
from bootstrap.store import BuildRecord, Store
from bootstrap.store.trouble import system_error
from bootstrap.storepath import StorePath

_POLL = 0.2
"""Seconds between looks at memory and at the wish to stop, while nothing else happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """An output that a rebuild did not give again. The one stored before stays the derivation's."""

    title: str
    stored: StorePath
    came: StorePath


@dataclass(kw_only=True)
class Result:
    """What came of a plan."""

    to_do: int = 0
    """How many builds and checks it came to."""
    outputs: dict[Digest, dict[str, StorePath]] = field(default_factory=dict)
    """By planned id, of every step of the plan that is there."""
    built: list[Digest] = field(default_factory=list)
    checked: list[Digest] = field(default_factory=list)
    failed: list[BootstrapError] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Labels of what was not tried because something failed."""
    missed: list[Missed] = field(default_factory=list)
    differing: list[Differing] = field(default_factory=list)


class CarryOut:
    """One plan being carried out. Use `run` once; `result` holds what has come of it so far."""

    def __init__(
        self,
        plan: Plan,
        *,
        store: Store,
        fetcher: Fetcher,
        project: Path,
        wish: Wish,
        on_event: Callable[[Event], None],
        launcher: Launcher | None = None,
        cancel: threading.Event | None = None,
    ) -> None:
        """`launcher` may have been started already, while the plan was being made. Set `cancel`, and `run`
        raises Interrupted."""
        self.result = Result()
        self._plan = plan
        self._store = store
        self._fetcher = fetcher
        self._project = project
        self._wish = wish
        self._on_event = on_event
        self._launcher = launcher or Launcher()
        self._cancel = cancel or threading.Event()
        self._ended: queue.SimpleQueue[tuple[Order, Step, Made | BaseException]] = queue.SimpleQueue()

    def run(self) -> Result:
        """The outcome of every step that was needed, failures included.

        Whatever is raised, Interrupted or a fault of ours, is raised once nothing runs any more.
        """
        todo = self._needs()
        self.result.outputs.update(todo.there)
        self.result.to_do = len(todo.build) + len(todo.checks)
        self._on_event(Planned(self.result.to_do, len(todo.there)))
        orders = self._possible(self._orders(todo), self._judge_what_was_there(todo))
        if orders:
            with ThreadPoolExecutor(4, "fetch") as fetching:
                try:
                    self._work(orders, self._prefetch(orders, fetching), todo.again)
                finally:
                    self._fetcher.cancel()
                    fetching.shutdown(cancel_futures=True)
        return self.result

    def _needs(self) -> Needs:
        """What there is to do; all that is there stays until the store is closed."""
        while True:
            todo = needs(self._plan, self._store, self._wish)
            used = [
                path for id, outputs in todo.there.items() if id in todo.used for path in outputs.values()
            ]
            there = [path for outputs in todo.there.values() for path in outputs.values()]
            if self._store.hold(there, as_used=False) and self._store.hold(used):
                return todo

    def _orders(self, todo: Needs) -> dict[Digest, tuple[Order, Step]]:
        titles = [step.derivation.title for step in self._plan.steps]
        orders: dict[Digest, tuple[Order, Step]] = {}
        for step in todo.build:
            name = _target(step, titles)
            label = self._plan.label(step)
            orders[step.id] = (
                Order(derivation=step.derivation, where=step.where, target=name, step=label),
                step,
            )
        for step, check in todo.checks:
            name = _target(step, titles)
            order = Order(
                derivation=check.derivation,
                where=check.where,
                target=name,
                step=self._plan.label(step),
                check=check.name,
            )
            orders[check.id] = (order, step)
        return orders

    def _possible(
        self, orders: dict[Digest, tuple[Order, Step]], refused: set[Digest]
    ) -> dict[Digest, tuple[Order, Step]]:
        """The orders that do not build on what was refused; none after a failure that ends all."""
        lost = set(refused)
        possible = {}
        for id, (order, step) in orders.items():
            if (refused and not self._wish.keep_going) or lost & {*planned_inputs(order.derivation)}:
                lost.add(id)
                self.result.left_out.append(order.label)
            else:
                possible[id] = (order, step)
        return possible

    def _prefetch(
        self, orders: Mapping[Digest, tuple[Order, Step]], pool: ThreadPoolExecutor
    ) -> dict[Digest, list[Future[Path]]]:
        """Sources begin to come at once, so that builds seldom wait for them."""
        futures: dict[str, Future[Path]] = {}
        by_order: dict[Digest, list[Future[Path]]] = {}
        for id, (order, _) in orders.items():
            for _, material in order.derivation.sources:
                if isinstance(material, Source):
                    key = material.sha256.hex
                    if key not in futures:
                        futures[key] = pool.submit(self._fetcher.fetch, material)
                    by_order.setdefault(id, []).append(futures[key])
        return by_order

    def _work(
        self,
        orders: Mapping[Digest, tuple[Order, Step]],
        sources: Mapping[Digest, list[Future[Path]]],
        again: frozenset[Digest],
    ) -> None:
        history = self._store.durations(order.title for order, _ in orders.values())
        jobs = [_job(order, step, history.get(order.title)) for order, step in orders.values()]
        schedule = Schedule(jobs, cores=self._wish.jobs)
        with self._launcher, ThreadPoolExecutor(self._wish.jobs, "build") as pool:
            builder = Builder(
                store=self._store,
                fetcher=self._fetcher,
                launcher=self._launcher,
                project=self._project,
                keep_failed=self._wish.keep_failed,
                cancel=self._cancel,
                on_line=lambda order, text: self._on_event(Line(order.id, text)),
                on_wait=lambda order: self._on_event(Waiting(order.id, order.label)),
                on_start=lambda order: self._on_event(
                    Started(
                        order.id,
                        order.label,
                        order.cores,
                        history[order.title].wall if order.title in history else 0.0,
                    )
                ),
            )
            try:
                while True:
                    for start in schedule.start(memory=available_memory()):
                        order, step = orders[start.key]
                        pool.submit(
                            self._one,
                            builder,
                            replace(order, cores=start.cores),
                            step,
                            sources.get(order.id, ()),
                            again=order.id in again,
                        )
                    if not schedule.running:
                        break
                    self._take(schedule, orders)
            except BaseException:
                self._cancel.set()
                self._fetcher.cancel()
                raise

    def _one(
        self,
        builder: Builder,
        order: Order,
        step: Step,
        sources: Iterable[Future[Path]],
        *,
        again: bool,
    ) -> None:
        """In a thread of its own: one build or check, whatever comes of it goes to the queue."""
        result: Made | BaseException
        try:
            for source in sources:
                source.result()
            result = builder.make(order, self._paths(order), again=again)
        except (FetchError, PatchError, UnpackError) as error:
            needed = f"  needed by   {order.label}, defined at {order.where}"
            result = type(error)(f"{error.message}\n{needed}", hint=error.hint)
        except OSError as error:
            result = system_error(f"build {order.label}", error)
        except BaseException as error:
            result = error
        self._ended.put((order, step, result))

    def _paths(self, order: Order) -> dict[Output, StorePath]:
        return {
            where: self.result.outputs[where.derivation][where.output]
            for _, where in order.derivation.inputs
            if isinstance(where, Output)
        }

    def _take(self, schedule: Schedule[Digest], orders: Mapping[Digest, tuple[Order, Step]]) -> None:
        """Waits a moment for a build to end, and draws the conclusions."""
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
            outputs = tuple(sorted(result.outputs.items()))
            self._on_event(Finished(order.id, order.label, how, result.seconds, outputs))
            return
        if isinstance(result, Interrupted) or not isinstance(result, BootstrapError):
            raise result
        self.result.failed.append(result)
        lost = schedule.end(order.id, good=False)
        if not self._wish.keep_going or isinstance(result, SandboxUnavailable):
            lost += schedule.stop()
        self.result.left_out += [orders[id][0].label for id in lost]
        self._on_event(Finished(order.id, order.label, "failed", 0.0))

    def _keep(self, order: Order, step: Step, made: Made) -> None:
        if order.check:
            self.result.checked.append(order.id)
            return
        stored = self.result.outputs.setdefault(order.id, dict(made.outputs))
        for output, path in sorted(made.outputs.items()):
            if stored[output] != path:
                self.result.differing.append(Differing(title=order.label, stored=stored[output], came=path))
        if not made.reused:
            self.result.built.append(order.id)
        self.result.missed += missed_expectations(step, stored, self._store)
        check_references(step, stored, self._store, self._find)

    def _judge_what_was_there(self, todo: Needs) -> set[Digest]:
        """Rules and expectations hold for what need not be built, too; gives what was refused.

        An expectation missed by anything in the plan is worth knowing; rules bind what is used.
        """
        refused = set()
        rebuilt = {step.id for step in todo.build}
        for step in self._plan.steps:
            if step.id not in todo.there or step.id in rebuilt:
                continue
            outputs = todo.there[step.id]
            self.result.missed += missed_expectations(step, outputs, self._store)
            if step.id not in todo.used:
                continue
            try:
                check_references(step, outputs, self._store, self._find)
            except BootstrapError as error:
                self.result.failed.append(error)
                refused.add(step.id)
        return refused

    def _find(self, output: Output) -> StorePath | None:
        known = self.result.outputs.get(output.derivation)
        if known is None:
            realisation = self._store.realisation(output.derivation)
            known = dict(realisation.outputs) if realisation else {}
        return known.get(output.output)


def _job(order: Order, step: Step, past: BuildRecord | None) -> Job[Digest]:
    return Job(
        key=order.id,
        after=frozenset(planned_inputs(order.derivation)),
        seconds=past.wall if past else UNKNOWN_CHECK_SECONDS if order.check else UNKNOWN_SECONDS,
        memory=past.peak_memory if past else UNKNOWN_MEMORY,
        cores=1 if order.check else step.cores,
    )


def _target(step: Step, titles: list[str]) -> str:
    """What to call a step on the command line. A title alone means the result of a stage, and
    generations of one recipe share it."""
    title = step.derivation.title
    if step.variable and not (step.stage and titles.count(title) == 1):
        return f"{step.where.file}:{step.variable}"
    return title
