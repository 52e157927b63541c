"""Compressed streams: the first byte says which. What the standard library reads, too, is the same."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib

from bootstrap.fetch.decompress import COMPRESSIONS, Stream
from bootstrap.fetch.member import Refused
from fuzz.scratch import BOUNDS

LONGEST = 2048

_KINDS = tuple(COMPRESSIONS)
_THEIRS = {".gz": gzip.decompress, ".bz2": bz2.decompress, ".xz": lzma.decompress}


def try_one(data: bytes) -> None:
    kind = _KINDS[data[0] % len(_KINDS)] if data else ""
    whole = _read(data[1:], kind, 1 << 16)
    assert _read(data[1:], kind, 7) == whole
    if whole is not None and kind in _THEIRS and data[1:].strip(b"\0"):
        try:
            theirs = _THEIRS[kind](data[1:])
        except (OSError, EOFError, zlib.error, lzma.LZMAError):
            return
        assert theirs == whole


def _read(data: bytes, kind: str, size: int) -> bytes | None:
    """All that comes out, read in pieces of a size; None if it is refused."""
    out = io.BytesIO()
    try:
        stream = Stream(io.BytesIO(data), kind, BOUNDS)
        while piece := stream.peek(size):
            assert stream.read(len(piece)) == piece
            out.write(piece)
            out.write(b"".join(stream.take(0)))
            assert stream.tell() == out.tell()
        stream.drain()
    except Refused:
        return None
    return out.getvalue()
