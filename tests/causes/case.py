"""A case as a value, and how it is read."""

from __future__ import annotations

import platform
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tests.causes import project

HERE = Path(__file__).parent

_KEYS = {
    "causes",
    "command",
    "common",
    "differs",
    "files",
    "follows",
    "host",
    "needs",
    "options",
    "stage",
    "text",
    "together",
    "why",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One small build."""

    name: str
    """The file's name and the table's: "time.clock/date"."""
    text: str
    command: str
    """What sh -eu does; "" for a recipe."""
    stage: str
    """The text of a stage whose recipe `subject` is checked; "" for a command."""
    host: tuple[str, ...]
    """Programs of this host that the stage runs."""
    needs: tuple[str, ...]
    options: tuple[str, ...]
    """Of reprocheck: what only shows when it is asked for."""
    files: tuple[tuple[str, str], ...]
    """Its sources, (path, text)."""
    differs: tuple[tuple[str, tuple[str, ...]], ...]
    """(path or pattern, causes of which any may come first); empty if nothing may differ."""
    together: bool
    """All causes of a path must be told."""
    follows: tuple[tuple[str, str], ...]
    """(path, the path that it follows from)."""

    @property
    def is_clean(self) -> bool:
        return not self.differs

    @property
    def expected(self) -> str:
        """Its causes, for people."""
        sets = dict.fromkeys(("+" if self.together else "|").join(causes) for _, causes in self.differs)
        return ", ".join(sets) or "-"

    def lay_out(self, directory: Path) -> None:
        """Writes the sources, or the recipe's project."""
        if self.stage:
            project.lay_out(directory, self.stage, self.host)
        for path, text in self.files:
            directory.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
            directory.joinpath(path).write_text(text)

    def missing(self) -> tuple[str, ...]:
        """What it needs that is not here."""
        return tuple(each for each in self.needs if not _is_here(each))


def cases(*wanted: str) -> list[Case]:
    """Those whose name is, begins with "NAME/" or matches one of `wanted`; all if there are none."""
    found = []
    for file in sorted(HERE.joinpath("cases").glob("*.toml")):
        for name, table in tomllib.loads(file.read_text()).items():
            found.append(_read(file.stem, name, table))
    return [case for case in found if not wanted or any(_is_meant(case.name, each) for each in wanted)]


def _is_meant(name: str, wanted: str) -> bool:
    return name == wanted or name.startswith(f"{wanted}/") or fnmatchcase(name, wanted)


def _read(cause: str, name: str, table: Mapping[str, Any]) -> Case:
    if unknown := set(table) - _KEYS:
        raise ValueError(f"{cause}/{name}: {', '.join(sorted(unknown))}: no such key")
    common = [(path, HERE.joinpath("common", path).read_text()) for path in table.get("common", ())]
    differs = table.get("differs", ())
    if not isinstance(differs, Mapping):
        differs = {path: table.get("causes", cause) for path in differs}
    if ("command" in table) == ("stage" in table):
        raise ValueError(f"{cause}/{name}: either a command or a stage")
    causes = {path: (each,) if isinstance(each, str) else tuple(each) for path, each in differs.items()}
    if any(len(each) > 1 for each in causes.values()) and "why" not in table:
        raise ValueError(f"{cause}/{name}: a list of causes needs a reason (why)")
    if (cause == "clean") == bool(causes):
        raise ValueError(f"{cause}/{name}: cases in clean.toml, and only they, have nothing that differs")
    return Case(
        name=f"{cause}/{name}",
        text=table["text"],
        command=table.get("command", "").strip(),
        stage=table.get("stage", ""),
        host=tuple(table.get("host", ())),
        needs=tuple(table.get("needs", ())),
        options=tuple(table.get("options", ())),
        files=(*table.get("files", {}).items(), *common),
        differs=tuple(causes.items()),
        together=table.get("together", False),
        follows=tuple(table.get("follows", {}).items()),
    )


def _is_here(need: str) -> bool:
    if need == "libc.a":
        asked = subprocess.run(
            ["gcc", "-print-file-name=libc.a"], capture_output=True, text=True, check=False
        )
        return Path(asked.stdout.strip()).is_absolute()
    return need in ("", platform.machine()) or shutil.which(need) is not None
