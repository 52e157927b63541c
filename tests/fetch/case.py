"""A hostile archive, what must come of it, and what came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bootstrap.fetch.member import Bounds
from tests.fetch.trees import Tree


@dataclass(frozen=True, slots=True)
class Case:
    """An archive, and what must come of it: `refused` (a regular expression that the error's
    message matches after the archive's name) or `tree` (what is laid out, and nothing else)."""

    name: str
    file: str
    data: Callable[[], bytes]
    refused: str = ""
    tree: Tree | None = None
    names: int | None = None
    """How many there are, where a tree would be long."""
    bounds: Bounds = field(default_factory=Bounds)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case."""

    case: Case
    refused: str | None
    """The error's message, or None if the archive was laid out."""
    fault: str
    """What was not as it must be; empty if all was."""


def file(contents: bytes = b"", mode: int = 0o644) -> tuple[object, ...]:
    return ("file", mode, contents)


DIRECTORY = ("directory", 0o755)


def link(target: bytes) -> tuple[object, ...]:
    return ("link", target)


A = {b"a": file(b"A")}
