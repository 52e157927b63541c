"""A project evaluated: its recipes and stages, and what had to be read to know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bootstrap.errors import UsageError

if TYPE_CHECKING:
    from bootstrap.digest import Digest
    from bootstrap.recipe.model import Recipe, Stage

STAGES = "stages"
"""The directory that makes the one it lies in the root of a project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A variable of a file that holds a recipe, or one output of it."""

    recipe: Recipe
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What `evaluate` gives. Paths of files are relative to the root."""

    root: Path
    recipes: tuple[Recipe, ...]
    """All of them, in the order of their definition; inputs before users."""
    stages: tuple[Stage, ...]
    """In the order of their files' names."""
    names: Mapping[str, Mapping[str, Named]]
    """By file, then by variable: what tells generations of a recipe apart."""
    expectations: Mapping[str, Mapping[str, Digest]]
    """By path of an `expectations` file, then by name of an output."""
    options: tuple[tuple[str, str], ...]
    """The options that files asked for, and what they were answered; sorted."""
    choices: Mapping[str, tuple[str, ...]]
    """By option that files asked for: what it may be answered, in the order of the recipe file."""
    files: tuple[str, ...]
    """The files that were read; sorted."""
    directories: tuple[str, ...]
    """The directories that were looked into: a name that came or went there can change the
    project. Sorted; "" is the root."""

    @property
    def read(self) -> tuple[str, ...]:
        """Absolute paths of all files and directories that were looked at: while none of them
        changes, evaluating again with the same options gives the same project."""
        return tuple(str(self.root / path) for path in (*self.files, *self.directories))


def project_root(start: Path) -> Path:
    """The project that a directory or recipe file belongs to: the nearest directory at or above it
    that has ``stages/``. A recipe file (``.star``) that lies in no project is one by itself: its
    own directory. UsageError if there is none."""
    start = start.absolute()
    is_file = start.suffix == ".star"
    for directory in (start, *start.parents)[is_file:]:
        if (directory / STAGES).is_dir():
            return directory
    if is_file:
        return start.parent
    raise UsageError(
        f"{start} is in no project: neither it nor a directory above has {STAGES}/",
        hint="change to a checkout, or name one: --project DIR",
    )
