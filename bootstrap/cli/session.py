"""What a verb works with: the project evaluated, the plan of its targets, the store, the fetcher."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import click

from bootstrap.cli.settings import Settings, Supply
from bootstrap.errors import UsageError
from bootstrap.plan.files import recipe_files
from bootstrap.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from bootstrap.build.carry_out import CarryOut
    from bootstrap.build.events import Event
    from bootstrap.build.wish import Wish
    from bootstrap.fetch.fetcher import Fetcher
    from bootstrap.plan.plan import Plan
    from bootstrap.recipe.project import Project
    from bootstrap.sandbox import Launcher


class Session:
    """One call of a verb. Everything is opened, and imported, when it is first asked for."""

    def __init__(self, settings: Settings, targets: Iterable[str] = (), supply: Supply | None = None) -> None:
        """`supply`: how sources may be had, for verbs that can ask for some."""
        self.settings = settings
        self.targets = [_from_here(target) for target in targets]
        self.supply = supply
        self.evaluated_ns = 0
        """When the project's files began to be read, in nanoseconds since the epoch."""

    @cached_property
    def root(self) -> Path:
        """The project's root; that of the first target that is a file if the search finds none."""
        from pathlib import Path

        from bootstrap.recipe.project import project_root

        try:
            return project_root(Path(self.settings.start))
        except UsageError:
            for file in self._files:
                return project_root(Path(file))
            raise

    @property
    def _files(self) -> list[str]:
        """The recipe files that are named in targets, and exist."""
        return [file for file in recipe_files(self.targets) if os.path.isabs(file)]

    @cached_property
    def store(self) -> Store:
        store = Store.open(self.settings.home)
        click.get_current_context().call_on_close(store.close)
        return store

    @cached_property
    def project(self) -> Project:
        from bootstrap.recipe.evaluate import evaluate

        root = self.root
        self.evaluated_ns = time.time_ns()
        return evaluate(
            root,
            recipe_files(self.targets),
            options=dict(self.settings.options),
            at_hand=self._at_hand,
        )

    def _at_hand(self, file: str) -> tuple[str, int] | None:
        """sha256 and size of a file in the directories of sources: what a recipe without them lacks."""
        import hashlib

        for directory in self.supply.directories if self.supply else ():
            if os.path.isfile(place := os.path.join(directory, file)):
                with open(place, "rb") as found:
                    return hashlib.file_digest(found, "sha256").hexdigest(), found.tell()
        return None

    @cached_property
    def plan(self) -> Plan:
        from bootstrap.plan.make import make_plan

        return make_plan(self.project, self.targets)

    def fetcher(self, supply: Supply, on_event: Callable[[Event], None]) -> Fetcher:
        """A fetcher into the home's cache that reports how far each file is."""
        from pathlib import Path

        from bootstrap.build.events import Fetching
        from bootstrap.fetch.fetcher import Fetcher

        return Fetcher(
            Path(self.settings.home, "sources"),
            local_dirs=[Path(directory) for directory in supply.directories],
            offline=supply.offline,
            on_progress=lambda source, done: on_event(Fetching(source.file, done, source.size)),
        )

    def carry_out(
        self,
        plan: Plan,
        wish: Wish,
        supply: Supply,
        on_event: Callable[[Event], None],
        launcher: Launcher | None = None,
    ) -> CarryOut:
        """A plan of this project on its way, to be run."""
        from bootstrap.build.carry_out import CarryOut

        return CarryOut(
            plan,
            store=self.store,
            fetcher=self.fetcher(supply, on_event),
            project=self.root,
            wish=wish,
            on_event=on_event,
            launcher=launcher,
        )


def _from_here(target: str) -> str:
    """The target with the file it names made absolute, if there is one of that name from here;
    else it may be one from the project's root."""
    for file in recipe_files([target]):
        if os.path.isfile(file):
            return os.path.abspath(file) + target[len(file) :]
    return target
