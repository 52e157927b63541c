"""A store with a tool and some data in it, and recipes that use them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bootstrap.build.builder import Builder, Order
from bootstrap.fetch.fetcher import Fetcher
from bootstrap.plan.derivation import Derivation
from bootstrap.plan.plan import Step
from bootstrap.recipe.model import Command, Files, Limits, Location, MakeSymlink, Write
from bootstrap.sandbox import Launcher
from bootstrap.store import Store
from bootstrap.store.removal import remove_tree
from bootstrap.storepath import StorePath
from reprocheck.subjects.recipe import RecipeSubject

HERE = Location("stages/00/stage.star", 1, 1)


class Recipes:
    """Steps whose inputs are `data`, which refers to itself, and, on request, programs of this host."""

    def __init__(self, home: Path, launcher: Launcher) -> None:
        self.store = Store.open(home)
        self.fetcher = Fetcher(home / "sources", offline=True)
        self.launcher = launcher
        self._home = home
        self._subjects: list[RecipeSubject] = []
        deep = self._add("deep", {"note": "deep\n"})
        self.data = self._add("data", {"note": f"of {deep}\n"}, candidates=(deep,))
        self.deep = deep

    def _add(self, name: str, files: dict[str, str], candidates: tuple[StorePath, ...] = ()) -> StorePath:
        source = self._home / f"{name}.source"
        source.mkdir()
        for file, text in files.items():
            (source / file).write_text(text)
        return self.store.add_tree(source, f"{name}-1", candidates=candidates).path

    def programs(self, *wanted: str) -> StorePath:
        """Programs of this host with the libraries they need, as an input: bin/, lib/, lib/ld.so."""
        source = self._home / "programs.source"
        (source / "bin").mkdir(parents=True)
        (source / "lib").mkdir()
        for program in wanted:
            found = shutil.which(program)
            if found is None:
                pytest.skip(f"this host has no {program}")
            shutil.copy(found, source / "bin" / Path(program).name)
            told = subprocess.run(["ldd", found], capture_output=True, text=True, check=True).stdout
            for library in re.findall(r"(/\S+) \(0x", told):
                name = "ld.so" if "ld-linux" in library else Path(library).name
                shutil.copy(library, source / "lib" / name)
        return self.store.add_tree(source, "programs-1").path

    def step(
        self,
        *commands: Command,
        programs: StorePath | None = None,
        outputs: tuple[str, ...] = ("out",),
        sources: tuple[tuple[str, Files], ...] = (),
        env: tuple[tuple[str, str], ...] = (),
        limits: Limits | None = None,
        cores: int = 0,
    ) -> Step:
        inputs = (("data", self.data), *((("programs", programs),) if programs else ()))
        return Step(
            derivation=Derivation(
                name="thing",
                version="1",
                inputs=inputs,
                commands=commands,
                outputs=outputs,
                sources=sources,
                env=tuple(sorted((("CORES", "{cores}"), ("PATH", "{data}/bin"), *env))),
                limits=limits or Limits(),
            ),
            where=HERE,
            cores=cores,
        )

    def plain(self) -> Step:
        """Two outputs that mention themselves, each other and their input, in contents and symlinks."""
        return self.step(
            Write(path="{dev}/note", text="dev at {dev}, data at {data}\n"),
            Write(path="{out}/bin/program", text="#!{out}/bin/sh\nuses {dev}\n", executable=True),
            MakeSymlink(target="{out}/bin/program", path="{out}/self"),
            MakeSymlink(target="{data}/note", path="{out}/note"),
            outputs=("dev", "out"),
        )

    def built(self, step: Step) -> dict[str, StorePath]:
        """Builds it into the store."""
        order = Order(derivation=step.derivation, where=HERE, target="thing", step="thing@1")
        builder = Builder(store=self.store, fetcher=self.fetcher, launcher=self.launcher, project=self._home)
        return dict(builder.make(order, {}).outputs)

    def subject(self, step: Step) -> RecipeSubject:
        subject = RecipeSubject(
            step, store=self.store, fetcher=self.fetcher, launcher=self.launcher, project=self._home
        )
        self._subjects.append(subject)
        return subject

    def close(self) -> None:
        for subject in self._subjects:
            subject.close()
        self.store.close()


@contextmanager
def made_in(home: Path) -> Iterator[Recipes]:
    """Recipes with a store of their own."""
    home.mkdir()
    with Launcher() as launcher:
        made = Recipes(home, launcher)
        yield made
        made.close()
    remove_tree(str(home))


@pytest.fixture
def recipes(tmp_path: Path) -> Iterator[Recipes]:
    with made_in(tmp_path / "home") as made:
        yield made
