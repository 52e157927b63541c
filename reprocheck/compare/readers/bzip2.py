"""bzip2 (bzip2(1)): the size of its blocks, the contents."""

from __future__ import annotations

from reprocheck.compare.bounds import Budget
from reprocheck.compare.content import Content, unpacked
from reprocheck.compare.part import Part


def parse(content: Content, budget: Budget) -> list[Part]:
    """See `reprocheck.compare.part.Parse`."""
    content.exactly(0, 4)
    return [
        Part(
            label="bzip2 header: block size",
            start=3,
            size=1,
            value=lambda data: f"{data.decode('latin-1')}00 kB",
        ),
        Part(
            label="bzip2: compressed data",
            start=4,
            size=content.size - 4,
            name=b"",
            content=unpacked(content, ".bz2", budget),
        ),
    ]
