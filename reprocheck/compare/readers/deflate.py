"""Deflated data (RFC 1950, RFC 1951) in the middle of a content."""

from __future__ import annotations

import zlib

from reprocheck.compare.bounds import Refused
from reprocheck.compare.content import Content, Spool

RAW, ZLIB = -zlib.MAX_WBITS, zlib.MAX_WBITS
"""Without a header, and with zlib's."""

_PIECE = 1 << 18


def inflate(content: Content, at: int, kind: int, spool: Spool) -> int:
    """Unpacks the data that begin at `at` into a spool; gives where they end. Refused for damage."""
    inflate = zlib.decompressobj(kind)
    while not inflate.eof:
        data = content.read(at, _PIECE)
        if not data:
            raise Refused("the compressed data end too soon")
        at += len(data)
        while data and not inflate.eof:
            try:
                spool.write(inflate.decompress(data, _PIECE))
            except zlib.error as error:
                raise Refused(f"the compressed data are damaged: {error}") from error
            data = inflate.unconsumed_tail
    return at - len(inflate.unused_data)
