"""Debian binary packages (deb(5)): the ``data.tar`` of an ar archive; ``control.tar`` is ignored.

The links of a package are meant from the root of the system it is installed on; the tree stands in
for that root, so a link to an absolute name becomes the relative one to the same place in the tree.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from bootstrap.fetch.decompress import COMPRESSIONS
from bootstrap.fetch.member import Bounds, Kind, Member, Refused
from bootstrap.fetch.tar import tar

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_MAGIC = b"!<arch>\n"
_HEADER = 60
"""Bytes of an ar header: name 16, mtime 12, uid 6, gid 6, mode 8, size 10, "`\\n" (ar(5))."""


def deb(file: BinaryIO, bounds: Bounds) -> Iterator[Member]:
    """The members of a package's ``data.tar``."""
    found: tuple[str, int, int] | None = None
    for name, start, size in parts(file):
        if not name.startswith(b"data.tar"):
            continue
        if found is not None:
            raise Refused("the package has two data.tar")
        compression = name.removeprefix(b"data.tar").decode("ascii", "replace")
        if compression not in COMPRESSIONS:
            raise Refused(f"the package's data.tar{compression} is of an unknown compression")
        found = compression, start, size
    if found is None:
        raise Refused("the package has no data.tar")
    compression, start, size = found
    section = io.BufferedReader(_Section(file, start, size), 1 << 16)
    for member in tar(compression)(section, bounds):
        if member.kind is Kind.SYMLINK and member.link.startswith(b"/"):
            member = replace(member, link=_relative(member.name, member.link))
        yield member


def parts(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Name, offset and size of each member of an ar archive, as deb(5) has them: no long names."""
    if file.read(len(_MAGIC)) != _MAGIC:
        raise Refused("not an ar archive")
    end = file.seek(0, io.SEEK_END)
    at = len(_MAGIC)
    first = True
    while at < end:
        file.seek(at)
        header = file.read(_HEADER)
        digits = header[48:58].rstrip(b" ")
        if len(header) < _HEADER or header[58:] != b"`\n" or not digits.isdigit():
            raise Refused(f"damaged header at byte {at} of the ar archive")
        name = header[:16].rstrip(b" ").removesuffix(b"/")
        size = int(digits)
        start = at + _HEADER
        if start + size > end:
            raise Refused("the ar archive ends too soon")
        if first and name != b"debian-binary":
            raise Refused("not a Debian package: its first part is not debian-binary")
        first = False
        yield name, start, size
        at = start + size + size % 2
    if first:
        raise Refused("not a Debian package: it is empty")


class _Section(io.RawIOBase):
    """A part of an open file, as a file; nothing else may read the file meanwhile."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        super().__init__()
        self._file = file
        self._start = start
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)[: max(0, self._size - self._at)]
        self._file.seek(self._start + self._at)
        data = self._file.read(len(view))
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


def _relative(name: bytes, target: bytes) -> bytes:
    """The way from a member to an absolute place, both from the tree's top."""
    parents = [part for part in name.split(b"/") if part not in (b"", b".")][:-1]
    return b"../" * len(parents) + (target.lstrip(b"/") or b".")
