"""The ways in which a program may write a value: what to look for in bytes, and how far to trust it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote_from_bytes

from reprocheck.variation.model import Mark

_SHORT = 4
"""Characters of a text, digits of a number, below which it may stand there by accident."""
_SEPARATORS = rb"[/#_!.:-]"
"""What tools put for the slashes of a path to make one file name of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """One way to write one value."""

    pattern: re.Pattern[bytes]
    how: str
    """For people: "in base64"; "" for as it is."""
    strength: float
    """From 0, may well be there by accident, to 1."""


@lru_cache(maxsize=4096)
def spellings(mark: Mark) -> tuple[Spelling, ...]:
    """All that are looked for; the plainest first."""
    return tuple(_of_number(mark) if isinstance(mark, int) else _of_bytes(mark))


def _of_bytes(mark: str | bytes) -> Iterator[Spelling]:
    data = mark.encode("utf-8", "surrogateescape") if isinstance(mark, str) else mark
    if not data:
        return
    strength = 1.0 if len(data) >= _SHORT else 0.2 * len(data)
    whole = re.escape(data)
    if len(data) < _SHORT:
        whole = rb"(?<![0-9A-Za-z])" + whole + rb"(?![0-9A-Za-z])"
    yield Spelling(pattern=re.compile(whole), how="", strength=strength)
    if len(data) < _SHORT:
        return
    if b"/" in data:
        mangled = _SEPARATORS.join(re.escape(part) for part in data.strip(b"/").split(b"/"))
        if len(data.strip(b"/")) >= 2 * _SHORT:
            yield Spelling(pattern=re.compile(mangled), how="with its slashes replaced", strength=0.9)
    if data.isascii() and data.lower() != data.upper():
        yield Spelling(pattern=re.compile(whole, re.IGNORECASE), how="in other case", strength=0.9)
        for order in ("utf-16-le", "utf-16-be", "utf-32-le"):
            wide = re.escape(data.decode("ascii").encode(order))
            yield Spelling(pattern=re.compile(wide), how=f"in {order[:6].upper()}", strength=1.0)
    yield Spelling(
        pattern=re.compile(re.escape(data.hex().encode()), re.IGNORECASE), how="in hexadecimal", strength=1.0
    )
    for skipped in range(3):
        digits = base64.b64encode(bytes(skipped) + data)
        core = digits[-(-skipped * 8 // 6) : (skipped + len(data)) * 8 // 6]
        if len(core) > _SHORT:
            # Digits at its ends hold bits of what stands beside it as well.
            pattern = rb"[0-9A-Za-z+/]?" + re.escape(core) + rb"[0-9A-Za-z+/]?"
            yield Spelling(pattern=re.compile(pattern), how="in base64", strength=1.0)
    for safe in ("", "/"):
        escaped = quote_from_bytes(data, safe).encode()
        if escaped != data:
            yield Spelling(
                pattern=re.compile(re.escape(escaped), re.IGNORECASE), how="percent-escaped", strength=1.0
            )


def _of_number(mark: int) -> Iterator[Spelling]:
    decimal = str(abs(mark)).encode()
    whole = min(len(decimal) / 5, 1.0)
    yield Spelling(pattern=_digits(rb"0-9", decimal), how="", strength=whole)
    octal = f"{abs(mark):o}".encode()
    if len(octal) > 2:
        yield Spelling(pattern=_digits(rb"0-7", octal), how="in octal", strength=min(len(octal) / 6, 0.9))
    digits = f"{abs(mark):x}".encode()
    if len(digits) > 1:
        pattern = re.compile(
            rb"(?<![0-9a-f])(?:0x)?0*" + digits + rb"(?![0-9a-f])",
            re.IGNORECASE,
        )
        yield Spelling(pattern=pattern, how="in hexadecimal", strength=min(len(digits) / 6, 0.9))
    for size in (4, 8):
        if not -(1 << (8 * size - 1)) <= mark < 1 << (8 * size - 1):
            continue
        for order, how in (("little", "little-endian"), ("big", "big-endian")):
            data = mark.to_bytes(size, "little" if order == "little" else "big", signed=True)
            strength = 0.15 if abs(mark) < 1 << 8 else 0.5 if abs(mark) < 1 << 16 else 0.95
            yield Spelling(
                pattern=re.compile(re.escape(data)), how=f"as {size} bytes, {how}", strength=strength
            )


def _digits(kind: bytes, digits: bytes) -> re.Pattern[bytes]:
    """A number that stands alone, with zeros before it or not."""
    return re.compile(rb"(?<![" + kind + rb"])0*" + digits + rb"(?![" + kind + rb"])")
