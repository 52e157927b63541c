"""gzip, bzip2, xz and zstd as one stream that is read forwards, in bounded pieces, to its end.

Archives may be made to grow without end, so the decompressors are never asked for more than a
piece at a time, and what comes out is counted (`Bounds`). Streams that follow one another in a
file are one stream, as for the tools of these names; zero bytes between and after them are padding.
"""

from __future__ import annotations

import bz2
import io
import lzma
import sys
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from bootstrap.fetch.member import Bounds, Refused

PIECE = 1 << 18
"""Bytes of output at a time, at most."""

_INPUT = 1 << 16

_HEADER_MAX = 1 << 20
"""Bytes of one header, extensions (pax) included; names in it have 4 KiB at most."""

_XZ_MEMORY = 512 << 20
"""Bytes that xz may use; ``xz -9`` needs 65 MiB (xz(1)), a hostile header asks for 4 GiB."""

_ZSTD_WINDOW_LOG = 27
"""Of bytes of window: 128 MiB, what zstd(1) itself takes without ``--long``."""


class _Decompressor(Protocol):
    """One stream; the interface of `bz2.BZ2Decompressor` and `lzma.LZMADecompressor`."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


class _Gzip:
    """`zlib.decompressobj` for gzip (RFC 1952), with the interface of the other two."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = 0) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


def _xz() -> _Decompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)


def _lzma() -> _Decompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_XZ_MEMORY)


def _zstd() -> _Decompressor:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})


def _stored(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.read(PIECE), b"")


def _streams(new: Callable[[], _Decompressor]) -> Callable[[BinaryIO], Iterator[bytes]]:
    def pieces(file: BinaryIO) -> Iterator[bytes]:
        data = file.read(_INPUT)
        while data:
            one = new()
            while not one.eof:
                if one.needs_input and not data:
                    data = file.read(_INPUT)
                    if not data:
                        raise Refused("the compressed data end too soon")
                if out := one.decompress(data, PIECE):
                    yield out
                data = b""
            data = one.unused_data.lstrip(b"\0")
            while not data and (more := file.read(_INPUT)):
                data = more.lstrip(b"\0")

    return pieces


COMPRESSIONS: dict[str, Callable[[BinaryIO], Iterator[bytes]]] = {
    "": _stored,
    ".gz": _streams(_Gzip),
    ".bz2": _streams(bz2.BZ2Decompressor),
    ".xz": _streams(_xz),
    ".lzma": _streams(_lzma),
    ".zst": _streams(_zstd),
}
"""By the ending of a file's name."""


class Stream:
    """Decompressed bytes, read forwards. What is read may be less than asked for at the end only.

    Reads like a file as far as `tarfile` needs it: `read`, `tell`, and `seek` to what lies ahead.
    """

    def __init__(self, file: BinaryIO, compression: str, bounds: Bounds) -> None:
        self._pieces = COMPRESSIONS[compression](file)
        self._bounds = bounds
        start = file.tell()
        self._packed = file.seek(0, io.SEEK_END) - start
        file.seek(start)
        self._piece = memoryview(b"")
        self._at = 0
        self._out = 0

    def tell(self) -> int:
        """Bytes read so far."""
        return self._at

    def seek(self, position: int) -> int:
        """Go ahead to a position; Refused if it lies behind or beyond the end."""
        if position < self._at:
            raise Refused("the archive leads backwards")
        for _ in self.take(position - self._at):
            pass
        return self._at

    def read(self, size: int) -> bytes:
        """The next bytes, for headers: Refused beyond what an honest one has."""
        if not 0 <= size <= _HEADER_MAX:
            raise Refused(f"a header of the archive claims {size} bytes")
        if size <= len(self._piece):
            self._at += size
            data = bytes(self._piece[:size])
            self._piece = self._piece[size:]
            return data
        return b"".join(self._some(size))

    def peek(self, size: int) -> bytes:
        """The next bytes, which stay to be read."""
        if self._fill() and len(self._piece) < size:
            data = self.read(size)
            self._at -= len(data)
            self._piece = memoryview(data + self._piece)
        return bytes(self._piece[:size])

    def take(self, size: int) -> Iterator[memoryview]:
        """The next bytes, piece by piece; Refused if there are not so many."""
        end = self._at + size
        yield from self._some(size)
        if self._at < end:
            raise Refused("the archive ends too soon")

    def drain(self) -> None:
        """Read to the end, so that checksums there are checked."""
        while self._fill():
            self._at += len(self._piece)
            self._piece = memoryview(b"")

    def _some(self, size: int) -> Iterator[memoryview]:
        while size and self._fill():
            piece = self._piece[:size]
            self._piece = self._piece[len(piece) :]
            self._at += len(piece)
            size -= len(piece)
            yield piece

    def _fill(self) -> bool:
        while not self._piece:
            try:
                piece = next(self._pieces, b"")
            except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
                raise Refused(f"the compressed data are damaged: {error}") from error
            except Exception as error:
                if type(error).__name__ != "ZstdError":  # imported with zstd only
                    raise
                raise Refused(f"the compressed data are damaged: {error}") from error
            if not piece:
                return False
            self._out += len(piece)
            bounds = self._bounds
            if self._out > bounds.size:
                raise Refused(f"the archive unpacks to more than {bounds.size} bytes")
            if self._out > bounds.ratio_from and self._out > bounds.ratio * self._packed:
                raise Refused(f"the archive unpacks to more than {bounds.ratio} times its size")
            self._piece = memoryview(piece)
        return True
