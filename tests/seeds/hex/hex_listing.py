"""What the remarks of a commented hex file claim, against what its bytes are."""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Mapping
from functools import cache

import capstone

WIDTHS = {"byte": 1, "word": 2, "dword": 4, "qword": 8}

# elf(5): offset in the header, size.
ELF_HEADER = {
    "EI_MAG": (0, 4),
    "EI_CLASS": (4, 1),
    "EI_DATA": (5, 1),
    "EI_VERSION": (6, 1),
    "EI_OSABI": (7, 1),
    "EI_PAD": (8, 8),
    "e_type": (16, 2),
    "e_machine": (18, 2),
    "e_version": (20, 4),
    "e_entry": (24, 8),
    "e_phoff": (32, 8),
    "e_shoff": (40, 8),
    "e_flags": (48, 4),
    "e_ehsize": (52, 2),
    "e_phentsize": (54, 2),
    "e_phnum": (56, 2),
    "e_shentsize": (58, 2),
    "e_shnum": (60, 2),
    "e_shstrndx": (62, 2),
}
PROGRAM_HEADER = {
    "p_type": (0, 4),
    "p_flags": (4, 4),
    "p_offset": (8, 8),
    "p_vaddr": (16, 8),
    "p_paddr": (24, 8),
    "p_filesz": (32, 8),
    "p_memsz": (40, 8),
    "p_align": (48, 8),
}
PROGRAM_HEADER_SIZE = 56


@cache
def disassembler() -> capstone.Cs:
    return capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_64)


def width(register: str) -> int:
    """In bytes."""
    if register[0] == "r":
        return 4 if register.endswith("d") else 8
    if register[0] == "e":
        return 4
    return 1 if register[1] in "lh" else 2


REGISTER = re.compile(r"[re]?(?:[abcd]x|[sd]i|[sb]p)|[abcd][lh]|r(?:8|9|1[0-5])d?|rip")

Terms = tuple[tuple[tuple[str, int], ...], int]  # registers with their factors; a number


def terms(text: str, names: Mapping[str, int]) -> Terms:
    """A sum of registers (times a number) and numbers, which may be called by a name."""
    registers: dict[str, int] = {}
    number = 0
    for sign, term in re.findall(r"([+-]?)\s*([^\s+-]+(?:\s*\*\s*[^\s+-]+)*)", text):
        factor, register = -1 if sign == "-" else 1, ""
        for word in re.split(r"\s*\*\s*", term):
            if REGISTER.fullmatch(word):
                register = word
            else:
                factor *= names[word] if word in names else int(word, 0)
        if register:
            registers[register] = registers.get(register, 0) + factor
        else:
            number += factor
    return tuple(sorted(registers.items())), number


def agrees(claim: str, found: capstone.CsInsn, names: Mapping[str, int]) -> bool:
    """Whether the claim is what capstone says, with names in place of numbers and addresses.

    The size of a memory operand is left out where a register operand has the same, and so are the implied
    operands of string instructions.
    """
    claim = re.sub(r"'(\\.|.)'", lambda match: str(ord(ast.literal_eval(match[0]))), claim)
    mnemonic, _, rest = claim.partition(" ")
    if mnemonic in ("rep", "repe"):
        mnemonic, rest = claim, ""
    if mnemonic != found.mnemonic.replace("movabs", "mov"):
        return False
    if not rest:
        return not found.op_str or found.mnemonic.split()[-1][:-1] in ("lods", "stos", "movs", "cmps")
    ours, theirs = rest.split(", "), found.op_str.split(", ")
    if len(ours) != len(theirs):
        return False
    registers = [word for word in ours if REGISTER.fullmatch(word)]
    bits = 64 if not registers or width(registers[0]) == 8 else 32
    for left, right in zip(ours, theirs, strict=True):
        memory = re.fullmatch(r"(?:(\w+) )?\[(.+)\]", left)
        if not memory:
            (left_registers, left_number), (right_registers, right_number) = (
                terms(left, names),
                terms(right, {}),
            )
            if left_registers != right_registers or (left_number - right_number) % 2**bits:
                return False
            continue
        real = re.fullmatch(r"(?:(\w+) ptr )?\[(.+)\]", right)
        if not real:
            return False
        if memory[1] != real[1] and (memory[1] or WIDTHS[real[1]] not in map(width, registers)):
            return False
        found_registers, found_number = terms(real[2], {})
        if found_registers == (("rip", 1),):
            found_registers, found_number = (), found_number + found.address + found.size
        if (found_registers, found_number) != terms(memory[2], names):
            return False
    return True


def data(claim: str) -> bytes:
    """What db, dw, dd and dq directives stand for."""
    out = b""
    for directive in re.findall(r'(d[bwdq] (?:"[^"]*"|[^;"])*)', claim):
        size = {"db": 1, "dw": 2, "dd": 4, "dq": 8}[directive[:2]]
        for item in re.findall(r'"[^"]*"|\w+', directive[2:]):
            out += item[1:-1].encode() if item[0] == '"' else int(item, 0).to_bytes(size, "little")
    return out


def check_code(claim: str, code: bytes, address: int, names: Mapping[str, int]) -> None:
    """The claim, instructions with `; ` between them or data, is what the bytes at the address are."""
    if re.match(r"d[bwdq] ", claim):
        assert data(claim) == code, claim
        return
    claims = re.split(r"; ", claim)
    found = list(disassembler().disasm(code, address))
    assert sum(one.size for one in found) == len(code), claim
    assert len(found) == len(claims), claim
    for ours, theirs in zip(claims, found, strict=True):
        assert agrees(ours, theirs, names), (ours, f"{theirs.mnemonic} {theirs.op_str}")


def check_fields(claim: str, binary: bytes, start: int, end: int) -> None:
    """The claim, `field = number` with commas between, is what the bytes from start to end are as ELF."""
    table = struct.unpack_from("<Q", binary, ELF_HEADER["e_phoff"][0])[0]
    covered: set[int] = set()
    for name, number in re.findall(r"(\w+) = (\w+)", claim):
        if name in ELF_HEADER:
            at, size = ELF_HEADER[name]
        else:
            at, size = PROGRAM_HEADER[name]
            at += table + (start - table) // PROGRAM_HEADER_SIZE * PROGRAM_HEADER_SIZE
        assert int.from_bytes(binary[at : at + size], "little") == int(number, 0), claim
        covered |= set(range(at, at + size))
    assert covered == set(range(start, end)), claim
