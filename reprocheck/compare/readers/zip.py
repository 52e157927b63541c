"""zip, and so jar, wheel, apk (PKWARE APPNOTE 6.3.10): entries, and the directory at the end."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reprocheck.compare.bounds import Budget, Refused
from reprocheck.compare.content import Content, Spool, Window
from reprocheck.compare.difference import shown
from reprocheck.compare.part import Part
from reprocheck.compare.readers import fields as f
from reprocheck.compare.readers.deflate import RAW, inflate

_END, _END_SIZE = b"PK\x05\x06", 22
_END64_LOCATOR, _END64_LOCATOR_SIZE = b"PK\x06\x07", 20
_END64, _END64_SIZE = b"PK\x06\x06", 56
_RECORD, _RECORD_SIZE = b"PK\x01\x02", 46
_LOCAL, _LOCAL_SIZE = b"PK\x03\x04", 30
_COMMENT = 0xFFFF
_FULL = 0xFFFFFFFF
_ZIP64 = 1
"""Header id of the extra field with 64-bit sizes and offset, 4.5.3."""
_STORED, _DEFLATED = 0, 8
_METHODS = {0: "stored", 8: "deflated", 12: "bzip2", 14: "LZMA", 93: "zstd", 95: "xz"}
_MADE_BY = {0: "FAT", 3: "Unix", 10: "NTFS", 19: "macOS"}


def _method(data: bytes) -> str:
    number = int.from_bytes(data, "little")
    return _METHODS.get(number, str(number))


def _time(data: bytes) -> str:
    """MS-DOS time and date, 4.4.6."""
    time, date = struct.unpack("<HH", data)
    return (
        f"{(date >> 9) + 1980}-{date >> 5 & 15:02}-{date & 31:02} "
        f"{time >> 11:02}:{time >> 5 & 63:02}:{(time & 31) * 2:02}"
    )


def _version(data: bytes) -> str:
    return f"{data[0] / 10:.1f}, {_MADE_BY.get(data[1], str(data[1]))}"


def _attributes(data: bytes) -> str:
    """The upper half is a Unix mode, the lower one DOS attributes."""
    low, high = struct.unpack("<HH", data)
    return f"mode {high:06o}, DOS {low:#x}"


def _times(data: bytes) -> str:
    """Info-ZIP's extended timestamp: flags, then times in seconds since the epoch."""
    times = [seconds for (seconds,) in struct.iter_unpack("<i", data[5 : 5 + (len(data) - 5) // 4 * 4])]
    return ", ".join(f.moment(seconds) for seconds in times)


_EXTRA = {
    _ZIP64: ("zip64", f.raw),
    0x5455: ("times", _times),
    0x7875: ("uid and gid", f.raw),
    0xCAFE: ("jar", f.raw),
}
"""By header id (4.5.2, and Info-ZIP's proginfo/extrafld.txt)."""

_LOCAL_FIELDS = (
    ("version needed", 4, 2, f.number("little")),
    ("flags", 6, 2, f.hexadecimal("little")),
    ("method", 8, 2, _method),
    ("time", 10, 4, _time),
    ("CRC32", 14, 4, f.hexadecimal("little")),
    ("packed size", 18, 4, f.number("little")),
    ("size", 22, 4, f.number("little")),
    ("length of its name", 26, 2, f.number("little")),
    ("length of its extra field", 28, 2, f.number("little")),
)
_RECORD_FIELDS = (
    ("version made by", 4, 2, _version),
    ("version needed", 6, 2, f.number("little")),
    ("flags", 8, 2, f.hexadecimal("little")),
    ("method", 10, 2, _method),
    ("time", 12, 4, _time),
    ("CRC32", 16, 4, f.hexadecimal("little")),
    ("packed size", 20, 4, f.number("little")),
    ("size", 24, 4, f.number("little")),
    ("length of its name", 28, 2, f.number("little")),
    ("length of its extra field", 30, 2, f.number("little")),
    ("length of its comment", 32, 2, f.number("little")),
    ("disk", 34, 2, f.number("little")),
    ("internal attributes", 36, 2, f.hexadecimal("little")),
    ("attributes", 38, 4, _attributes),
    ("offset", 42, 4, f.number("little")),
)
_FOLLOWS = ("CRC32", "packed size", "size", "length of its name", "length of its extra field")
_REPEATED = ("version needed", "flags", "method", "time", "length of its comment", "offset")
"""Of the directory: what the entries say as well, and what depends on where they lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """A record of the directory, and what it says of its entry."""

    name: bytes
    start: int
    size: int
    extra: tuple[int, int]
    comment: tuple[int, int]
    entry: int
    method: int
    packed: int


def parse(content: Content, budget: Budget) -> list[Part]:
    """See `reprocheck.compare.part.Parse`."""
    end, start, size = _end(content)
    records = list(_records(content, start, size, budget))
    parts = [_entry(content, record, budget) for record in sorted(records, key=lambda each: each.entry)]
    directory = [_directory_record(content, record) for record in records]
    parts.append(Part(label="zip directory", start=start, size=size, parts=lambda: directory))
    if start + size < end:
        parts.append(
            Part(label="zip64 end of directory", start=start + size, size=end - start - size, follows=True)
        )
    parts.append(Part(label="zip end of directory", start=end, size=_END_SIZE - 2, value=f.raw, follows=True))
    if (comment := end + _END_SIZE) < content.size:
        parts.append(Part(label="zip comment", start=comment, size=content.size - comment, value=f.text))
    return parts


def _end(content: Content) -> tuple[int, int, int]:
    """Where the record at the end lies; where the directory begins, and its size (4.3.16, 4.3.14)."""
    base = max(content.size - _END_SIZE - _COMMENT, 0)
    tail = content.read(base, _END_SIZE + _COMMENT)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise Refused("no directory at its end")
    size, start = struct.unpack_from("<II", tail, at + 12)
    end = base + at
    if _FULL in (size, start):
        locator = content.exactly(end - _END64_LOCATOR_SIZE, _END64_LOCATOR_SIZE)
        record = content.exactly(struct.unpack_from("<Q", locator, 8)[0], _END64_SIZE)
        if not locator.startswith(_END64_LOCATOR) or not record.startswith(_END64):
            raise Refused("no zip64 directory where it should be")
        size, start = struct.unpack_from("<QQ", record, 40)
    if start + size > end:
        raise Refused("its directory would lie beyond its end")
    return end, start, size


def _records(content: Content, start: int, size: int, budget: Budget) -> Iterator[_Record]:
    directory = content.exactly(start, size)
    at = 0
    while at < size:
        budget.member()
        if directory[at : at + 4] != _RECORD or at + _RECORD_SIZE > size:
            raise Refused("no record where the directory should have one")
        method = struct.unpack_from("<H", directory, at + 10)[0]
        packed, unpacked = struct.unpack_from("<II", directory, at + 20)
        lengths = struct.unpack_from("<HHH", directory, at + 28)
        entry = struct.unpack_from("<I", directory, at + 42)[0]
        name, extra = at + _RECORD_SIZE, at + _RECORD_SIZE + lengths[0]
        comment = extra + lengths[1]
        following = comment + lengths[2]
        if following > size:
            raise Refused("a record reaches beyond the directory")
        if _FULL in (packed, unpacked, entry):
            packed, entry = _zip64(directory[extra:comment], packed, unpacked, entry)
        yield _Record(
            name=directory[name:extra],
            start=start + at,
            size=following - at,
            extra=(start + extra, lengths[1]),
            comment=(start + comment, lengths[2]),
            entry=entry,
            method=method,
            packed=packed,
        )
        at = following


def _zip64(extra: bytes, packed: int, unpacked: int, entry: int) -> tuple[int, int]:
    """Packed size and offset, from the extra field as far as the record leaves them to it (4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == _ZIP64:
            values = [number for (number,) in struct.iter_unpack("<Q", extra[at + 4 :][: length // 8 * 8])]
            wanted = [value == _FULL for value in (unpacked, packed, entry)]
            if len(values) < sum(wanted):
                break
            found = iter(values)
            _, packed, entry = (
                next(found) if full else value
                for full, value in zip(wanted, (unpacked, packed, entry), strict=True)
            )
            return packed, entry
        at += 4 + length
    raise Refused("a zip64 record without its numbers")


def _entry(content: Content, record: _Record, budget: Budget) -> Part:
    header = content.exactly(record.entry, _LOCAL_SIZE)
    if not header.startswith(_LOCAL):
        raise Refused(f"no entry {shown(record.name)} where the directory says")
    name, extra = struct.unpack_from("<HH", header, 26)
    data = record.entry + _LOCAL_SIZE + name + extra
    if data + record.packed > content.size:
        raise Refused(f"entry {shown(record.name)} claims {record.packed} bytes")
    title = f"zip entry {shown(record.name)}"

    def parts() -> list[Part]:
        made = f.fields(title, record.entry, _LOCAL_FIELDS, follows=_FOLLOWS)
        made.append(Part(label=f"{title}: name", start=record.entry + _LOCAL_SIZE, size=name, value=f.text))
        made += _extra(content, title, data - extra, extra)
        if record.packed:
            made.append(
                Part(
                    label=f"{title}: contents",
                    start=data,
                    size=record.packed,
                    name=record.name,
                    content=_unpack(content, data, record, budget),
                )
            )
        return made

    return Part(
        label=title,
        start=record.entry,
        size=data + record.packed - record.entry,
        name=record.name,
        parts=parts,
    )


def _extra(content: Content, title: str, start: int, size: int, *, follows: bool = False) -> list[Part]:
    """The fields of an extra field, each with its id and size (4.5.1)."""
    parts = []
    end = start + size
    while start + 4 <= end:
        kind, length = struct.unpack("<HH", content.exactly(start, 4))
        if start + 4 + length > end:
            break
        name, value = _EXTRA.get(kind, (f"{kind:#06x}", f.raw))
        label = f"{title}: extra field {name}"
        parts.append(Part(label=label, start=start, size=4 + length, value=value, follows=follows))
        start += 4 + length
    return parts


def _unpack(content: Content, data: int, record: _Record, budget: Budget) -> Callable[[], Content]:
    """What an entry unpacks to."""
    packed = Window(content, data, record.packed)

    def unpack() -> Content:
        if record.method == _STORED:
            return packed
        if record.method != _DEFLATED:
            method = _METHODS.get(record.method, str(record.method))
            raise Refused(f"not unpacked: its method is {method}")
        spool = Spool(budget)
        inflate(packed, 0, RAW, spool)
        return spool.content()

    return unpack


def _directory_record(content: Content, record: _Record) -> Part:
    title = f"zip directory entry {shown(record.name)}"

    def parts() -> list[Part]:
        made = f.fields(title, record.start, _RECORD_FIELDS, follows=_FOLLOWS + _REPEATED)
        made.append(
            Part(
                label=f"{title}: name", start=record.start + _RECORD_SIZE, size=len(record.name), value=f.text
            )
        )
        made += _extra(content, title, *record.extra, follows=True)
        start, size = record.comment
        if size:
            made.append(Part(label=f"{title}: comment", start=start, size=size, value=f.text))
        return made

    return Part(label=title, start=record.start, size=record.size, follows=True, parts=parts)
