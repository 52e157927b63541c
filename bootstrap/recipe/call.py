"""One call of a dialect function: what it was given, checked by name and type.

What is wrong with an argument is recorded as a fault at the place where the argument stands, and
the reading goes on with a stand-in, so that one look at a file finds all its faults.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bootstrap.recipe.dialect import Frame, frames
from bootstrap.recipe.fault import Fault, Faults
from bootstrap.recipe.model import Location
from bootstrap.recipe.spelling import did_you_mean
from bootstrap.recipe.text import Span, Text

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9+_.-]*")
"""What names and versions are made of; a part of what a store path may hold."""

_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)(?:i?B)?")
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function can be given: names in order, how many of them by place, which it must have."""

    names: tuple[str, ...]
    by_place: int
    required: tuple[str, ...] = ()
    variadic: bool = False


_RECIPE = (
    "name version description source sources tools libs shell env commands outputs "
    "forbid allow tests limits cores"
)
SIGNATURES: Mapping[str, Signature] = {
    "source": Signature(
        ("file", "sha256", "size", "origins", "unpack", "strip", "patches"),
        4,
        ("file", "sha256", "size", "origins"),
    ),
    "debian": Signature(("path",), 1, ("path",)),
    "files": Signature(("strip",), 0, (), variadic=True),
    "recipe": Signature(tuple(_RECIPE.split()), 0, ("name", "version", "commands")),
    "override": Signature(("recipe", *_RECIPE.split()), 1, ("recipe",)),
    "run": Signature(("argv", "cwd", "stdin", "stdout", "env"), 1, ("argv",)),
    "script": Signature(("text", "shell"), 2, ("text",)),
    "mkdir": Signature(("path",), 1, ("path",)),
    "copy": Signature(("source", "target", "executable"), 2, ("source", "target")),
    "write": Signature(("path", "text", "executable"), 2, ("path", "text")),
    "symlink": Signature(("target", "path"), 2, ("target", "path")),
    "unhex": Signature(("source", "target", "executable"), 2, ("source", "target")),
    "compare": Signature(("left", "right"), 2, ("left", "right")),
    "check": Signature(
        (
            "commands",
            "stdout",
            "name",
            "tools",
            "sources",
            "env",
            "slow",
            "limits",
            "shell",
        ),
        1,
        ("commands",),
    ),
    "limits": Signature(("time", "memory", "output", "files", "log", "processes"), 0),
    "stage": Signature(("name", "recipes", "forbid", "description"), 2, ("name", "recipes")),
    "option": Signature(("name", "default", "choices"), 3, ("name", "default")),
}

_HOW_TO_GET = {
    "sha256": "the digest that the file is pinned by: sha256sum FILE",
    "size": "the size in bytes that the file is pinned by: stat -c %s FILE",
}


_MOST = 1 << 53
"""Whole numbers below are the same in every reader of JSON (RFC 8785)."""


class Call:
    """A call in the making of values. `given` holds the arguments by name."""

    __slots__ = ("_frames", "_stack", "faults", "function", "given", "rest", "sound", "texts")

    def __init__(
        self,
        function: str,
        stack: str,
        positional: Sequence[Any],
        named: Mapping[str, Any],
        *,
        texts: Mapping[str, Text],
        faults: Faults,
    ) -> None:
        self.function = function
        self._stack = stack
        self._frames: Sequence[Frame] = ()
        self.texts = texts
        self.faults = faults
        self.rest: Sequence[Any] = ()
        """Of `files()`: what was given by place."""
        self.sound = True
        """Whether no fault was found in it yet."""
        self._bind(SIGNATURES[function], positional, named)

    def _bind(self, signature: Signature, positional: Sequence[Any], named: Mapping[str, Any]) -> None:
        if signature.variadic:
            self.rest, positional = positional, ()
        if len(positional) > signature.by_place:
            most = signature.by_place
            how = f"at most {most} arguments without a name" if most else "its arguments by name only"
            hint = (
                f"write {signature.names[most]} = ..."
                if most < len(signature.names)
                else "there are no others"
            )
            self.fault(f"{self.function}() takes {how}", hint=hint)
        self.given = dict(zip(signature.names[: signature.by_place], positional, strict=False))
        meant = ""
        for name, value in named.items():
            if name not in signature.names:
                hint = did_you_mean(name, signature.names)
                meant += hint
                hint = hint or "fields: " + ", ".join(signature.names)
                self.fault(f'unknown field "{name}" of {self.function}()', hint=hint, field=name)
            elif name in self.given:
                self.fault(f'"{name}" of {self.function}() is given twice', field=name)
            else:
                self.given[name] = value
        for name in signature.required:
            if name not in self.given and f'"{name}"' not in meant:
                self.missing(name)

    def missing(self, name: str, hint: str = "") -> None:
        """A fault: an argument that must be there is not."""
        self.fault(f'{self.function}() has no "{name}"', hint=hint or _HOW_TO_GET.get(name, ""))

    # places

    @property
    def frames(self) -> Sequence[Frame]:
        """The calls that led here, outermost first; the last is the call itself."""
        if not self._frames:
            self._frames = frames(self._stack)
        return self._frames

    def where(self) -> tuple[Location, str]:
        """Where the call is, for people who look for what it made, and the variable it was given to.

        That is the innermost line of the file being evaluated that assigns to a variable; else the
        outermost line. So neither helpers of other files nor a ``return recipe(`` are named.
        """
        around = self.frames
        main = around[0].file
        text = self.texts[main]
        chosen, variable = 0, ""
        for index in range(len(around) - 1, -1, -1):
            if around[index].file == main and (variable := text.assigned_at(around[index].line)):
                chosen = index
                break
        frame = around[chosen]
        callee = around[chosen + 1].function if chosen + 1 < len(around) else self.function
        span = text.callee_at(frame.line, callee)
        return Location(main, span.line, span.column), variable

    def fault(
        self, message: str, *, hint: str = "", field: str = "", part: str = "", here: Span | None = None
    ) -> None:
        """Records what is wrong: with the call, with an argument, or with a part of a string in it."""
        self.sound = False
        frame = self.frames[-1]
        text = self.texts[frame.file]
        span = here
        if span is None and part:
            span = text.string(frame.line, self.function, field, part)
        if span is None and field:
            span = text.argument(frame.line, self.function, field)
        if span is None:
            span = text.callee_at(frame.line, self.function)
        self.faults.add(
            Fault(
                where=Location(frame.file, span.line, span.column),
                message=message,
                hint=hint,
                width=span.width,
                through=through(self.frames, self.texts),
            )
        )

    def wrong(self, field: str, wanted: str, value: Any, hint: str = "") -> None:
        """A fault: an argument of the wrong type."""
        what = f'"{field}" of {self.function}()' if field else f"an argument of {self.function}()"
        self.fault(f"{what} must be {wanted}, not {describe(value)}", field=field, hint=hint)

    # arguments

    def text(self, field: str, default: str = "") -> str:
        value = self.given.get(field, default)
        if isinstance(value, str):
            return value
        self.wrong(field, "text", value)
        return default

    def texts_of(self, field: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of text."""
        value = self.given.get(field, default)
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return tuple(value)
        if isinstance(value, list):
            value = next(item for item in value if not isinstance(item, str))
            self.wrong(field, "a list of text", [value])
        else:
            hint = f'write {field} = ["{value}"]' if isinstance(value, str) else ""
            self.wrong(field, "a list of text", value, hint)
        return default

    def flag(self, field: str) -> bool:
        value = self.given.get(field, False)
        if isinstance(value, bool):
            return value
        self.wrong(field, "True or False", value)
        return False

    def number(self, field: str, default: int, *, least: int = 0) -> int:
        value = self.given.get(field, default)
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(field, "a whole number", value)
            return default
        if not least <= value < _MOST:
            self.fault(f'"{field}" of {self.function}() cannot be {value}', field=field)
            return default
        return value

    def pairs(self, field: str) -> tuple[tuple[str, str], ...]:
        """A dict of text to text, sorted by name."""
        value = self.given.get(field) or {}
        if not isinstance(value, dict) or "_kind" in value:
            self.wrong(field, "a dict of text", value)
            return ()
        for name, item in value.items():
            if not isinstance(item, str):
                self.wrong(field, "a dict of text", {name: item})
                return ()
        return tuple(sorted(value.items()))

    def bytes_of(self, field: str) -> int | None:
        """A size: a number of bytes, or text such as "512M" or "2G" (powers of 1024)."""
        value = self.given.get(field)
        if value is None:
            return None
        if isinstance(value, str) and (match := _SIZE.fullmatch(value)):
            size = float(match[1]) * _UNITS[match[2]]
            if size < _MOST:
                return int(size)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _MOST:
            return value
        self.wrong(field, 'a number of bytes, or text such as "2G"', value)
        return None

    def name(self, field: str) -> str:
        """Text that can be part of a store path."""
        value = self.text(field)
        if field in self.given and isinstance(self.given[field], str) and not NAME.fullmatch(value):
            self.fault(
                f'"{value}" cannot be a {field}' if value else f'"{field}" of {self.function}() is empty',
                field=field,
                part=value,
                hint="letters, digits and + _ . - only, and no + . - at its beginning",
            )
        elif len(value) > 80:
            self.fault(f"a {field} of {len(value)} characters is too long", field=field, hint="at most 80")
        return value


def through(around: Sequence[Frame], texts: Mapping[str, Text]) -> tuple[Location, ...]:
    """The calls before the last as places, outermost first."""
    places = []
    for frame, following in pairwise(around):
        callee = following.function
        span = texts[frame.file].callee_at(frame.line, callee) if frame.file in texts else Span(frame.line, 1)
        places.append(Location(frame.file, span.line, span.column))
    return tuple(places)


def describe(value: Any) -> str:
    """What a value is, for people."""
    match value:
        case None:
            return "None"
        case bool():
            return str(value)
        case int() | float():
            return f"the number {value}"
        case str():
            return f'the text "{value}"' if len(value) < 40 else "text"
        case list() | tuple():
            return f"a list of {_plain(value[0])}" if value else "an empty list"
        case dict() if "_kind" in value:
            return f"a {value['_kind']}()"
        case dict() if value:
            return f"a dict of {_plain(next(iter(value.values())))}"
    return "an empty dict"


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return "text"
    return "numbers" if isinstance(value, int | float) and not isinstance(value, bool) else describe(value)
