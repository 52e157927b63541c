"""What a verb works with: the project evaluated, the plan of its targets, the store, the fetcher."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bootstrap.build.events import Event, Fetching
from bootstrap.cli.settings import Settings, Supply
from bootstrap.fetch import Fetcher
from bootstrap.plan import Plan, make_plan
from bootstrap.recipe import Project, evaluate, project_root
from bootstrap.store import Store


@dataclass
class Session:
    """One call of a verb. Everything is opened when it is first asked for."""

    settings: Settings
    targets: Sequence[str] = ()

    @cached_property
    def root(self) -> Path:
        return project_root(self.settings.start)

    @cached_property
    def store(self) -> Store:
        return Store.open(self.settings.home)

    @cached_property
    def project(self) -> Project:
        return evaluate(self.root, options=dict(self.settings.options))

    @cached_property
    def plan(self) -> Plan:
        return make_plan(self.project, self.targets)

    def fetcher(self, supply: Supply, on_event: Callable[[Event], None]) -> Fetcher:
        """A fetcher into the home's cache that reports how far each file is."""
        return Fetcher(
            self.settings.home / "sources",
            local_dirs=supply.directories,
            offline=supply.offline,
            on_progress=lambda source, done: on_event(Fetching(source.file, done, source.size)),
        )
