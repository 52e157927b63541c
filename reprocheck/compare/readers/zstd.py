"""Zstandard (RFC 8878): the first frame's header, the contents."""

from __future__ import annotations

from reprocheck.compare.bounds import Budget
from reprocheck.compare.content import Content, unpacked
from reprocheck.compare.part import Part

_MAGIC = 4


def parse(content: Content, budget: Budget) -> list[Part]:
    """See `reprocheck.compare.part.Parse`."""
    descriptor = content.exactly(_MAGIC, 1)[0]
    single = descriptor >> 5 & 1
    window = 0 if single else 1
    dictionary = (0, 1, 2, 4)[descriptor & 3]
    size = (single, 2, 4, 8)[descriptor >> 6]
    content.exactly(_MAGIC + 1, window + dictionary + size)
    at = _MAGIC + 1
    parts = [Part(label="zstd frame header: descriptor", start=_MAGIC, size=1, value=bytes.hex)]
    for name, length in (("window", window), ("dictionary id", dictionary), ("content size", size)):
        if length:
            follows = name == "content size"
            label = f"zstd frame header: {name}"
            parts.append(Part(label=label, start=at, size=length, value=bytes.hex, follows=follows))
            at += length
    packed = Part(
        label="zstd: compressed data",
        start=at,
        size=content.size - at,
        name=b"",
        content=unpacked(content, ".zst", budget),
    )
    return [*parts, packed]
