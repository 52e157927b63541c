"""PNG (W3C, Portable Network Graphics, third edition, 5.3): its chunks."""

from __future__ import annotations

import datetime

from reprocheck.compare.bounds import Budget, Refused
from reprocheck.compare.content import Content
from reprocheck.compare.difference import shown
from reprocheck.compare.part import Part

_SIGNATURE = 8
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")


def parse(content: Content, budget: Budget) -> list[Part]:
    """See `reprocheck.compare.part.Parse`."""
    parts: list[Part] = []
    at = _SIGNATURE
    while at < content.size:
        budget.member()
        head = content.exactly(at, 8)
        size, kind = int.from_bytes(head[:4], "big"), head[4:]
        if at + 12 + size > content.size:
            raise Refused(f"a chunk claims {size} bytes")
        parts.append(_chunk(content, at, size, kind))
        at += 12 + size
        if kind == b"IEND":
            break
    return parts


def _chunk(content: Content, at: int, size: int, kind: bytes) -> Part:
    title = f"PNG {shown(kind)} chunk"
    if kind in _TEXTS:
        title += f" {shown(content.read(at + 8, min(size, 80)).split(bytes(1), 1)[0])}"
    value = {b"tIME": _time, b"tEXt": _text}.get(kind)
    parts = [
        Part(label=f"{title}: length", start=at, size=4, value=bytes.hex, follows=True),
        Part(label=title, start=at + 8, size=size, value=value),
        Part(label=f"{title}: CRC", start=at + 8 + size, size=4, value=bytes.hex, follows=True),
    ]
    return Part(label=title, start=at, size=12 + size, parts=lambda: parts)


def _time(data: bytes) -> str:
    """11.3.5.1 tIME."""
    try:
        when = datetime.datetime(int.from_bytes(data[:2], "big"), *data[2:7])
    except (ValueError, TypeError):
        return data.hex()
    return f"{when:%Y-%m-%d %H:%M:%S}"


def _text(data: bytes) -> str:
    """11.3.4.3 tEXt: keyword, NUL, Latin-1 text."""
    return data.partition(b"\0")[2].decode("latin-1")
