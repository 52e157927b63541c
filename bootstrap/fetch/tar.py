"""tar archives (POSIX ustar and pax, GNU), compressed or not: headers by `tarfile`, data by us.

`tarfile` in Python 3.11 takes a damaged header in the middle for the end of the archive, and reads
data by seeking back and forth; so headers are read one by one with `TarInfo.fromtarfile`, from a
stream that only goes forwards.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from bootstrap.fetch.decompress import PIECE, Stream
from bootstrap.fetch.member import Bounds, Data, Format, Kind, Member, Refused

_END = bytes(tarfile.BLOCKSIZE)

_GLOBAL_MAX = 100
"""Fields of global pax headers, which stay in memory; git-archive(1) writes one."""

_RECORD = re.compile(rb"([0-9]{1,7}) [^=]+=")
"""The beginning of a pax record, up to its value; the number counts all of it, with its newline."""

_WRONG = (tarfile.TarError, ValueError, LookupError, ArithmeticError, EOFError, RecursionError)
"""What `tarfile` raises for headers that are none."""


def tar(compression: str) -> Format:
    """The format of tar archives compressed in this way ("" for not at all)."""

    def members(file: BinaryIO, bounds: Bounds) -> Iterator[Member]:
        stream = Stream(file, compression, bounds)
        for info in _headers(stream):
            try:
                name = _bytes(info.name)
                member = _member(name, info, stream)
            except ValueError as error:
                raise Refused(f"a name in its header cannot be read: {error}") from error
            except Refused as refused:
                raise Refused(str(refused), member=name) from None
            yield member
        stream.drain()

    return members


def _headers(stream: Stream) -> Iterator[tarfile.TarInfo]:
    """Every header, the stream standing at the member's data."""
    try:
        # The constructor reads the first header; `next` then gives that one.
        archive = tarfile.TarFile(
            fileobj=cast(IO[bytes], stream),
            mode="r",
            tarinfo=_Header,
            encoding="utf-8",
            errors="surrogateescape",
        )
    except _WRONG as error:
        raise Refused(f"not a tar archive: {error}") from error
    info = archive.next()
    while info is not None:
        if info.size < 0:
            raise Refused("its size is negative", member=_bytes(info.name))
        if len(archive.pax_headers) > _GLOBAL_MAX:
            raise Refused(f"the archive has more than {_GLOBAL_MAX} fields that hold for all members")
        yield info
        stream.seek(archive.offset)
        info = _next(archive, stream)


def _next(archive: tarfile.TarFile, stream: Stream) -> tarfile.TarInfo | None:
    at = stream.tell()
    block = stream.peek(tarfile.BLOCKSIZE)
    if not block or block == _END:  # GNU tar takes the end of the file, too, for the end
        return None
    try:
        return _Header.fromtarfile(archive)
    except _WRONG as error:
        raise Refused(f"damaged header at byte {at} of the tar archive: {error}") from error


class _Header(tarfile.TarInfo):
    """A header whose pax records make sense: Python before 3.11.10 passes over those that do not."""

    def _proc_pax(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        records = cast(Stream, archive.fileobj).peek(self.size)
        at = 0
        while at < len(records) and records[at]:
            found = _RECORD.match(records, at)
            end = at + int(found[1]) if found else 0
            if found is None or end <= found.end() or records[end - 1 : end] != b"\n":
                raise tarfile.TarError("a pax record that makes no sense")
            at = end
        return super()._proc_pax(archive)  # type: ignore[misc,no-any-return]


def _member(name: bytes, info: tarfile.TarInfo, stream: Stream) -> Member:
    if info.isdir():
        return Member(name=name, kind=Kind.DIRECTORY)
    if info.issym():
        return Member(name=name, kind=Kind.SYMLINK, link=_bytes(info.linkname))
    if info.islnk():
        return Member(name=name, kind=Kind.HARD_LINK, link=_bytes(info.linkname))
    if not info.isreg():
        what = {
            tarfile.CHRTYPE: "a character device",
            tarfile.BLKTYPE: "a block device",
            tarfile.FIFOTYPE: "a named pipe",
        }.get(info.type, f"of an unknown kind ({info.type!r})")
        raise Refused(f"is {what}")
    return Member(
        name=name,
        kind=Kind.FILE,
        size=info.size,
        executable=bool(info.mode & 0o111),
        data=_sparse(info, stream) if info.sparse is not None else _dense(info, stream),
    )


def _dense(info: tarfile.TarInfo, stream: Stream) -> Data:
    if stream.tell() != info.offset_data:
        raise Refused("the archive leads backwards")
    return stream.take(info.size)


def _sparse(info: tarfile.TarInfo, stream: Stream) -> Data:
    """A sparse file with its holes filled (GNU tar manual, "Storing Sparse Files")."""
    at = 0
    for offset, size in cast(list[tuple[int, int]], info.sparse):
        if not size:  # unused places of the map, and the one that marks the end
            continue
        if offset < at or size < 0:
            raise Refused("the map of its holes makes no sense")
        yield from _zeros(offset - at)
        yield from stream.take(size)
        at = offset + size
    if info.size < at:
        raise Refused("the map of its holes makes no sense")
    yield from _zeros(info.size - at)


def _zeros(size: int) -> Iterator[bytes]:
    piece = bytes(min(size, PIECE))
    while size > 0:
        yield piece[:size]
        size -= PIECE


def _bytes(name: str) -> bytes:
    """A name as it stood in the header; `tarfile` was told to decode it like this."""
    return name.encode("utf-8", "surrogateescape")
