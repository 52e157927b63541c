"""A subject in memory's place: what its files hold is a function of what is varied."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from reprocheck.cause import Cause, Level
from reprocheck.circumstances import Circumstances
from reprocheck.subject import Build, Kind
from reprocheck.variation.model import Variation

Values = Mapping[str, str]
"""What a build is told, by variation: "control-NAME" or "varied-NAME"."""
Write = Callable[[Values], Mapping[str, bytes] | None]
"""The files of a build; None if it fails."""


def row(name: str, *, marks: bool = True, **changes: Any) -> Variation:
    """A variation that only the simulated subject knows."""

    def told(circumstances: Circumstances) -> tuple[str, ...]:
        return tuple(value for key, value in circumstances.environment if key == name) if marks else ()

    whole: dict[str, Any] = {
        "name": name,
        "cause": name,
        "text": f"{name} is another",
        "control": lambda c: c.variable(name, f"control-{name}"),
        "vary": lambda c: c.variable(name, f"varied--{name}"),
        "marks": told,
        "took": lambda control, varied: control.get(name) != varied.get(name),
    }
    return Variation(**{**whole, **changes})


def causes(rows: list[Variation], level: Level = Level.OUTSIDE) -> dict[str, Cause]:
    return {
        each.cause: Cause(name=each.cause, level=level, meaning="It differs.", remedy="Do not.")
        for each in rows
    }


class Simulated:
    """Writes what `write` says, with everything at its control value where nothing else was told."""

    name = "simulated"
    id = "5a" * 32

    def __init__(
        self,
        top: Path,
        write: Write,
        *,
        stored: Write | None = None,
        unsuited: str = "",
        used_cores: float = 0.0,
    ) -> None:
        self.kind: Kind = "recipe" if stored else "command"
        self.told: list[Circumstances] = []
        self._top = top
        self._write = write
        self._stored = stored
        self._unsuited = unsuited
        self._used_cores = used_cores
        self._lock = threading.Lock()
        self._count = 0

    def stored(self) -> Build | None:
        return self._made(self._stored, {}) if self._stored else None

    def suits(self, variation: str) -> str:
        return "it has none" if variation == self._unsuited else ""

    def observe(self, circumstances: Circumstances, *, cancel: threading.Event) -> Mapping[str, Any]:
        return dict(circumstances.environment)

    def build(
        self,
        circumstances: Circumstances,
        *,
        cancel: threading.Event,
        on_line: Callable[[str], None] = lambda line: None,
    ) -> Build:
        self.told.append(circumstances)
        return self._made(self._write, dict(circumstances.environment))

    def _made(self, write: Write, values: Values) -> Build:
        with self._lock:
            self._count += 1
            out = self._top / str(self._count)
            began = 1_000_000_000.0 + 100 * self._count
        files = write(values)
        build = Build(
            ok=files is not None,
            started=began,
            ended=began + 5,
            seconds=5.0,
            cpu=5.0 * self._used_cores,
            observed=dict(values),
        )
        if files is None:
            return replace(build, message="exit status 1")
        out.mkdir()
        for name, data in files.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(data)
        return replace(build, outputs={"out": out})

    def close(self) -> None:
        pass
