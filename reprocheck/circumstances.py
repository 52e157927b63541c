"""Circumstances: everything that one build is told about the world it runs in, as one value.

There are two of each story, the *control* and the *varied* one; a build of a diagnosis takes for each
variation the one or the other (`reprocheck.variation`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bootstrap.sandbox.conditions import Conditions, Traps


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a build sees beside its declared inputs."""

    conditions: Conditions = field(default_factory=Conditions)
    environment: tuple[tuple[str, str], ...] = ()
    """Variables set in place of the subject's own, sorted by name."""
    path_entry: str = ""
    """A directory at the head of PATH, where the subject has one."""
    cores: int | None = None
    """What the build is told to use; None: as the subject says."""
    file_system: Literal["disk", "memory"] = "disk"
    """What /build and the outputs lie on."""
    source_times: int | None = None
    """Modification time of what is laid out, in seconds since the epoch; None: as the subject has it."""
    renamed: bool = False
    """Dependencies and the build's own outputs have other digits in their store paths, of the same
    length; put back before the results are compared."""
    other_seed: bool = False
    """The chain of builds that leads to it begins with another seed of its project."""
    state: bool = False
    """/tmp and the home directory hold what the subject's build before this one left there."""
    pause: float = 0.0
    """Seconds to wait before the build, so that clocks of a coarse grain move on."""

    def condition(self, **changes: Any) -> Circumstances:
        """With other conditions."""
        return replace(self, conditions=replace(self.conditions, **changes))

    def trap(self, **changes: Any) -> Circumstances:
        """With other answers of the supervisor."""
        return self.condition(traps=replace(self.conditions.traps or Traps(), **changes))

    def variable(self, name: str, value: str) -> Circumstances:
        """With a variable of the environment."""
        return replace(self, environment=tuple(sorted({**dict(self.environment), name: value}.items())))

    def file(self, path: str, content: bytes) -> Circumstances:
        """With a file's contents in place of what is there."""
        files = {**dict(self.conditions.files), path: content}
        return self.condition(files=tuple(sorted(files.items())))

    def limit(self, name: str, soft: int, hard: int) -> Circumstances:
        """With a limit of getrlimit(2) in place of the contract's."""
        others = tuple(limit for limit in self.conditions.limits if limit[0] != name)
        return self.condition(limits=tuple(sorted((*others, (name, soft, hard)))))
