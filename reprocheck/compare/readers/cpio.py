"""cpio, the "new" portable format with and without checksum (cpio(5); Linux, initramfs/buffer-format)."""

from __future__ import annotations

from reprocheck.compare.bounds import Budget, Refused
from reprocheck.compare.content import Content
from reprocheck.compare.difference import shown
from reprocheck.compare.part import Part
from reprocheck.compare.readers import fields as f

_HEADER_SIZE = 110
_TRAILER = b"TRAILER!!!"
_LONGEST = 1 << 16
"""Bytes of a name."""


def _number(data: bytes) -> int:
    try:
        return int(data.decode("ascii"), 16)
    except ValueError as error:
        raise Refused(f"not a hexadecimal number: {shown(data)!r}") from error


def _decimal(data: bytes) -> str:
    try:
        return str(_number(data))
    except Refused:
        return shown(data)


def _octal(data: bytes) -> str:
    try:
        return f"{_number(data):o}"
    except Refused:
        return shown(data)


def _time(data: bytes) -> str:
    try:
        return f.moment(_number(data))
    except Refused:
        return shown(data)


_NAMES = (
    ("inode", _decimal),
    ("mode", _octal),
    ("uid", _decimal),
    ("gid", _decimal),
    ("links", _decimal),
    ("mtime", _time),
    ("size", _decimal),
    ("major number of its device", _decimal),
    ("minor number of its device", _decimal),
    ("major number", _decimal),
    ("minor number", _decimal),
    ("length of its name", _decimal),
    ("checksum", _decimal),
)
_HEADER = tuple((name, 6 + 8 * number, 8, value) for number, (name, value) in enumerate(_NAMES))


def parse(content: Content, budget: Budget) -> list[Part]:
    """See `reprocheck.compare.part.Parse`. What lies behind the trailer is one part without a name."""
    parts: list[Part] = []
    at = 0
    while at < content.size:
        budget.member()
        header = content.exactly(at, _HEADER_SIZE)
        if header[:6] not in (b"070701", b"070702"):
            raise Refused("no header where a member should begin")
        size, length = _number(header[54:62]), _number(header[94:102])
        if length > _LONGEST:
            raise Refused(f"a name claims {length} bytes")
        name = content.exactly(at + _HEADER_SIZE, length).rstrip(b"\0")
        data = at + -(-(_HEADER_SIZE + length) // 4) * 4
        if data + size > content.size:
            raise Refused(f"a member claims {size} bytes")
        end = min(data + -(-size // 4) * 4, content.size)
        parts.append(_member(name, at, data, size, end))
        at = end
        if name == _TRAILER:
            break
    return parts


def _member(name: bytes, at: int, data: int, size: int, end: int) -> Part:
    title = f"cpio entry {shown(name)}"

    def parts() -> list[Part]:
        made = f.fields(title, at, _HEADER, follows=("size", "checksum"))
        if size:
            made.append(Part(label=f"{title}: contents", start=data, size=size, name=name))
        return made

    return Part(label=title, start=at, size=end - at, name=name, parts=parts)
