"""Faults of recipe files, collected and told together: place, source line, caret, what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bootstrap.errors import RecipeError
from bootstrap.recipe.model import Location
from bootstrap.recipe.text import Text

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would steer a terminal, or turn the direction of writing, if a recipe's text held it."""


_AROUND = 150
"""Characters of a line that are shown before and after its fault, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong in a file."""

    where: Location
    message: str
    hint: str = ""
    width: int = 1
    """How many characters the caret marks."""
    through: tuple[Location, ...] = ()
    """The calls that led there, outermost first."""


class Faults:
    """The faults found so far. The same one, met again by another way, counts once."""

    def __init__(self) -> None:
        self._found: dict[tuple[Location, str], Fault] = {}

    def add(self, fault: Fault) -> None:
        self._found.setdefault((fault.where, fault.message), fault)

    def __bool__(self) -> bool:
        return bool(self._found)

    def sorted(self) -> list[Fault]:
        """By file, line and column."""
        return [self._found[key] for key in sorted(self._found)]

    def raise_any(self, texts: Mapping[str, Text]) -> None:
        """RecipeError that tells all of them, if there are any."""
        if self._found:
            told = [tell(fault, texts.get(fault.where.file)) for fault in self.sorted()]
            count = f"\n\n{len(told)} faults" if len(told) > 1 else ""
            raise RecipeError("\n\n".join(told) + count)


def _excerpt(line: str, column: int) -> tuple[str, int]:
    """A line that people can read, and the column there: of a very long one what is around it."""
    start = max(0, column - 1 - _AROUND) if len(line) > 2 * _AROUND else 0
    return line[start : start + 2 * _AROUND], column - start


def tell(fault: Fault, text: Text | None) -> str:
    """A fault as people read it, over several lines."""
    where = fault.where
    lines = [f"{where}: {fault.message}"]
    if text is not None and text.line(where.line).strip():
        number = str(where.line)
        line, column = _excerpt(text.line(where.line), where.column)
        before = "".join("\t" if c == "\t" else " " for c in line[: column - 1])
        carets = "^" * max(1, min(fault.width, len(line) - column + 1))
        lines.append(f"   {number} | {line}")
        lines.append(f"   {' ' * len(number)} | {before}{carets}")
    lines += [f"   called from {caller}" for caller in reversed(fault.through)]
    lines += [f"   {line}" for line in fault.hint.splitlines()]
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", "\n".join(lines))
