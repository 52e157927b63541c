"""ELF (System V gABI, chapters 4 and 5; elf(5)): header, program headers, sections.

Sections whose contents have names inside are told with them: the function that an offset lies in,
the symbol of an entry. Compressed debugging sections are opened.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from reprocheck.compare.bounds import Budget, Refused
from reprocheck.compare.content import Content, Spool, Window
from reprocheck.compare.difference import shown
from reprocheck.compare.part import Part
from reprocheck.compare.readers import fields as f
from reprocheck.compare.readers.deflate import ZLIB, inflate

_SHT_SYMTAB, _SHT_STRTAB, _SHT_NOTE, _SHT_NOBITS, _SHT_DYNSYM = 2, 3, 7, 8, 11
_SHF_STRINGS, _SHF_COMPRESSED = 0x20, 0x800
_STT_OBJECT, _STT_FUNC = 1, 2
_ET_REL = 1
_MOST_SYMBOLS = 200_000
"""In a table, for their names to be told; each takes some 150 bytes of memory."""
_SHN_XINDEX = 0xFFFF
_ELFCOMPRESS_ZLIB = 1
_STRINGS = (b".comment", b".debug_str", b".debug_line_str", b".interp")
_FOLLOWS = (
    b".note.gnu.build-id",
    b".gnu_debuglink",
    b".symtab",
    b".dynsym",
    b".shstrtab",
    b".gnu.hash",
    b".hash",
)
"""Sections that hold checksums of the rest, or where the rest lies."""

_EHDR = {
    # e_type e_machine e_version e_entry e_phoff e_shoff e_flags e_ehsize e_phentsize e_phnum
    # e_shentsize e_shnum e_shstrndx
    1: ("HHIIIIIHHHHHH", "IIIIIIIIII", "IIIBBH", 12),
    2: ("HHIQQQIHHHHHH", "IIQQQQIIQQ", "IBBHQQ", 24),
}
"""By EI_CLASS: the header behind e_ident, a section header, a symbol, and the size of Chdr."""
_EHDR_NAMES = (
    "e_type",
    "e_machine",
    "e_version",
    "e_entry",
    "e_phoff",
    "e_shoff",
    "e_flags",
    "e_ehsize",
    "e_phentsize",
    "e_phnum",
    "e_shentsize",
    "e_shnum",
    "e_shstrndx",
)
_EHDR_FOLLOWS = ("e_phoff", "e_shoff", "e_entry", "e_phnum", "e_shnum", "e_shstrndx")
_IDENT = (
    ("EI_CLASS", 4, 1, f.number("little")),
    ("EI_DATA", 5, 1, f.number("little")),
    ("EI_VERSION", 6, 1, f.number("little")),
    ("EI_OSABI", 7, 1, f.number("little")),
    ("EI_ABIVERSION", 8, 1, f.number("little")),
)
_SHDR_NAMES = (
    "sh_name",
    "sh_type",
    "sh_flags",
    "sh_addr",
    "sh_offset",
    "sh_size",
    "sh_link",
    "sh_info",
    "sh_addralign",
    "sh_entsize",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    number: int
    name: bytes
    type: int
    flags: int
    address: int
    offset: int
    size: int
    link: int


def parse(content: Content, budget: Budget) -> list[Part]:
    """See `reprocheck.compare.part.Parse`."""
    return _File(content, budget).parts()


class _File:
    def __init__(self, content: Content, budget: Budget) -> None:
        self._content = content
        self._budget = budget
        ident = content.exactly(0, 16)
        if ident[4] not in _EHDR or ident[5] not in (1, 2):
            raise Refused("neither 32 nor 64 bits, or of no known byte order")
        self._order = "<" if ident[5] == 1 else ">"
        header, section, symbol, self._chdr = _EHDR[ident[4]]
        self._header = struct.Struct(self._order + header)
        self._shdr = struct.Struct(self._order + section)
        self._sym = struct.Struct(self._order + symbol)
        self._is_64 = ident[4] == 2
        values = self._header.unpack(content.exactly(16, self._header.size))
        self._values = dict(zip(_EHDR_NAMES, values, strict=True))

    def parts(self) -> list[Part]:
        header = 16 + self._header.size
        found = [Part(label="ELF header", start=0, size=header, parts=self._header_parts)]
        values = self._values
        if values["e_phoff"] and values["e_phnum"]:
            size = values["e_phnum"] * values["e_phentsize"]
            found.append(Part(label="ELF program headers", start=values["e_phoff"], size=size, follows=True))
        if self._sections:
            found.append(
                Part(
                    label="ELF section headers",
                    start=values["e_shoff"],
                    size=len(self._sections) * self._shdr.size,
                    follows=True,
                    where=self._section_field,
                )
            )
        found += [
            self._part(section)
            for section in self._sections
            if section.type not in (0, _SHT_NOBITS) and section.size
        ]
        return sorted(found, key=lambda part: part.start)

    def _header_parts(self) -> list[Part]:
        parts = f.fields("ELF header", 0, _IDENT)
        at = 16
        order: f.Order = "little" if self._order == "<" else "big"
        for name, code in zip(_EHDR_NAMES, self._header.format[1:], strict=True):
            size = struct.calcsize("=" + code)
            value = f.hexadecimal(order) if size > 2 else f.number(order)
            follows = name in _EHDR_FOLLOWS
            parts.append(Part(label=f"ELF header: {name}", start=at, size=size, value=value, follows=follows))
            at += size
        return parts

    @cached_property
    def _sections(self) -> list[_Section]:
        values = self._values
        if not values["e_shoff"] or values["e_shentsize"] != self._shdr.size:
            return []
        first = self._shdr.unpack(self._content.exactly(values["e_shoff"], self._shdr.size))
        count = values["e_shnum"] or first[5]
        names = first[6] if values["e_shstrndx"] == _SHN_XINDEX else values["e_shstrndx"]
        self._budget.member(count)
        table = self._content.exactly(values["e_shoff"], count * self._shdr.size)
        rows = list(self._shdr.iter_unpack(table))
        strings = b""
        if 0 < names < count:
            strings = self._content.exactly(rows[names][4], rows[names][5])
        return [
            _Section(
                number=number,
                name=_string(strings, row[0]),
                type=row[1],
                flags=row[2],
                address=row[3],
                offset=row[4],
                size=row[5],
                link=row[6],
            )
            for number, row in enumerate(rows)
        ]

    def _part(self, section: _Section) -> Part:
        label = f"ELF {shown(section.name)}"
        follows = section.name in _FOLLOWS
        where: Callable[[int], str]
        if section.flags & _SHF_COMPRESSED:
            return Part(
                label=label,
                start=section.offset,
                size=section.size,
                name=section.name,
                content=lambda: self._decompressed(section),
            )
        separator = b""
        if section.flags & _SHF_STRINGS or section.name in _STRINGS or section.type == _SHT_STRTAB:
            label += ": string"
            separator = b"\0"
            where = _unnamed
        elif section.type in (_SHT_SYMTAB, _SHT_DYNSYM):
            where = lambda offset: self._symbol_field(section, offset)  # noqa: E731
        else:
            where = lambda offset: self._function(section, offset)  # noqa: E731
        return Part(
            label=label,
            start=section.offset,
            size=section.size,
            follows=follows,
            separator=separator,
            where=where,
        )

    def _decompressed(self, section: _Section) -> Content:
        """The contents of a section that begins with an Elf32_Chdr or Elf64_Chdr."""
        head = self._content.exactly(section.offset, self._chdr)
        kind = struct.unpack_from(self._order + "I", head)[0]
        if kind != _ELFCOMPRESS_ZLIB:
            raise Refused(f"not unpacked: compressed by method {kind}")
        packed = Window(self._content, section.offset + self._chdr, section.size - self._chdr)
        spool = Spool(self._budget)
        inflate(packed, 0, ZLIB, spool)
        return spool.content()

    def _section_field(self, offset: int) -> str:
        number, rest = divmod(offset, self._shdr.size)
        if number >= len(self._sections):
            return ""
        return f"{shown(self._sections[number].name)} {_member(self._shdr, _SHDR_NAMES, rest)}"

    def _symbols(self, table: _Section) -> list[tuple[bytes, int, int, int, int]]:
        """(name, section, type, value, size) of each; none if there are far too many, or no names."""
        if not 0 < table.link < len(self._sections) or table.size > _MOST_SYMBOLS * self._sym.size:
            return []
        names = self._sections[table.link]
        try:
            strings = self._content.exactly(names.offset, names.size)
        except Refused:
            return []
        size = table.size // self._sym.size * self._sym.size
        rows = self._sym.iter_unpack(self._content.exactly(table.offset, size))
        if self._is_64:
            return [
                (_string(strings, name), section, info & 15, value, size)
                for name, info, _, section, value, size in rows
            ]
        return [
            (_string(strings, name), section, info & 15, value, size)
            for name, value, size, info, _, section in rows
        ]

    def _symbol_field(self, table: _Section, offset: int) -> str:
        names = self._names(table)
        number = offset // self._sym.size
        return names[number] if number < len(names) else ""

    def _names(self, table: _Section) -> list[str]:
        if table.number not in self._named:
            self._named[table.number] = [f"symbol {shown(row[0])}" for row in self._symbols(table)]
        return self._named[table.number]

    @cached_property
    def _named(self) -> dict[int, list[str]]:
        return {}

    @cached_property
    def _functions(self) -> dict[int, tuple[list[int], list[tuple[bytes, int]]]]:
        """Of each section by number: starts of functions and objects, ascending; names and sizes."""
        tables = [section for section in self._sections if section.type == _SHT_SYMTAB]
        tables = tables or [section for section in self._sections if section.type == _SHT_DYNSYM]
        found: dict[int, list[tuple[int, bytes, int]]] = {}
        for table in tables[:1]:
            for name, section, kind, value, size in self._symbols(table):
                if kind in (_STT_OBJECT, _STT_FUNC) and name and section < len(self._sections):
                    base = 0 if self._values["e_type"] == _ET_REL else self._sections[section].address
                    found.setdefault(section, []).append((value - base, name, size))
        return {
            section: ([row[0] for row in rows], [row[1:] for row in rows])
            for section, rows in ((section, sorted(rows)) for section, rows in found.items())
        }

    def _function(self, section: _Section, offset: int) -> str:
        """ "main+0x1c", if a function or object lies there."""
        starts, names = self._functions.get(section.number, ([], []))
        at = bisect_right(starts, offset) - 1
        if at < 0 or offset >= starts[at] + names[at][1]:
            return ""
        distance = offset - starts[at]
        return shown(names[at][0]) + (f"+{distance:#x}" if distance else "")


def _string(strings: bytes, at: int) -> bytes:
    return strings[at : strings.find(b"\0", at)] if 0 <= at < len(strings) else b""


def _member(layout: struct.Struct, names: tuple[str, ...], offset: int) -> str:
    """The member of a structure that an offset lies in."""
    end = 0
    for name, code in zip(names, layout.format[1:], strict=True):
        end += struct.calcsize("=" + code)
        if offset < end:
            return name
    return ""


def _unnamed(_offset: int) -> str:
    return ""
