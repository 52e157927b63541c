"""Compiled Python modules (PEP 552; CPython, Python/marshal.c): header, and the marshalled objects.

The objects are walked over as bytes. Nothing is unmarshalled: that may crash the interpreter.
"""

from __future__ import annotations

from reprocheck.compare.bounds import Budget, Refused
from reprocheck.compare.content import Content
from reprocheck.compare.difference import shown
from reprocheck.compare.part import Part
from reprocheck.compare.readers import fields as f

_HEADER = 16
_HASHED = 1
"""Flag: in place of time and size of the source stands its hash."""
_REFERENCE = 0x80
"""FLAG_REF: the object may be referred to later on."""
_DEEPEST = 100
_INTEGER = f.number("little")

_FIXED = {
    **dict.fromkeys(b"0NFTS.", 0),
    **dict.fromkeys(b"ir", 4),
    **dict.fromkeys(b"Ig", 8),
    ord("y"): 16,
}
"""Bytes behind the type, where their number is always the same."""
_LONG_TEXTS, _SHORT_TEXTS = b"stuaA", b"zZ"
_SEQUENCES, _SHORT_SEQUENCE = b"([<>", ord(")")
_INTEGERS_311 = ("co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_stacksize", "co_flags")
_INTEGERS_38 = (
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_nlocals",
    "co_stacksize",
    "co_flags",
)
_LAYOUTS: tuple[tuple[int, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        3495,  # 3.11
        _INTEGERS_311,
        (
            "co_code",
            "co_consts",
            "co_names",
            "co_localsplusnames",
            "co_localspluskinds",
            "co_filename",
            "co_name",
            "co_qualname",
        ),
        ("co_linetable", "co_exceptiontable"),
    ),
    (
        3413,  # 3.8
        _INTEGERS_38,
        (
            "co_code",
            "co_consts",
            "co_names",
            "co_varnames",
            "co_freevars",
            "co_cellvars",
            "co_filename",
            "co_name",
        ),
        ("co_lnotab",),
    ),
)
"""Of a code object: the oldest magic number, integers, objects, objects behind co_firstlineno."""


def parse(content: Content, budget: Budget) -> list[Part]:
    """See `reprocheck.compare.part.Parse`."""
    header = content.exactly(0, _HEADER)
    flags = int.from_bytes(header[4:8], "little")
    parts = [
        Part(label="pyc header: magic number", start=0, size=4, value=_magic),
        Part(label="pyc header: flags", start=4, size=4, value=f.hexadecimal("little")),
    ]
    if flags & _HASHED:
        parts.append(Part(label="pyc header: source hash", start=8, size=8, value=f.raw))
    else:
        parts += [
            Part(label="pyc header: source mtime", start=8, size=4, value=f.epoch("little")),
            Part(label="pyc header: source size", start=12, size=4, value=f.number("little")),
        ]
    magic = int.from_bytes(header[:2], "little")
    objects = _Objects(content, magic, budget)
    whole = Part(label="pyc", start=_HEADER, size=content.size - _HEADER, parts=objects.parts)
    return [*parts, whole]


def _magic(data: bytes) -> str:
    return str(int.from_bytes(data[:2], "little"))


class _Objects:
    """A walk over marshalled objects; each piece of bytes becomes a part, named for where it hangs."""

    def __init__(self, content: Content, magic: int, budget: Budget) -> None:
        self._data = content.exactly(_HEADER, content.size - _HEADER)
        self._budget = budget
        self._at = 0
        self._made: list[Part] = []
        self._layout = next((layout[1:] for layout in _LAYOUTS if magic >= layout[0]), None)

    def parts(self) -> list[Part]:
        """The parts of all objects; Refused for what marshal does not write."""
        if not self._made:
            self._object("", 0)
        return self._made

    def _object(self, path: str, depth: int) -> int:
        """Walks over one object; its type."""
        if depth > _DEEPEST:
            raise Refused(f"objects in each other, more than {_DEEPEST}")
        self._budget.member()
        kind = self._take(1)[0]
        self._add(f"{path}: type".lstrip(": "), 1, _type)
        kind &= ~_REFERENCE
        if kind in _FIXED:
            self._value(path, _FIXED[kind], _INTEGER if kind in b"ir" else f.raw)
        elif kind in _LONG_TEXTS:
            self._value(path, self._count(path, 4), shown)
        elif kind in _SHORT_TEXTS:
            self._value(path, self._count(path, 1), shown)
        elif kind == ord("l"):
            digits = self._count(path, 4, signed=True)
            self._value(path, 2 * abs(digits), f.raw)
        elif kind in b"fx":
            for _ in range(1 if kind == ord("f") else 2):
                self._value(path, self._count(path, 1), shown)
        elif kind in _SEQUENCES or kind == _SHORT_SEQUENCE:
            for number in range(self._count(path, 1 if kind == _SHORT_SEQUENCE else 4)):
                self._object(f"{path}[{number}]", depth + 1)
        elif kind == ord("{"):
            number = 0
            while self._object(f"{path}.keys[{number}]", depth + 1) != ord("0"):
                self._object(f"{path}.values[{number}]", depth + 1)
                number += 1
        elif kind == ord(":"):
            for name in ("start", "stop", "step"):
                self._object(f"{path}.{name}", depth + 1)
        elif kind == ord("c") and self._layout is not None:
            integers, before, behind = self._layout
            prefix = f"{path}." if path else ""
            for name in integers:
                self._value(prefix + name, 4, _INTEGER)
            for name in before:
                self._object(prefix + name, depth + 1)
            self._value(prefix + "co_firstlineno", 4, _INTEGER)
            for name in behind:
                self._object(prefix + name, depth + 1)
        else:
            raise Refused(f"an object of an unknown type, {kind:#x}")
        return kind

    def _take(self, size: int) -> bytes:
        data = self._data[self._at : self._at + size]
        if len(data) < size:
            raise Refused("its objects end too soon")
        self._at += size
        return data

    def _add(self, label: str, size: int, value: f.Spell, *, follows: bool = False) -> None:
        start = _HEADER + self._at - size
        self._made.append(Part(label=f"pyc {label}", start=start, size=size, value=value, follows=follows))

    def _value(self, path: str, size: int, value: f.Spell) -> None:
        self._take(size)
        if size:
            self._add(path, size, value)

    def _count(self, path: str, size: int, *, signed: bool = False) -> int:
        count = int.from_bytes(self._take(size), "little", signed=signed)
        if not signed and count > len(self._data):
            raise Refused(f"an object claims {count} parts")
        self._add(f"{path}: length", size, f.number("little"), follows=True)
        return count


def _type(data: bytes) -> str:
    reference = ", may be referred to" if data[0] & _REFERENCE else ""
    return shown(bytes([data[0] & ~_REFERENCE])) + reference
