"""The chain of builds that leads to a recipe, begun with another seed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bootstrap.plan.derivation import Derivation
from bootstrap.plan.plan import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A chain up to what a recipe is built from."""

    derivation: Derivation
    """Of the recipe, resolved: its inputs are those of this chain."""
    told: tuple[str, ...]
    """Where this chain and the usual one part, for people."""


class OtherSeed(Protocol):
    """Gives chains that begin with another seed of the project."""

    @property
    def names(self) -> tuple[str, str]:
        """The seed as it is, and the other one."""

    def why_not(self, step: Step) -> str:
        """Why there is no such chain for a step; "" if there is one."""

    def chain(self, step: Step, *, cancel: threading.Event, on_line: Callable[[str], None]) -> Chain:
        """Builds into the store what is not there. BuildError if it cannot be built; Interrupted."""
