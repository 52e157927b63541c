"""ar (ar(5); GNU's and BSD's long names): members with their headers, the symbol index."""

from __future__ import annotations

from reprocheck.compare.bounds import Budget, Refused
from reprocheck.compare.content import Content
from reprocheck.compare.difference import shown
from reprocheck.compare.part import Part
from reprocheck.compare.readers import fields as f

_MAGIC = 8
_HEADER_SIZE = 60
_END = b"`\n"


def _date(data: bytes) -> str:
    value = data.strip()
    return f.moment(int(value)) if value.isdigit() else shown(value)


_HEADER = (
    ("name", 0, 16, f.text),
    ("date", 16, 12, _date),
    ("uid", 28, 6, f.text),
    ("gid", 34, 6, f.text),
    ("mode", 40, 8, f.text),
    ("size", 48, 10, f.text),
)
_INDEXES = {
    b"/": "symbol index",
    b"/SYM64/": "symbol index",
    b"__.SYMDEF": "symbol index",
    b"//": "long names",
}


def parse(content: Content, budget: Budget) -> list[Part]:
    """See `reprocheck.compare.part.Parse`."""
    parts: list[Part] = []
    long_names = b""
    at = _MAGIC
    while at < content.size:
        budget.member()
        header = content.exactly(at, _HEADER_SIZE)
        digits = header[48:58].strip()
        if header[58:] != _END or not digits.isdigit():
            raise Refused("no header where a member should begin")
        size = int(digits)
        data = at + _HEADER_SIZE
        if data + size > content.size:
            raise Refused(f"a member claims {size} bytes")
        end = min(data + size + size % 2, content.size)
        written = header[:16].rstrip(b" ")
        if written == b"//":
            long_names = content.exactly(data, size)
        name, skip = _name(written, content, data, size, long_names)
        parts.append(_member(name, at, data + skip, size - skip, end))
        at = end
    return parts


def _name(written: bytes, content: Content, data: int, size: int, long_names: bytes) -> tuple[bytes, int]:
    """A member's name, and how many bytes of it stand before its data (BSD)."""
    if written in _INDEXES:
        return written, 0
    if written.startswith(b"#1/") and written[3:].isdigit():
        length = int(written[3:])
        if length > size:
            raise Refused("a member's name is longer than the member")
        return content.exactly(data, length).rstrip(b"\0"), length
    if written.startswith(b"/") and written[1:].isdigit():
        end = long_names.find(b"\n", int(written[1:]))
        return long_names[int(written[1:]) : end if end >= 0 else None].rstrip(b"/"), 0
    return written.rstrip(b"/"), 0


def _member(name: bytes, at: int, data: int, size: int, end: int) -> Part:
    index = _INDEXES.get(name)
    title = f"ar {index}" if index else f"ar member {shown(name)}"

    def parts() -> list[Part]:
        made = f.fields(title, at, _HEADER, follows=("size",))
        label = f"{title}: contents"
        if index:
            made.append(Part(label=label, start=data, size=size, follows=True))
        elif size:
            made.append(Part(label=label, start=data, size=size, name=name))
        return made

    return Part(
        label=title, start=at, size=end - at, name=None if index else name, follows=bool(index), parts=parts
    )
