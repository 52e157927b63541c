"""What can be rebuilt: a recipe's derivation, or any command on this host."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from reprocheck.circumstances import Circumstances

Kind = Literal["recipe", "command"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One build that was done, or the stored output. Its outputs stay until the subject is closed."""

    ok: bool
    message: str = ""
    """Why it failed, for people."""
    log: Path | None = None
    outputs: Mapping[str, Path] = field(default_factory=dict)
    """By name, where each really lies: a directory, file or symlink; normal (modes, times), and with
    digits put back where they were renamed, so that equal builds are equal trees."""
    started: float = 0.0
    ended: float = 0.0
    """Seconds since the epoch by the host's clock: between them lies every time that a build could see."""
    seconds: float = 0.0
    cpu: float = 0.0
    observed: Mapping[str, Any] = field(default_factory=dict)
    writers: Mapping[str, str] = field(default_factory=dict)
    """By path in an output ("out/lib/a.o"): the program that made it, as a command line."""


class Subject(Protocol):
    """Something that can be built again under other circumstances. `build` may be called by several threads
    at once, the rest by one at a time."""

    kind: Kind
    name: str
    """What reports call it: "musl@1.2.3", "make -C demo"."""

    @property
    def id(self) -> str:
        """What is built, the same wherever it is: 64 hexadecimal digits of a BLAKE3 (`Report.derivation`)."""

    def stored(self) -> Build | None:
        """The result that is there already, for recipes: built under the contract's circumstances."""

    def suits(self, variation: str) -> str:
        """Why a variation makes no sense for this subject; "" if it does."""

    def build(
        self,
        circumstances: Circumstances,
        *,
        cancel: threading.Event,
        on_line: Callable[[str], None] = lambda line: None,
    ) -> Build:
        """Builds once. Interrupted if `cancel` is set; a build that fails is a result, not an error."""

    def observe(self, circumstances: Circumstances, *, cancel: threading.Event) -> Mapping[str, Any]:
        """What a build would see just before its first command, without building (`Build.observed`)."""

    def close(self) -> None:
        """Removes all that was built."""
