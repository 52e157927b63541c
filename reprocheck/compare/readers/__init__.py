"""One file for each format, and the table that tells them by their first bytes."""

from __future__ import annotations

import importlib
from typing import NamedTuple

from reprocheck.compare.content import Content
from reprocheck.compare.part import Parse

_TAR_MAGIC = 257
"""Offset of "ustar" (POSIX pax, ustar interchange format)."""
_ZIP_END = 22
"""Bytes of the record at the end of a zip, which zipapp puts behind an interpreter's line."""
_PYC_OLDEST, _PYC_NEWEST = 3390, 3999
"""Magic numbers of the layout of PEP 552, Python 3.7 and later."""


class Reader(NamedTuple):
    """A format: its name for people, and the module of its parser (imported when it is used)."""

    name: str
    module: str

    @property
    def parse(self) -> Parse:
        module = importlib.import_module(f"reprocheck.compare.readers.{self.module}")
        parse: Parse = module.parse
        return parse


_TAR, _PYC, _ZIP = Reader("tar", "tar"), Reader("pyc", "pyc"), Reader("zip", "zip")

READERS: tuple[tuple[bytes, Reader], ...] = (
    (b"\x1f\x8b\x08", Reader("gzip", "gzip")),
    (b"\xfd7zXZ\0", Reader("xz", "xz")),
    (b"\x28\xb5\x2f\xfd", Reader("zstd", "zstd")),
    (b"BZh", Reader("bzip2", "bzip2")),
    (b"PK\x03\x04", _ZIP),
    (b"PK\x05\x06", _ZIP),
    (b"!<arch>\n", Reader("ar", "ar")),
    (b"\x7fELF", Reader("ELF", "elf")),
    (b"070701", Reader("cpio", "cpio")),
    (b"070702", Reader("cpio", "cpio")),
    (b"\x89PNG\r\n\x1a\n", Reader("PNG", "png")),
)
"""By the bytes that a file of the format begins with."""


def reader_of(content: Content) -> Reader | None:
    """The reader for a content, by its beginning (and end); that it is whole is not said."""
    head = content.read(0, _TAR_MAGIC + 5)
    for magic, reader in READERS:
        if head.startswith(magic):
            return reader
    if head[_TAR_MAGIC:] == b"ustar":
        return _TAR
    if head[2:4] == b"\r\n" and _PYC_OLDEST <= int.from_bytes(head[:2], "little") <= _PYC_NEWEST:
        return _PYC
    if head.startswith(b"#!") and content.read(content.size - _ZIP_END, 4) == b"PK\x05\x06":
        return _ZIP
    return None
