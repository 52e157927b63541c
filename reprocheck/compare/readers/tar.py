"""tar (POSIX.1-2017 pax, "ustar Interchange Format" and "pax Extended Header"; GNU tar's tar.h)."""

from __future__ import annotations

from collections.abc import Callable

from reprocheck.compare.bounds import Budget, Refused
from reprocheck.compare.content import Content
from reprocheck.compare.difference import shown
from reprocheck.compare.part import Part
from reprocheck.compare.readers import fields as f

_BLOCK = 512
_SIZE, _TYPE = 124, 156
_LONG_NAME, _LONG_LINK, _PAX, _GLOBAL = b"L", b"K", b"x", b"g"
_WITHOUT_DATA = b"123456"
"""Links, devices, directories, fifos: their size is not that of data."""


def _number(data: bytes) -> int:
    """Octal text, or GNU's base-256 with the top bit set; Refused for anything else."""
    if data[0] & 0x80:
        return int.from_bytes(data, "big") & ((1 << (8 * len(data) - 1)) - 1)
    try:
        return int(data.strip(b" \0") or b"0", 8)
    except ValueError as error:
        raise Refused(f"not an octal number: {shown(data)!r}") from error


def _spelt(spell: Callable[[int], str]) -> Callable[[bytes], str]:
    def value(data: bytes) -> str:
        try:
            return spell(_number(data))
        except Refused:
            return shown(data)

    return value


_octal, _decimal, _time = _spelt(lambda n: f"{n:04o}"), _spelt(str), _spelt(f.moment)
_HEADER = (
    ("name", 0, 100, f.text),
    ("mode", 100, 8, _octal),
    ("uid", 108, 8, _decimal),
    ("gid", 116, 8, _decimal),
    ("size", _SIZE, 12, _decimal),
    ("mtime", 136, 12, _time),
    ("checksum", 148, 8, _octal),
    ("type", _TYPE, 1, f.text),
    ("link target", 157, 100, f.text),
    ("format", 257, 8, f.text),
    ("user name", 265, 32, f.text),
    ("group name", 297, 32, f.text),
    ("major number", 329, 8, _octal),
    ("minor number", 337, 8, _octal),
    ("name's prefix", 345, 155, f.text),
)


def parse(content: Content, budget: Budget) -> list[Part]:
    """See `reprocheck.compare.part.Parse`."""
    parts: list[Part] = []
    entry = _Entry(content, 0)
    at = 0
    while at < content.size:
        block = content.exactly(at, _BLOCK)
        if not any(block):
            break
        budget.member()
        kind = block[_TYPE : _TYPE + 1]
        size = 0 if kind in _WITHOUT_DATA else _number(block[_SIZE : _SIZE + 12])
        if entry.size is not None and kind not in _WITHOUT_DATA + _LONG_NAME + _LONG_LINK + _PAX:
            size = entry.size
        end = at + _BLOCK + -(-size // _BLOCK) * _BLOCK
        if at + _BLOCK + size > content.size:
            raise Refused(f"an entry claims {size} bytes")
        end = min(end, content.size)
        if kind == _GLOBAL:
            parts.append(_global(content, at, size, end))
            entry = _Entry(content, end)
        elif kind in (_LONG_NAME, _LONG_LINK, _PAX):
            entry.extend(kind, at, size)
        else:
            parts.append(entry.part(block, at, size, end))
            entry = _Entry(content, end)
        at = end
    return parts


def _global(content: Content, at: int, size: int, end: int) -> Part:
    records = _records(content.exactly(at + _BLOCK, size), at + _BLOCK, "tar global header")
    header = f.fields("tar global header", at, _HEADER, follows=("size", "checksum"))
    parts = [*header, *records]
    return Part(label="tar global header", start=at, size=end - at, parts=lambda: parts)


class _Entry:
    """One member and the extended headers before it."""

    def __init__(self, content: Content, start: int) -> None:
        self._content = content
        self._start = start
        self.size: int | None = None
        """What a pax header says, which counts more than the header's own."""
        self._name = b""
        self._extensions: list[tuple[bytes, int, int]] = []

    def extend(self, kind: bytes, at: int, size: int) -> None:
        """An extended header at `at`."""
        data = self._content.exactly(at + _BLOCK, size)
        if kind == _LONG_NAME:
            self._name = data.rstrip(b"\0")
        elif kind == _PAX:
            for key, value, _, _ in _split(data):
                if key == b"path":
                    self._name = value
                elif key == b"size" and value.isdigit() and len(value) < 20:
                    self.size = int(value)
        self._extensions.append((kind, at, size))

    def part(self, block: bytes, at: int, size: int, end: int) -> Part:
        """The member as a part."""
        name = self._name or _name(block)
        title = f"tar entry {shown(name)}"
        content, extensions = self._content, self._extensions

        def parts() -> list[Part]:
            made: list[Part] = []
            for kind, start, length in extensions:
                label = f"{title}: {'pax' if kind == _PAX else 'GNU long name'} header"
                made += f.fields(label, start, _HEADER, follows=("size", "checksum"))
                if kind == _PAX:
                    made += _records(content.exactly(start + _BLOCK, length), start + _BLOCK, title)
                else:
                    made.append(
                        Part(label=f"{title}: long name", start=start + _BLOCK, size=length, value=f.text)
                    )
            made += f.fields(title, at, _HEADER, follows=("size", "checksum"))
            if size:
                made.append(Part(label=f"{title}: contents", start=at + _BLOCK, size=size, name=name))
            return made

        return Part(label=title, start=self._start, size=end - self._start, name=name, parts=parts)


def _name(block: bytes) -> bytes:
    name = block[:100].split(b"\0", 1)[0]
    prefix = block[345:500].split(b"\0", 1)[0] if block[257:263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _split(data: bytes) -> list[tuple[bytes, bytes, int, int]]:
    """The records of a pax header: keyword, value, offset, size; Refused if one is malformed."""
    records = []
    at = 0
    while at < len(data):
        length = data[at : at + 20].split(b" ", 1)[0]
        if not length.isdigit() or len(length) > 10:
            raise Refused("a pax header holds no record where one should be")
        size = int(length)
        key, sign, value = data[at + len(length) + 1 : at + size].partition(b"=")
        if not sign or at + size > len(data) or not value.endswith(b"\n"):
            raise Refused("a pax header holds a record of another length than it says")
        records.append((key, value[:-1], at, size))
        at += size
    return records


def _records(data: bytes, base: int, title: str) -> list[Part]:
    return [
        Part(label=f"{title}: pax {shown(key)}", start=base + at, size=size, value=_record)
        for key, _, at, size in _split(data)
    ]


def _record(data: bytes) -> str:
    key, _, value = data.partition(b" ")[2].removesuffix(b"\n").partition(b"=")
    if key in (b"mtime", b"atime", b"ctime"):
        whole = value.split(b".", 1)[0].lstrip(b"-")
        if whole.isdigit() and len(whole) < 16:
            return f"{shown(value)} ({f.moment(int(whole))})"
    return shown(value)
