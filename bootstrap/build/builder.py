"""One derivation made real: sources laid out, commands run in the sandbox, outputs stored."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bootstrap.build.enactment import last_lines, lay_sources, sandbox
from bootstrap.build.failure import Failure, failure_of, failure_text, spell, tail
from bootstrap.digest import Digest
from bootstrap.errors import BuildError, CheckFailed, CommandFailed, Interrupted
from bootstrap.fetch.fetcher import Fetcher
from bootstrap.plan.derivation import Derivation, Output
from bootstrap.recipe.model import Exec, Location
from bootstrap.sandbox import Launcher
from bootstrap.store import BuildRecord, Store
from bootstrap.storepath import StorePath


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One build or check to be done, and what its error messages need to know."""

    derivation: Derivation
    where: Location
    target: str
    """What the command line calls the step."""
    step: str
    """What people are told of it."""
    check: str = ""
    """The name of the check; "" for a build."""
    cores: int = 1

    @property
    def id(self) -> Digest:
        return self.derivation.id

    @property
    def title(self) -> str:
        """What its history is kept under."""
        return f"{self.derivation.title} check {self.check}" if self.check else self.derivation.title

    @property
    def label(self) -> str:
        return f"{self.step} check {self.check}" if self.check else self.step


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
        closure = self.store.closure(where for _, where in resolved.inputs if isinstance(where, StorePath))
        with self.store.new_build_directory() as place:
            work = os.path.join(place.path, "build")
            os.mkdir(work, 0o755)
            lay_sources(resolved, work, fetcher=self.fetcher, project=self.project)
            made = {}
            for output in () if resolved.check else resolved.outputs:
                path = resolved.scratch(output)
                made[output] = (os.path.join(place.path, "outputs", path.basename), path)
                os.makedirs(made[output][0], 0o755)
            captured = Path(place.path, "stdout") if resolved.stdout is not None else None
            log = self.store.log_path(order.id)
            what = sandbox(
                resolved,
                closure={path: self.store.real(path) for path in closure},
                outputs=made,
                work=work,
                cores=order.cores,
                stdout_file=captured,
            )
            on_output = last_lines(lambda line: self.on_line(order, line))
            started = time.time()
            outcome = self.launcher.run(what, log=log, cancel=self.cancel, on_output=on_output)
            outputs: dict[str, StorePath] = {}
            failure = failure_of(what, outcome, CheckFailed if order.check else CommandFailed)
            if outcome.ok and captured is not None:
                failure = _other_stdout(order, captured)
            if outcome.ok and failure is None and made:
                try:
                    added = self.store.add_outputs(made, closure)
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
