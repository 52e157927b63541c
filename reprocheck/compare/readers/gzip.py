"""gzip (RFC 1952): the header's fields, the contents, the trailer.

Of several members in a row, the headers and trailers between are part of the compressed data.
"""

from __future__ import annotations

from reprocheck.compare.bounds import Budget, Refused
from reprocheck.compare.content import Content, Spool
from reprocheck.compare.part import Part
from reprocheck.compare.readers import fields as f
from reprocheck.compare.readers.deflate import RAW, inflate

_FHCRC, _FEXTRA, _FNAME, _FCOMMENT = 2, 4, 8, 16
_MAGIC = b"\x1f\x8b"
_TRAILER = 8
_TRAILER_FIELDS = (("CRC32", 0, 4, f.hexadecimal("little")), ("ISIZE", 4, 4, f.number("little")))
_LONGEST = 1 << 16
"""Bytes of a file name or comment."""
_SYSTEMS = {0: "FAT", 3: "Unix", 7: "Macintosh", 11: "NTFS", 255: "unknown"}
_LEVELS = {2: "slowest", 4: "fastest"}


def parse(content: Content, budget: Budget) -> list[Part]:
    """See `reprocheck.compare.part.Parse`."""
    parts, start = _header(content, 0)
    spool = Spool(budget)
    end = inflate(content, start, RAW, spool)
    content.exactly(end, _TRAILER)
    while content.read(end + _TRAILER, 2) == _MAGIC:
        budget.member()
        _, at = _header(content, end + _TRAILER)
        end = inflate(content, at, RAW, spool)
        content.exactly(end, _TRAILER)
    packed = Part(
        label="gzip: compressed data", start=start, size=end - start, name=b"", content=spool.content
    )
    trailer = f.fields("gzip trailer", end, _TRAILER_FIELDS, follows=("CRC32", "ISIZE"))
    return [*parts, packed, *trailer]


def _header(content: Content, at: int) -> tuple[list[Part], int]:
    """Its fields, and where the compressed data begin."""
    flags = content.exactly(at, 10)[3]
    parts = f.fields(
        "gzip header",
        at,
        (
            ("CM", 2, 1, f.number("little")),
            ("FLG", 3, 1, f.hexadecimal("little")),
            ("MTIME", 4, 4, f.epoch("little")),
            ("XFL", 8, 1, lambda data: _LEVELS.get(data[0], str(data[0]))),
            ("OS", 9, 1, lambda data: _SYSTEMS.get(data[0], str(data[0]))),
        ),
    )
    at += 10
    if flags & _FEXTRA:
        size = 2 + int.from_bytes(content.exactly(at, 2), "little")
        content.exactly(at, size)
        parts.append(Part(label="gzip header: FEXTRA", start=at, size=size, value=f.raw))
        at += size
    for flag, name in ((_FNAME, "FNAME"), (_FCOMMENT, "FCOMMENT")):
        if flags & flag:
            size = content.read(at, _LONGEST).find(b"\0") + 1
            if not size:
                raise Refused(f"{name} has no end")
            parts.append(Part(label=f"gzip header: {name}", start=at, size=size, value=f.text))
            at += size
    if flags & _FHCRC:
        content.exactly(at, 2)
        parts.append(Part(label="gzip header: CRC16", start=at, size=2, value=f.raw, follows=True))
        at += 2
    return parts, at
