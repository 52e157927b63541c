"""The text of one recipe file, and where in it a call, an argument or a string stands.

Starlark tells a called function the lines it was called from, but neither columns nor which
argument stands where. So a fault is pinpointed by reading the file once more as Python, of whose
grammar recipe files use a part. That is done for faults only; where it fails, a fault points at
the line.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from functools import cached_property

_ASSIGNED = re.compile(r"\s*([A-Za-z_]\w*)\s*=(?!=)")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line: line and column from 1, and its width in characters."""

    line: int
    column: int
    width: int = 1


class Text:
    """A recipe file's text."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def line(self, number: int) -> str:
        """That line without its end; "" if there is none."""
        return self.lines[number - 1].rstrip("\r") if 0 < number <= len(self.lines) else ""

    def assigned_at(self, number: int) -> str:
        """The variable that a line assigns to, or ""."""
        match = _ASSIGNED.match(self.line(number))
        return match[1] if match else ""

    def callee_at(self, number: int, callee: str) -> Span:
        """Where a function is called on that line; the start of the line if it has an alias there."""
        line = self.line(number)
        at = line.find(callee + "(") if callee else -1
        while at > 0 and (line[at - 1].isalnum() or line[at - 1] in "_."):
            at = line.find(callee + "(", at + 1)
        if at >= 0:
            return Span(number, at + 1, len(callee))
        indent = len(line) - len(line.lstrip())
        return Span(number, indent + 1, max(1, len(line.strip())))

    def argument(self, number: int, callee: str, field: str) -> Span | None:
        """Where the argument ``field = ...`` of the call on that line stands."""
        for call in self._calls(number, callee):
            for keyword in call.keywords:
                if keyword.arg == field:
                    return self._span(keyword.lineno, keyword.col_offset, len(field))
        return None

    def string(self, number: int, callee: str, field: str, part: str) -> Span | None:
        """Where `part` stands inside a string of that argument, or of the file if of none there."""
        places: list[ast.AST] = []
        for call in self._calls(number, callee):
            places += [k.value for k in call.keywords if k.arg == field] if field else [call]
            places += [call]
        if self._tree is not None:
            places.append(self._tree)
        for place in places:
            for node in ast.walk(place):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and part in node.value:
                    return self._inside(node, part)
        return None

    def load(self, module: str, symbol: str = "") -> Span | None:
        """Where a ``load()`` names that module (or a symbol of it)."""
        for node in ast.walk(self._tree) if self._tree else ():
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            first = node.args[0]
            if node.func.id != "load" or not isinstance(first, ast.Constant) or first.value != module:
                continue
            for constant in ast.walk(node) if symbol else (first,):
                if isinstance(constant, ast.Constant) and constant.value == (symbol or module):
                    return self._inside(constant, symbol or module)
        return None

    def unclosed(self) -> Span | None:
        """Where a bracket is opened that is never closed."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(self.text)
        except SyntaxError as error:
            if error.lineno and error.offset and "never closed" in error.msg:
                return Span(error.lineno, error.offset)
        except (ValueError, RecursionError, MemoryError):
            pass
        return None

    @cached_property
    def _tree(self) -> ast.Module | None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return ast.parse(self.text)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return None

    def _calls(self, number: int, callee: str) -> list[ast.Call]:
        found = []
        for node in ast.walk(self._tree) if self._tree else ():
            if isinstance(node, ast.Call) and node.lineno == number:
                name = node.func.id if isinstance(node.func, ast.Name) else ""
                found.append((name != callee, node.col_offset, node))
        return [node for _, _, node in sorted(found, key=lambda item: item[:2])]

    def _inside(self, node: ast.Constant, part: str) -> Span:
        last = node.end_lineno or node.lineno
        for number in range(node.lineno, last + 1):
            line = self.line(number)
            start = self._characters(number, node.col_offset) if number == node.lineno else 0
            at = line.find(part, start)
            if at >= 0:
                return Span(number, at + 1, len(part))
        return self._span(node.lineno, node.col_offset, 1)

    def _span(self, number: int, offset: int, width: int) -> Span:
        return Span(number, self._characters(number, offset) + 1, width)

    def _characters(self, number: int, offset: int) -> int:
        """`ast` counts columns in bytes of UTF-8."""
        return len(self.line(number).encode()[:offset].decode("utf-8", "replace"))
