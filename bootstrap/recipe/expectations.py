"""The `expectations` file of a stage: the digest that every output is known to have.

One output per line, sorted by name; ``#`` begins a remark::

    # built on three machines
    lua-5.4.4 <64 hexadecimal digits>
    musl-1.2.3-dev <64 hexadecimal digits>
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from bootstrap.digest import Digest
from bootstrap.recipe.fault import Fault, Faults
from bootstrap.recipe.model import Location

FILE = "expectations"
"""The file's name, beside ``stage.star``."""

_WORD = re.compile(r"\S+")


def parse_expectations(text: str, file: str, faults: Faults) -> dict[str, Digest]:
    """Digest by output name. What a line has wrong is added to the faults, and the line left out."""
    found: dict[str, Digest] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        words = list(_WORD.finditer(line.partition("#")[0]))
        if not words:
            continue

        def fault(word: re.Match[str], message: str, hint: str = "", at: int = number) -> None:
            where = Location(file, at, word.start() + 1)
            faults.add(Fault(where=where, message=message, hint=hint, width=len(word[0])))

        form = "a line is: name-version digest"
        if len(words) != 2:
            what = "no digest" if len(words) == 1 else "more than a name and a digest"
            fault(words[0] if len(words) == 1 else words[2], what, form)
            continue
        name, digits = words[0][0], words[1][0]
        try:
            value = Digest.parse(digits)
        except ValueError:
            fault(words[1], "not a digest of 64 lower-case hexadecimal digits", form)
            continue
        if name in found:
            fault(words[0], f"{name} stands here twice", f"the first is on line {lines[name]}")
            continue
        found[name], lines[name] = value, number
    return found


def with_expectations(text: str, entries: Mapping[str, str]) -> str:
    """The file's text with these entries (name to 64 hexadecimal digits) changed or put in.

    Remarks and the order of lines stay; a new entry goes before the first whose name is greater.
    """
    lines = text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    left = dict(entries)
    for index, line in enumerate(lines):
        words = line.partition("#")[0].split()
        if words and words[0] in left:
            remark = "".join(line.partition("#")[1:])
            lines[index] = f"{words[0]} {left.pop(words[0])}" + (f"  {remark}" if remark else "")
    for name, digits in sorted(left.items()):
        at = len(lines)
        for index, line in enumerate(lines):
            words = line.partition("#")[0].split()
            if words and words[0] > name:
                at = _above_its_remark(lines, index)
                break
        lines.insert(at, f"{name} {digits}")
    return "".join(line + "\n" for line in lines)


def _above_its_remark(lines: list[str], index: int) -> int:
    """Where the remark on an entry begins; one that begins the file is about the whole file."""
    at = index
    while at > 0 and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at or index


def update_expectations(path: Path, entries: Mapping[str, str]) -> None:
    """Writes the entries into an `expectations` file, which need not exist yet, in one step."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        text = ""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(with_expectations(text, entries), "utf-8")
    os.replace(aside, path)
