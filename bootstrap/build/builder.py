"""One derivation made real: sources laid out, commands run in the sandbox, outputs stored."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from bootstrap.build.failure import failure_text, how_it_ended, spell, tail
from bootstrap.digest import Digest
from bootstrap.errors import BuildError, CheckFailed, CommandFailed, Interrupted, LimitExceeded
from bootstrap.fetch import Fetcher, lay
from bootstrap.plan.derivation import Derivation, Output
from bootstrap.plan.template import fill
from bootstrap.recipe.model import Command, Exec, Location, Source
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
    on_line: Callable[[Order, str], None] = lambda order, line: None  # noqa: E731
    on_wait: Callable[[Order], None] = lambda order: None  # noqa: E731
    on_start: Callable[[Order], None] = lambda order: None  # noqa: E731

    def make(self, order: Order, paths: dict[Output, StorePath], *, again: bool = False) -> Made:
        """The outputs of a derivation whose inputs are all in the store, at `paths`.

        Looks for the resolved derivation first, and waits if another process is building it.
        `again` builds it although it is there. Errors: a BuildError that tells the whole story,
        FetchError, UnpackError, PatchError, StoreError, Interrupted.
        """
        began = time.monotonic()
        resolved = order.derivation.resolve(paths)
        with self.store.lock_derivation(
            resolved.id, on_wait=lambda: self.on_wait(order), cancel=self.cancel
        ):
            if not again:
                known = self.store.realisation(resolved.id)
                if known is not None:
                    self.store.register([order.id], dict(known.outputs))
                    return Made(
                        outputs=dict(known.outputs), reused=True, seconds=time.monotonic() - began
                    )
            self.on_start(order)
            outputs = self._run(order, resolved)
            self.store.register({order.id, resolved.id}, outputs)
        return Made(outputs=outputs, reused=False, seconds=time.monotonic() - began)

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
            outcome = self.launcher.run(
                sandbox, log=log, cancel=self.cancel, on_output=self._lines(order)
            )
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
                    ok=outcome.ok,
                    log=log,
                )
            )
            if outcome.cancelled:
                raise Interrupted("interrupted; nothing is left running")
            if not outcome.ok:
                kept = place.keep() if self.keep_failed else ""
                raise self._failure(order, sandbox, outcome, log, kept)
            if captured is not None:
                self._compare_stdout(order, resolved.stdout or "", captured, log)
            if resolved.check:
                return {}
            try:
                added = self.store.add_outputs(
                    {o: (real[o], scratch[o]) for o in resolved.outputs}, candidates=closure
                )
            except BuildError as error:
                kept = place.keep() if self.keep_failed else ""
                raise type(error)(
                    failure_text(
                        title=order.title,
                        where=order.where,
                        what=error.message,
                        number=None,
                        command=None,
                        log=log,
                        lines=(),
                        kept=kept,
                    ),
                    hint=error.hint,
                ) from error
            return {output: result.path for output, result in added.items()}

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

    def _failure(
        self, order: Order, sandbox: Sandbox, outcome: Outcome, log: str, kept: str
    ) -> BuildError:
        if outcome.limit is not None:
            kind: type[BuildError] = LimitExceeded
            what = outcome.message or f"it passed the limit on {outcome.limit} and was killed whole"
        else:
            kind = CheckFailed if order.check else CommandFailed
            what = outcome.message or how_it_ended(outcome.exit_status, outcome.signal)
        index = outcome.failed_index
        command = sandbox.commands[index] if index is not None else None
        text = failure_text(
            title=order.derivation.title,
            where=order.where,
            what=what,
            number=None if index is None else index + 1,
            command=command,
            log=log,
            lines=tail(log),
            kept=kept,
            check=order.check,
        )
        hint = "" if outcome.limit is None else _raise_limit(outcome.limit)
        return kind(text, hint=hint)

    def _compare_stdout(self, order: Order, expected: str, captured: Path, log: str) -> None:
        with open(captured, "rb") as file:
            got = file.read()
        if got == expected.encode():
            return
        commands = "; ".join(spell(c) for c in order.derivation.commands if isinstance(c, Exec))
        raise CheckFailed(
            failure_text(
                title=order.derivation.title,
                where=order.where,
                what=f"standard output is not what it must be\n"
                f"  commands    {commands}\n"
                f"  expected    {expected!r}\n"
                f"  got         {got.decode('utf-8', 'backslashreplace')[:2000]!r}",
                number=None,
                command=None,
                log=log,
                lines=tail(log),
                check=order.check,
            )
        )


def _raise_limit(limit: str) -> str:
    example = {"time": "7200", "processes": "8192"}.get(limit, '"16G"')
    return f"if it is right to use that much, raise it in the recipe: limits = limits({limit} = {example})"


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
