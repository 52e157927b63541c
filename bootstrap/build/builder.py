"""One derivation made real: sources laid out, commands run in the sandbox, outputs stored."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from bootstrap.build.failure import Failure, failure_text, spell, tail
from bootstrap.digest import Digest
from bootstrap.errors import BuildError, CheckFailed, CommandFailed, Interrupted, LimitExceeded
from bootstrap.fetch.fetcher import Fetcher
from bootstrap.fetch.lay import lay
from bootstrap.plan.derivation import Derivation, Output
from bootstrap.recipe.model import Command, Exec, Location, Source
from bootstrap.recipe.template import fill
from bootstrap.sandbox import Bind, Launcher, Outcome, Sandbox, base_environment
from bootstrap.store import BuildRecord, Store
from bootstrap.storepath import StorePath

BUILD = "/build"

C = TypeVar("C", bound=Command)

_TIME = 1_000_000_000
"""Modification time of all that is laid out, in nanoseconds since the epoch (law 7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One build or check to be done, and what its error messages need to know."""

    derivation: Derivation
    where: Location
    target: str
    """What the command line calls the step."""
    check: str = ""
    """The name of the check; "" for a build."""
    cores: int = 1

    @property
    def id(self) -> Digest:
        return self.derivation.id

    @property
    def title(self) -> str:
        return f"{self.derivation.title} check {self.check}" if self.check else self.derivation.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came of an order."""

    outputs: Mapping[str, StorePath]
    reused: bool
    """Nothing was run: a build from the same inputs had been done before, by another route."""
    seconds: float


@dataclass(kw_only=True)
class Builder:
    """Builds derivations, one per call of `make`; used by many threads at once."""

    store: Store
    fetcher: Fetcher
    launcher: Launcher
    project: Path
    """The root that the paths of local files are relative to."""
    keep_failed: bool = False
    cancel: threading.Event = field(default_factory=threading.Event)
    on_line: Callable[[Order, str], None] = lambda order, line: None
    on_wait: Callable[[Order], None] = lambda order: None
    on_start: Callable[[Order], None] = lambda order: None

    def make(self, order: Order, paths: dict[Output, StorePath], *, again: bool = False) -> Made:
        """The outputs of a derivation whose inputs, at `paths`, are all held (`Store.hold`); held, too.

        Looks for the resolved derivation first, and waits if another process is building it.
        `again` builds it although it is there; if that gives something else, what was recorded
        stays, except that a check which fails is no longer recorded as held. Errors: a BuildError
        that tells the whole story, FetchError, UnpackError, PatchError, StoreError, OSError,
        Interrupted.
        """
        began = time.monotonic()
        resolved = order.derivation.resolve(paths)
        with self.store.lock_derivation(resolved.id, on_wait=lambda: self.on_wait(order), cancel=self.cancel):
            known = self.store.realisation(resolved.id)
            if known is not None and not self.store.hold([path for _, path in known.outputs]):
                known = None  # collected meanwhile
            reused = known is not None and not again
            if known is not None and reused:
                outputs = dict(known.outputs)
            else:
                self.on_start(order)
                try:
                    outputs = self._run(order, resolved)
                except BuildError:
                    if known is not None and order.check:
                        self.store.forget({order.id, resolved.id})
                    raise
            if known is None or dict(known.outputs) == outputs:
                self.store.register({order.id, resolved.id}, outputs)
        return Made(outputs=outputs, reused=reused, seconds=time.monotonic() - began)

    def _run(self, order: Order, resolved: Derivation) -> dict[str, StorePath]:
        inputs = {name: where for name, where in resolved.inputs if isinstance(where, StorePath)}
        closure = self.store.closure(tuple(inputs.values()))
        with self.store.new_build_directory() as place:
            work = os.path.join(place.path, "build")
            os.mkdir(work, 0o755)
            self._lay_sources(resolved, work)
            scratch = {} if resolved.check else {o: resolved.scratch(o) for o in resolved.outputs}
            real = {o: os.path.join(place.path, "outputs", p.basename) for o, p in scratch.items()}
            for directory in real.values():
                os.makedirs(directory, 0o755)
            captured = Path(place.path, "stdout") if resolved.stdout is not None else None
            log = self.store.log_path(order.id)
            sandbox = self._sandbox(order, resolved, inputs, closure, scratch, real, work, captured)
            started = time.time()
            outcome = self.launcher.run(sandbox, log=log, cancel=self.cancel, on_output=self._lines(order))
            outputs: dict[str, StorePath] = {}
            failure = _failure(order, sandbox, outcome)
            if outcome.ok and captured is not None:
                failure = _other_stdout(order, captured)
            if outcome.ok and failure is None and real:
                try:
                    added = self.store.add_outputs({o: (real[o], scratch[o]) for o in real}, closure)
                    outputs = {output: result.path for output, result in added.items()}
                except BuildError as error:
                    failure = Failure(kind=type(error), what=error.message, hint=error.hint)
            self.store.record_build(
                BuildRecord(
                    planned=order.id,
                    resolved=resolved.id,
                    title=order.title,
                    started=started,
                    wall=outcome.wall,
                    user=outcome.user,
                    system=outcome.system,
                    peak_memory=outcome.peak_memory,
                    cores=order.cores,
                    ok=outcome.ok and failure is None,
                    log=log,
                )
            )
            if outcome.cancelled:
                raise Interrupted("interrupted; nothing is left running")
            if failure is not None:
                kept = place.keep() if self.keep_failed else ""
                text = failure_text(
                    failure,
                    title=order.derivation.title,
                    check=order.check,
                    where=order.where,
                    target=order.target,
                    lines=tail(log),
                    kept=kept,
                )
                raise failure.kind(text, hint=failure.hint)
            return outputs

    def _lay_sources(self, resolved: Derivation, work: str) -> None:
        for directory, material in resolved.sources:
            target = os.path.join(work, directory) if directory else work
            os.makedirs(target, 0o755, exist_ok=True)
            archive = self.fetcher.fetch(material) if isinstance(material, Source) else None
            lay(material, target=target, archive=archive, project=self.project)
        # What is laid out has the time 1; so must the directories above, or make sees them newer.
        for directory, _ in resolved.sources:
            while directory:
                directory = os.path.dirname(directory)
                os.utime(os.path.join(work, directory), ns=(_TIME, _TIME))
        os.utime(work, ns=(_TIME, _TIME))

    def _sandbox(
        self,
        order: Order,
        resolved: Derivation,
        inputs: Mapping[str, StorePath],
        closure: tuple[StorePath, ...],
        scratch: Mapping[str, StorePath],
        real: Mapping[str, str],
        work: str,
        captured: Path | None,
    ) -> Sandbox:
        values = {name: str(path) for name, path in (*inputs.items(), *scratch.items())}
        values["cores"] = str(order.cores)
        environment = dict(base_environment())
        environment.update((name, fill(text, values)) for name, text in resolved.env)
        links = []
        if resolved.shell:
            links.append(("/bin/sh", f"{inputs[resolved.shell]}/bin/sh"))
        return Sandbox(
            binds=(
                *(Bind(source=self.store.real(path), target=str(path)) for path in closure),
                Bind(source=work, target=BUILD, writable=True),
                *(
                    Bind(source=real[output], target=str(path), writable=True)
                    for output, path in scratch.items()
                ),
            ),
            links=tuple(links),
            commands=tuple(fill_command(command, values) for command in resolved.commands),
            env=tuple(sorted(environment.items())),
            limits=resolved.limits,
            stdout_file=captured,
        )

    def _lines(self, order: Order) -> Callable[[bytes], None]:
        rest = b""

        def take(data: bytes) -> None:
            nonlocal rest
            whole, newline, rest = (rest + data).rpartition(b"\n")
            if newline:
                line = whole.rpartition(b"\n")[2]
                self.on_line(order, line[-200:].decode("utf-8", "replace"))
            rest = rest[-200:]

        return take


def _failure(order: Order, sandbox: Sandbox, outcome: Outcome) -> Failure | None:
    """What is wrong with how the commands ended; None if nothing is, or if they were cancelled."""
    if outcome.ok or outcome.cancelled:
        return None
    kind: type[BuildError] = CheckFailed if order.check else CommandFailed
    index = outcome.failed_index
    return Failure(
        kind=LimitExceeded if outcome.limit is not None else kind,
        what=outcome.message,
        number=None if index is None else index + 1,
        command=None if index is None else sandbox.commands[index],
    )


def _other_stdout(order: Order, captured: Path) -> Failure | None:
    """What is wrong with what a check printed; None if it is what it must be."""
    expected = order.derivation.stdout or ""
    got = captured.read_bytes()
    if got == expected.encode():
        return None
    commands = "; ".join(spell(c) for c in order.derivation.commands if isinstance(c, Exec))
    return Failure(
        kind=CheckFailed,
        what="standard output is not what it must be\n"
        f"  commands    {commands}\n"
        f"  expected    {expected!r}\n"
        f"  got         {got.decode('utf-8', 'backslashreplace')[:2000]!r}",
    )


def fill_command(command: C, values: Mapping[str, str]) -> C:
    """A command with store paths in place of names, in every text that is a template."""
    changed: dict[str, Any] = {}
    for member in fields(command):
        value = getattr(command, member.name)
        if isinstance(value, str):
            changed[member.name] = fill(value, values)
        elif member.name == "argv":
            changed[member.name] = tuple(fill(text, values) for text in value)
        elif member.name == "env":
            changed[member.name] = tuple((name, fill(text, values)) for name, text in value)
    return replace(command, **changed)
