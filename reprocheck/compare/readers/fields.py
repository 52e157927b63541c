"""What readers of several formats share: fields at fixed places, and how people read their values."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Literal

from reprocheck.compare.difference import shown
from reprocheck.compare.part import Part

Order = Literal["little", "big"]
Spell = Callable[[bytes], str]
"""How people read the bytes of a field."""


def number(order: Order) -> Spell:
    """An unsigned integer, decimal."""
    return lambda data: str(int.from_bytes(data, order))


def hexadecimal(order: Order) -> Spell:
    """An unsigned integer, hexadecimal: for flags."""
    return lambda data: f"{int.from_bytes(data, order):#x}"


def text(data: bytes) -> str:
    """Text that ends at the first NUL, or with spaces."""
    return shown(data.split(b"\0", 1)[0].rstrip(b" "))


def raw(data: bytes) -> str:
    """Hexadecimal digits, as for checksums."""
    return data.hex()


def moment(seconds: int) -> str:
    """A time in seconds since the epoch."""
    try:
        time = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    except (ValueError, OverflowError, OSError):
        return str(seconds)
    return f"{time:%Y-%m-%d %H:%M:%S} UTC ({seconds})"


def epoch(order: Order) -> Spell:
    """A time as an unsigned integer of seconds since the epoch."""
    return lambda data: moment(int.from_bytes(data, order))


Field = tuple[str, int, int, Spell]
"""Name, offset, size in bytes, and how people read it."""


def fields(prefix: str, start: int, table: Iterable[Field], *, follows: Iterable[str] = ()) -> list[Part]:
    """The parts of a header that begins at `start`; those named in `follows` follow from others."""
    return [
        Part(label=f"{prefix}: {name}", start=start + offset, size=size, value=value, follows=name in follows)
        for name, offset, size, value in table
    ]
