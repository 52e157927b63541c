"""What bytes look like, where no known value stands in them: which causes leave such traces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TEMPORARY = re.compile(
    rb"(?:(?:tmp|temp)[.\-_]?[0-9A-Za-z_]{6,12}|cc[0-9A-Za-z]{6}\.(?:[cosi]|ltrans\d*|res|ld|le)|"
    rb"[\w-]+\.[0-9A-Za-z]{6}(?=[/\s\"'\0]|$)|/tmp/[^/\s\0\"']*[0-9A-Za-z_]{6,})"
)
_UUID = re.compile(rb"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")
_DIGEST = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Fa-f]{16,128}(?![0-9A-Za-z])")
_POINTER = re.compile(rb"(?:0x)?(?:7[ef][0-9a-f]{10}|5[56][0-9a-f]{10})(?![0-9a-f])|\(nil\)")
_POINTER_TOPS = (b"\x7f\0\0", b"\x7e\0\0", b"\x55\0\0", b"\x56\0\0")
"""Bits 40 to 63 of addresses of libraries and stack, and of a program, on x86-64 and AArch64."""
_NUMBER = re.compile(rb"(?<![0-9A-Za-z.])\d{1,12}(?:\.\d{1,9})?(?![0-9A-Za-z])")
_DURATION = re.compile(
    rb"(?<![0-9.])(\d{1,6}\.\d{1,9})(?: ?(?:s|ms|sec|seconds)\b)?|(\d{1,9}) ?(?:ns|us|ms|s)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a differing place looks like."""

    causes: tuple[str, ...]
    """Names of `reprocheck.cause`, the most likely first."""
    start: int
    end: int
    text: str
    """For people: "a pointer"."""
    strength: float


def shapes(data: bytes, start: int, end: int) -> Iterator[Shape]:
    """Of the bytes from `start` to `end`, looked at in their surroundings."""
    for pattern, causes, text, strength in (
        (_UUID, ("rng",), "a UUID", 0.6),
        (_POINTER, ("aslr",), "an address of memory", 0.7),
        (_TEMPORARY, ("tmpname", "rng"), "the name of a temporary file", 0.6),
        (_DIGEST, ("rng",), "hexadecimal digits of a digest or of random bytes", 0.3),
        (_DURATION, ("time.elapsed", "benchmark"), "a duration", 0.5),
        (_NUMBER, ("pid", "time.elapsed", "benchmark"), "a number", 0.1),
    ):
        for match in pattern.finditer(data):
            if match.start() < max(end, start + 1) and match.end() > start:
                yield Shape(causes=causes, start=match.start(), end=match.end(), text=text, strength=strength)
    for at in range(max(start - 7, 0), min(end, len(data) - 7)):
        if data[at + 5 : at + 8] in _POINTER_TOPS and any(data[at : at + 5]):
            text = "an address, as 8 bytes"
            yield Shape(causes=("aslr", "uninit"), start=at, end=at + 8, text=text, strength=0.5)
            return
