"""A planned derivation as a subject: built aside, under circumstances; nothing of it enters the store."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bootstrap.build.enactment import BUILD, lay_sources, sandbox, with_texts
from bootstrap.digest import Digest
from bootstrap.errors import BuildError, StoreError
from bootstrap.fetch.fetcher import Fetcher
from bootstrap.plan.derivation import Derivation, Output
from bootstrap.plan.plan import Step
from bootstrap.sandbox import Launcher, Sandbox
from bootstrap.store import Realisation, Store
from bootstrap.storepath import StorePath
from reprocheck.circumstances import Circumstances
from reprocheck.subject import Build, Kind
from reprocheck.subjects.chain import Chain, OtherSeed
from reprocheck.subjects.digits import copy_with, other, put_back
from reprocheck.subjects.places import Places, remove
from reprocheck.subjects.run import Ran, environment, run, set_times, sets_itself
from reprocheck.variation.table import find

_ONLY_ANOTHER_SEED = Circumstances(other_seed=True)
_NAMED_BUILD = re.compile(rf"""(?:(?<![^\s=:,;"'(])|(?<=-[A-Za-z])){BUILD}(?=[/\s:,;"')]|$)""")
"""The build directory where a command names it: alone or at the head of a path, also after "-I"."""


class RecipeSubject:
    """The build of a step whose inputs are in the store. Checks are no subjects: they have no output.

    Outputs are made normal as the store does it, and digits of their own scratch paths become those of
    the stored outputs (or stay, where none is stored): a build that is equal gives equal trees.
    """

    kind: Kind = "recipe"

    def __init__(
        self,
        step: Step,
        *,
        store: Store,
        fetcher: Fetcher,
        launcher: Launcher,
        project: Path,
        other_seed: OtherSeed | None = None,
    ) -> None:
        """`project` is the root that paths of local files are relative to. `other_seed`: where the seed may
        be varied.

        StoreError if an input is not there. All that is needed is held until the store is closed.
        """
        self.name = step.derivation.title
        self._step = step
        self._store = store
        self._fetcher = fetcher
        self._launcher = launcher
        self._project = project
        self._places = Places(store.new_build_directory)
        self._resolved = step.derivation.resolve(self._inputs(step.derivation))
        self._stored = self._realised()
        none = 'its project has no option("seed", ...)'
        self._no_other_seed = other_seed.why_not(step) if other_seed else none
        self._other_seed = None if self._no_other_seed else other_seed
        self._chain: Chain | None = None
        self._closures: dict[Digest, tuple[StorePath, ...]] = {}
        self._renamed: dict[StorePath, str] = {}
        self._closure(self._resolved)

    @property
    def id(self) -> str:
        """That of the resolved derivation."""
        return self._resolved.id.hex

    def stored(self) -> Build | None:
        """What the store has as the derivation's outputs."""
        return self._as_stored(self._stored) if self._stored else None

    def _as_stored(self, stored: Realisation) -> Build:
        record = self._store.last_build(self._step.id)
        return Build(
            ok=True,
            outputs={name: Path(self._store.real(path)) for name, path in stored.outputs},
            started=record.started if record else 0.0,
            ended=record.started + record.wall if record else 0.0,
            seconds=record.wall if record else 0.0,
            cpu=record.user + record.system if record else 0.0,
        )

    def suits(self, variation: str) -> str:
        if variation == "state":
            return "/tmp is new and empty for every build, and there is no home directory"
        if variation == "seed":
            return self._no_other_seed
        row = find(variation)
        if row.cause == "order.parallel" and self._step.cores == 1 and not row.needs_traps:
            return "its recipe asks for one core, and is never told more"
        return sets_itself(row, dict(self._resolved.env))

    def build(
        self,
        circumstances: Circumstances,
        *,
        cancel: threading.Event,
        on_line: Callable[[str], None] = lambda line: None,
    ) -> Build:
        """See `reprocheck.subject.Subject`. Errors: FetchError, UnpackError, PatchError, StoreError,
        BootstrapError for a sandbox that cannot be made, OSError, Interrupted."""
        try:
            resolved = self._derivation(circumstances, cancel, on_line)
        except BuildError as error:
            return Build(ok=False, message=f"with another seed: {error.message}")
        if resolved.id == self._resolved.id and self._stored and circumstances == _ONLY_ANOTHER_SEED:
            seen = self._seen_of_seed(circumstances)
            return replace(self._as_stored(self._stored), seconds=0.0, cpu=0.0, observed=seen)
        place, work = self._place(circumstances)
        lay_sources(resolved, str(work), fetcher=self._fetcher, project=self._project)
        if circumstances.source_times is not None:
            set_times(work, circumstances.source_times)
        outputs, digits = self._outputs(resolved, place, renamed=circumstances.renamed)
        sandbox = self._sandbox(circumstances, resolved, outputs, str(work))
        ran = self._run(sandbox, circumstances, place, cancel, on_line)
        remove(work)
        message = ""
        try:
            if ran.outcome.ok:
                for real, _ in outputs.values():
                    put_back(Path(real), digits)
        except BuildError as error:
            message = error.message
        return ran.build(
            message=message,
            outputs={name: Path(real) for name, (real, _) in outputs.items()},
            roots={str(path): name for name, (_, path) in outputs.items()},
        )

    def observe(self, circumstances: Circumstances, *, cancel: threading.Event) -> Mapping[str, Any]:
        """See `reprocheck.subject.Subject`. Errors as of `build`, but for those of sources."""
        place, work = self._place(circumstances)
        resolved = self._derivation(circumstances, cancel, lambda line: None)
        outputs, _ = self._outputs(resolved, place, renamed=circumstances.renamed)
        sandbox = replace(self._sandbox(circumstances, resolved, outputs, str(work)), commands=())
        return self._run(sandbox, circumstances, place, cancel, lambda line: None).observed

    def close(self) -> None:
        self._places.close()

    def _derivation(
        self, circumstances: Circumstances, cancel: threading.Event, on_line: Callable[[str], None]
    ) -> Derivation:
        """The resolved derivation, by the chain that is wanted. BuildError for a chain that fails."""
        if not circumstances.other_seed or self._other_seed is None:
            return self._resolved
        if self._chain is None:
            self._chain = self._other_seed.chain(self._step, cancel=cancel, on_line=on_line)
        return self._chain.derivation

    def _seen_of_seed(self, circumstances: Circumstances) -> dict[str, Any]:
        if self._other_seed is None:
            return {}
        chain = self._chain if circumstances.other_seed else None
        name = self._other_seed.names[circumstances.other_seed]
        return {"seed": {"name": name, "told": list(chain.told) if chain else []}}

    def _closure(self, resolved: Derivation) -> tuple[StorePath, ...]:
        """All that it is built from."""
        if resolved.id not in self._closures:
            inputs = [where for _, where in resolved.inputs if isinstance(where, StorePath)]
            self._closures[resolved.id] = self._store.closure(inputs)
        return self._closures[resolved.id]

    def _place(self, circumstances: Circumstances) -> tuple[Path, Path]:
        """A new directory for a build, and in it what the build sees as its working directory."""
        place = self._places.new(circumstances.file_system)
        work = place / "build"
        work.mkdir(0o755)
        return place, work

    def _run(
        self,
        sandbox: Sandbox,
        circumstances: Circumstances,
        place: Path,
        cancel: threading.Event,
        on_line: Callable[[str], None],
    ) -> Ran:
        for bind in sandbox.binds:
            if bind.writable:
                os.makedirs(bind.source, 0o755, exist_ok=True)
        ran = run(self._launcher, sandbox, circumstances, log=place / "log", cancel=cancel, on_line=on_line)
        # What was seen of the locale is of the host's C library, which is not the recipe's.
        seen = {name: value for name, value in ran.observed.items() if name != "locale"}
        return replace(ran, observed=seen | self._seen_of_seed(circumstances))

    def _inputs(self, derivation: Derivation) -> dict[Output, StorePath]:
        wanted = [where for _, where in derivation.inputs if isinstance(where, Output)]
        there = self._store.realisations({where.derivation for where in wanted})
        paths = {}
        for where in wanted:
            outputs = dict(there[where.derivation].outputs) if where.derivation in there else {}
            if where.output not in outputs or not self._store.hold([outputs[where.output]]):
                raise StoreError(
                    f"{derivation.title} cannot be built again: an input of it is not in the store",
                    hint="build it first: bootstrap run",
                )
            paths[where] = outputs[where.output]
        return paths

    def _realised(self) -> Realisation | None:
        known = self._store.realisation(self._step.id) or self._store.realisation(self._resolved.id)
        if known is None or not self._store.hold([path for _, path in known.outputs]):
            return None
        return known

    def _outputs(
        self, resolved: Derivation, place: Path, *, renamed: bool
    ) -> tuple[dict[str, tuple[str, StorePath]], dict[bytes, bytes]]:
        """By name, where each is made and what path it has for the build; and which digits become which."""
        final = dict(self._stored.outputs) if self._stored else {}
        outputs, digits = {}, {}
        for name in resolved.outputs:
            path = scratch = resolved.scratch(name)
            if renamed:
                path = other(scratch)
            outputs[name] = (str(place / "outputs" / path.basename), path)
            digits[path.hash.encode()] = final.get(name, scratch).hash.encode()
        if renamed:
            digits |= {other(path).hash.encode(): path.hash.encode() for path in self._closure(resolved)}
        return outputs, digits

    def _sandbox(
        self,
        circumstances: Circumstances,
        resolved: Derivation,
        outputs: dict[str, tuple[str, StorePath]],
        work: str,
    ) -> Sandbox:
        fixed = dict(resolved.env)
        closure = {path: self._store.real(path) for path in self._closure(resolved)}
        if circumstances.renamed:
            closure = self._other_closure(self._closure(resolved))
            inputs = ((name, other(where)) for name, where in resolved.inputs if isinstance(where, StorePath))
            resolved = replace(resolved, inputs=tuple(inputs))
        made = sandbox(
            resolved, closure=closure, outputs=outputs, work=work, cores=self._cores(circumstances)
        )
        build = circumstances.conditions.build or BUILD

        def moved(text: str) -> str:
            return _NAMED_BUILD.sub(build, text)

        own = {name: moved(value) for name, value in made.env}
        return replace(
            made,
            commands=tuple(with_texts(command, moved) for command in made.commands),
            env=environment(own, fixed, circumstances),
        )

    def _cores(self, circumstances: Circumstances) -> int:
        most = self._step.cores or len(os.sched_getaffinity(0))
        if most == 1 or circumstances.cores is None:
            return min(most, len(os.sched_getaffinity(0)))
        return circumstances.cores

    def _other_closure(self, paths: Collection[StorePath]) -> dict[StorePath, str]:
        """Every one of these paths under its other digits, and where that lies."""
        digits = {path.hash.encode(): other(path).hash.encode() for path in paths}
        infos = self._store.infos(paths)
        place: Path | None = None
        for path in paths:
            if other(path) in self._renamed:
                continue
            real = self._store.real(path)
            if infos[path].references or infos[path].self_references:
                place = place or self._places.new()
                copy = str(place / other(path).basename)
                copy_with(real, copy, digits)
                real = copy
            self._renamed[other(path)] = real
        return {other(path): self._renamed[other(path)] for path in paths}
