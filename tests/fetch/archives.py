"""Archives in the making: what honest tools write, and headers that say whatever a test wants."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_CHECKED = {zstd.CompressionParameter.checksum_flag: 1}

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    ".tar": lambda data: data,
    ".tar.gz": gzip.compress,
    ".tgz": gzip.compress,
    ".tar.bz2": bz2.compress,
    ".tar.xz": lzma.compress,
    ".tar.zst": lambda data: zstd.compress(data, options=_CHECKED),
}
"""By the ending of the archive's name."""

BLOCK = 512
END = bytes(2 * BLOCK)
"""Of a tar archive (POSIX ustar)."""


class Tar:
    """A tar archive, by `tarfile`."""

    def __init__(self, format: int = tarfile.PAX_FORMAT) -> None:
        self._file = io.BytesIO()
        self._tar = tarfile.TarFile(
            fileobj=self._file, mode="w", format=format, encoding="utf-8", errors="surrogateescape"
        )

    def add(self, name: str, contents: bytes = b"", **fields: Any) -> Tar:
        info = tarfile.TarInfo(name)
        info.size = len(contents)
        for field, value in fields.items():
            setattr(info, field, value)
        self._tar.addfile(info, io.BytesIO(contents) if info.isreg() else None)
        return self

    def directory(self, name: str, **fields: Any) -> Tar:
        return self.add(name, type=tarfile.DIRTYPE, **fields)

    def symlink(self, name: str, target: str) -> Tar:
        return self.add(name, type=tarfile.SYMTYPE, linkname=target)

    def hard_link(self, name: str, target: str) -> Tar:
        return self.add(name, type=tarfile.LNKTYPE, linkname=target)

    def bytes(self) -> bytes:
        self._tar.close()
        return self._file.getvalue()


FIELDS = {
    "name": (0, 100),
    "mode": (100, 8),
    "uid": (108, 8),
    "gid": (116, 8),
    "size": (124, 12),
    "mtime": (136, 12),
    "kind": (156, 1),
    "link": (157, 100),
    "magic": (257, 8),
    "prefix": (345, 155),
    "sparse": (386, 97),
    "real_size": (483, 12),
}
"""Offset and length in a tar header (POSIX ustar; the last two: GNU tar's old sparse files)."""


def header(name: bytes = b"a", *, checksum: bytes | None = None, **fields: bytes) -> bytes:
    """One tar header with these fields as they are, and the right checksum unless one is given."""
    block = bytearray(tarfile.TarInfo("a").tobuf(tarfile.GNU_FORMAT))
    for field, value in {"name": name, **fields}.items():
        at, length = FIELDS[field]
        block[at : at + length] = value.ljust(length, b"\0")
    block[148:156] = b" " * 8
    block[148:156] = checksum if checksum is not None else b"%06o\0 " % sum(block)
    return bytes(block)


def octal(number: int) -> bytes:
    """A size as POSIX has it."""
    return b"%011o\0" % number


def base256(number: int) -> bytes:
    """A size as GNU tar has it, if it is large or negative."""
    return bytes([0x80 if number >= 0 else 0xFF]) + number.to_bytes(11, "big", signed=True)


def padded(data: bytes) -> bytes:
    """Filled up to whole blocks."""
    return data + bytes(-len(data) % BLOCK)


def plain(name: bytes, contents: bytes = b"") -> bytes:
    """A file's header and contents."""
    return header(name, size=octal(len(contents))) + padded(contents)


def extended(kind: bytes, contents: bytes, **fields: bytes) -> bytes:
    """A header about the next member: ``x`` and ``g`` of pax, ``L`` and ``K`` of GNU tar."""
    return header(b"about", kind=kind, **{"size": octal(len(contents)), **fields}) + padded(contents)


def record(name: bytes, value: bytes) -> bytes:
    """A pax record: its length, name and value (POSIX pax, "pax Header Block")."""
    rest = b" %b=%b\n" % (name, value)
    length = len(rest) + 1
    while len(b"%d" % length) + len(rest) != length:
        length += 1
    return b"%d%b" % (length, rest)


Entry = tuple[str, bytes, int]
"""A zip member: name, contents, mode."""


def zip_of(*members: Entry, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive, by `zipfile`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, contents, mode in members:
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = mode << 16
            archive.writestr(info, contents, method)
    return file.getvalue()


def zip_member(
    name: bytes,
    contents: bytes = b"",
    *,
    mode: int = stat.S_IFREG | 0o644,
    flags: int = 0,
    method: int = 0,
    crc: int | None = None,
    size: int | None = None,
    packed: bytes | None = None,
    local_name: bytes | None = None,
    offset: int | None = None,
    extra: bytes = b"",
    time: int = 0x00210000,
) -> tuple[bytes, Callable[[int], bytes]]:
    """A local header with its data, and its entry of the directory for when its offset is known
    (APPNOTE 4.3.7, 4.3.12). Whatever is given is said, whether it is so or not."""
    packed = contents if packed is None else packed
    crc = zlib.crc32(contents) if crc is None else crc
    size = len(contents) if size is None else size
    middle = flags.to_bytes(2, "little") + method.to_bytes(2, "little") + time.to_bytes(4, "little")
    sums = b"".join(number.to_bytes(4, "little") for number in (crc, len(packed), size))

    def lengths(of: bytes) -> bytes:
        return len(of).to_bytes(2, "little") + len(extra).to_bytes(2, "little")

    local = name if local_name is None else local_name
    data = b"PK\3\4\x14\0" + middle + sums + lengths(local) + local + extra + packed

    def entry(at: int) -> bytes:
        at = at if offset is None else offset
        # No remark, disk 0, no internal attributes.
        rest = bytes(6) + (mode << 16).to_bytes(4, "little") + at.to_bytes(4, "little") + name + extra
        return b"PK\1\2\x14\3\x14\0" + middle + sums + lengths(name) + rest

    return data, entry


def zip_from(*members: tuple[bytes, Callable[[int], bytes]], count: int | None = None) -> bytes:
    """A zip archive of such members."""
    body, directory = b"", b""
    for data, entry in members:
        directory += entry(len(body))
        body += data
    said = (len(members) if count is None else count).to_bytes(2, "little")
    sizes = len(directory).to_bytes(4, "little") + len(body).to_bytes(4, "little")
    return body + directory + b"PK\5\6\0\0\0\0" + said + said + sizes + b"\0\0"


def deb_of(*parts: tuple[bytes, bytes], size: bytes | None = None) -> bytes:
    """An ar archive of names and contents; `size` is what the last one says of itself."""
    data = b"!<arch>\n"
    for number, (name, contents) in enumerate(parts, 1):
        said = b"%d" % len(contents) if size is None or number < len(parts) else size
        data += name.ljust(16) + b"0".ljust(12) + b"0     0     100644  " + said.ljust(10) + b"`\n"
        data += contents + b"\n" * (len(contents) % 2)
    return data


BINARY = (b"debian-binary", b"2.0\n")
CONTROL = (b"control.tar.gz", b"odd")
