"""zip archives (PKWARE APPNOTE 6.3), by `zipfile`: its central directory is what counts.

Members are stored or deflated, as Info-ZIP makes them. Other methods are refused: `zipfile` knows
more of them from one Python to the next, and cannot bound what bzip2 and lzma take of memory.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from bootstrap.fetch.decompress import PIECE
from bootstrap.fetch.member import Bounds, Kind, Member, Refused

_UNIX = 3
"""``create_system`` of archives whose attributes hold a Unix mode (APPNOTE 4.4.2.2)."""

_ENCRYPTED = 0x1
_UTF8 = 0x800
"""Bits of the general purpose flag (APPNOTE 4.4.4)."""

_HEADER = 30
"""Bytes of a local header before its name, at least (APPNOTE 4.3.7)."""

_LINK_MAX = 4096
"""Bytes of a link's target that are read: PATH_MAX (linux/limits.h)."""

_WRONG = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    LookupError,
    OSError,
    ArithmeticError,
    struct.error,
    zlib.error,
)
"""What `zipfile` raises for archives that are damaged, or that it cannot read."""


def zip_(file: BinaryIO, bounds: Bounds) -> Iterator[Member]:
    """The members of a zip archive, in the order of its central directory."""
    try:
        archive = zipfile.ZipFile(file)
    except _WRONG as error:
        raise Refused(f"not a zip archive: {error}") from error
    with archive:
        _refuse_overlaps(archive)
        total = 0
        packed = file.seek(0, 2)
        for info in archive.infolist():
            total += info.file_size
            if total > bounds.ratio_from and total > bounds.ratio * packed:
                raise Refused(f"the archive unpacks to more than {bounds.ratio} times its size")
            yield _member(archive, info)


def _refuse_overlaps(archive: zipfile.ZipFile) -> None:
    """Members that share bytes make a small archive huge, and are made for nothing else.

    `zipfile` refuses them from 3.11.8 on, member by member.
    """
    end = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        if info.header_offset < 0:
            raise Refused("begins before the archive", member=_name(info))
        if info.header_offset < end:
            raise Refused("shares its bytes with another member", member=_name(info))
        end = info.header_offset + _HEADER + info.compress_size
    if end > archive.start_dir:
        raise Refused("a member reaches into the directory of the archive")


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    name = _name(info)
    mode = info.external_attr >> 16 if info.create_system == _UNIX else 0
    kind = stat.S_IFMT(mode)
    if info.flag_bits & _ENCRYPTED:
        raise Refused("is encrypted", member=name)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused(f"is neither stored nor deflated (method {info.compress_type})", member=name)
    if name.endswith(b"/") or kind == stat.S_IFDIR:
        return Member(name=name, kind=Kind.DIRECTORY)
    if kind == stat.S_IFLNK:
        if info.file_size > _LINK_MAX:
            raise Refused("its link target is no path", member=name)
        return Member(name=name, kind=Kind.SYMLINK, link=b"".join(_data(archive, info, name)))
    if kind not in (0, stat.S_IFREG):
        raise Refused("is a device, a named pipe or a socket", member=name)
    return Member(
        name=name,
        kind=Kind.FILE,
        size=info.file_size,
        executable=bool(mode & 0o111),
        data=_data(archive, info, name),
    )


def _data(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: bytes) -> Iterator[bytes]:
    try:
        with archive.open(info) as file:
            while data := file.read(PIECE):
                yield data
    except _WRONG as error:
        raise Refused(f"cannot be read: {error}", member=name) from error


def _name(info: zipfile.ZipInfo) -> bytes:
    """The name as it stands in the archive; `zipfile` decodes it as the flag says (cp437 maps
    every byte), and keeps it whole in ``orig_filename``."""
    encoding = "utf-8" if info.flag_bits & _UTF8 else "cp437"
    return info.orig_filename.encode(encoding, "surrogatepass" if encoding == "utf-8" else "strict")
