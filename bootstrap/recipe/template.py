"""Store paths in commands: ``{name}`` stands for an input or output, ``{{`` and ``}}`` for braces.

{musl}        the store path of the input named "musl"
{musl.dev}    of the input named "musl.dev": the output "dev" of recipe musl
{out}, {dev}  of this build's own outputs, at their scratch paths while it runs
{cores}       how many cores this build may use now; does not enter the id
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_NOT_IN_VARIABLES = re.compile(r"[-.+]")


def names(text: str) -> list[str]:
    """The names a template mentions, in order; ValueError for a brace that stands alone."""
    found = []
    for match in _PIECE.finditer(text):
        if match[0] in ("{", "}"):
            raise ValueError(f'a single "{match[0]}"; write "{match[0] * 2}" for the character')
        if match[1] is not None:
            found.append(match[1])
    return found


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every name replaced by its value; KeyError for an unknown name."""

    def piece(match: re.Match[str]) -> str:
        return values[match[1]] if match[1] is not None else match[0][0]

    return _PIECE.sub(piece, text)


def literal(text: str) -> str:
    """The template that gives this very text."""
    return text.replace("{", "{{").replace("}", "}}")


def variable(name: str) -> str:
    """The environment variable that holds the store path of an input or output: musl.dev, musl_dev."""
    return _NOT_IN_VARIABLES.sub("_", name)
