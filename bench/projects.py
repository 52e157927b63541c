"""Projects made for measuring: so many trivial recipes, as a chain or as a fan."""

from __future__ import annotations

import os
import struct
from pathlib import Path

_HEADER = '''"""{count} trivial recipes."""

_TRUE = files("true")

def _trivial(name, tools):
    return recipe(
        name = name,
        version = "1",
        source = _TRUE,
        tools = tools,
        commands = [["/build/true"], write("{{out}}/name", name)],
    )

'''


def exit_zero() -> bytes:
    """A static x86-64 Linux program that ends with status 0 and does nothing else (elf(5))."""
    code = bytes.fromhex("31ff b83c000000 0f05".replace(" ", ""))  # xor edi,edi; mov eax,60; syscall
    base, start = 0x400000, 64 + 56
    size = start + len(code)
    header = b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack(
        "<HHIQQQIHHHHHH", 2, 62, 1, base + start, 64, 0, 0, 64, 56, 1, 0, 0, 0
    )
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, base, base, size, size, 4096)
    return header + segment + code


def make(root: Path, *, count: int, shape: str, files: bool = False) -> Path:
    """A project of `count` recipes: ``chain`` (each needs the one before) or ``fan`` (one needs
    all others). The target that needs everything is "all". `files`: one file for each recipe."""
    stage = root / "stages" / "00-many"
    stage.mkdir(parents=True)
    true = stage / "true"
    true.write_bytes(exit_zero())
    os.chmod(true, 0o755)
    names = [f"n{number}" for number in range(count - 1)]
    lines = [_HEADER.format(count=count)]
    for number, name in enumerate(names):
        tools = f"[{names[number - 1]}]" if shape == "chain" and number else "[]"
        lines.append(f'{name} = _trivial("{name}", {tools})\n')
    last = f"[{names[-1]}]" if shape == "chain" and names else f"[{', '.join(names)}]"
    lines.append(f'all = _trivial("all", {last})\n')
    lines.append('stage(name = "many", recipes = [all])\n')
    (stage / "stage.star").write_text("".join(lines))
    return root
