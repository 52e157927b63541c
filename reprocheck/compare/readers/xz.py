"""xz (The .xz File Format 1.2): the kind of check, the first block's filters, the contents."""

from __future__ import annotations

from reprocheck.compare.bounds import Budget
from reprocheck.compare.content import Content, unpacked
from reprocheck.compare.part import Part

_HEADER = 12
"""Bytes of a stream header."""
_CHECKS = {0: "none", 1: "CRC32", 4: "CRC64", 10: "SHA-256"}


def parse(content: Content, budget: Budget) -> list[Part]:
    """See `reprocheck.compare.part.Parse`."""
    head = content.exactly(0, _HEADER + 1)
    block = 4 * (head[_HEADER] + 1) if head[_HEADER] else 0
    content.exactly(_HEADER, block)
    start = _HEADER + block
    return [
        Part(
            label="xz header: check", start=6, size=2, value=lambda data: _CHECKS.get(data[1], str(data[1]))
        ),
        Part(label="xz header: CRC32", start=8, size=4, value=bytes.hex, follows=True),
        Part(label="xz block header: filters", start=_HEADER, size=block, value=bytes.hex),
        Part(
            label="xz: compressed data",
            start=start,
            size=content.size - start,
            name=b"",
            content=unpacked(content, ".xz", budget),
        ),
    ]
