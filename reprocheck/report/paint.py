"""Colour for lines on a terminal, or none."""

from __future__ import annotations

from typing import Literal, TextIO

from bootstrap.cli.say import has_colour

Colour = Literal["red", "green", "yellow", "bold", "dim", "inverse"]

_CODES: dict[Colour, str] = {
    "red": "31",
    "green": "32",
    "yellow": "33",
    "bold": "1",
    "dim": "2",
    "inverse": "7",
}


class Paint:
    """Called with a text and its colours, gives what is to be written."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour

    @classmethod
    def suiting(cls, stream: TextIO) -> Paint:
        """Colour where the stream is a terminal that wants it."""
        return cls(colour=has_colour(stream))

    def __call__(self, text: str, *colours: Colour) -> str:
        if not (self._colour and colours and text):
            return text
        codes = ";".join(_CODES[colour] for colour in colours)
        return f"\x1b[{codes}m{text}\x1b[0m"
