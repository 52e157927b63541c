"""What the files evaluated so far have defined, by the numbers under which Starlark knows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from bootstrap.recipe.call import Call
from bootstrap.recipe.dialect import frames
from bootstrap.recipe.fault import Faults
from bootstrap.recipe.model import Files, Location, Recipe, Source, Stage
from bootstrap.recipe.prelude import KEPT
from bootstrap.recipe.reader import Content, Reader
from bootstrap.recipe.text import Text

AtHand = Callable[[str], tuple[str, int] | None]
"""The sha256 and size of a source file that lies here under that name, for faults to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defined:
    """A call of `recipe()`; also a faulty one, so that its users can be looked at."""

    name: str
    version: str
    outputs: tuple[str, ...]
    given: Mapping[str, Any]
    """Its arguments, for `override()`."""
    recipe: Recipe | None
    """None if it is faulty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A call of `option()`."""

    name: str
    default: str
    choices: tuple[str, ...]
    where: Location


@dataclass(slots=True, kw_only=True)
class Catalogue:
    """Everything defined so far. A thing's number is its place in its list; None: it is faulty."""

    reader: Reader
    options: Mapping[str, str]
    """The choices of the person building."""
    at_hand: AtHand
    faults: Faults = field(default_factory=Faults)
    texts: dict[str, Text] = field(default_factory=dict)
    recipes: list[Defined] = field(default_factory=list)
    materials: list[Source | Files | None] = field(default_factory=list)
    stages: list[Stage | None] = field(default_factory=list)
    stage_places: dict[str, Location] = field(default_factory=dict)
    """By name of the stage: also a faulty one's."""
    results: dict[str, tuple[Recipe, str]] = field(default_factory=dict)
    """The results of all stages by name@version, with the stage's name."""
    asked: dict[str, Option] = field(default_factory=dict)
    """The options that files have asked for."""
    contents: dict[str, Content | None] = field(default_factory=dict)

    def content(self, path: str) -> Content | None:
        """What a local file holds, read once."""
        if path not in self.contents:
            self.contents[path] = self.reader.content(path)
        return self.contents[path]

    def call(self, function: str, stack: str, positional: Sequence[Any], named: Mapping[str, Any]) -> Call:
        return Call(function, stack, positional, named, texts=self.texts, faults=self.faults)

    def made(self, value: Mapping[str, Any]) -> bool:
        """Whether a value was given by the function it names: an author's ``struct(_kind = ...)`` can
        say anything."""
        number, at = value.get("_id"), value.get("_at")
        match value["_kind"]:
            case "recipe":
                return _within(number, self.recipes) and (
                    value.get("_output") in ("out", *self.recipes[number].outputs)
                )
            case "source":
                return _within(number, self.materials) and not isinstance(self.materials[number], Files)
            case "files":
                return _within(number, self.materials) and not isinstance(self.materials[number], Source)
            case "stage":
                return _within(number, self.stages)
            case str() as name if name in KEPT and isinstance(at, str):
                around = frames(at)
                places = bool(around) and all(frame.file in self.texts for frame in around)
                return places and type(value.get("_args")) is list and type(value.get("_kwargs")) is dict
        return False

    def kept(self, value: Mapping[str, Any]) -> Call:
        """The call of a function that only keeps its arguments."""
        return self.call(value["_kind"], value["_at"], value["_args"], value["_kwargs"])


def _within(number: Any, things: Sequence[object]) -> TypeGuard[int]:
    return type(number) is int and 0 <= number < len(things)


def kind(value: Any) -> str:
    """Which function gave a value; "" for plain data."""
    return value.get("_kind", "") if isinstance(value, dict) else ""
