"""Patterns of `files()`: ``*`` and ``?`` within a name, ``**`` for any directories between."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bootstrap.recipe.reader import Reader


def expand(reader: Reader, directory: str, pattern: str) -> list[str]:
    """Paths of the files beneath a directory that match, relative to it, sorted.

    A name that begins with a dot is matched only by a pattern that begins with one. ValueError for
    a pattern that is empty, absolute, or leads out of the directory.
    """
    parts = pattern.split("/")
    if not pattern or pattern.startswith("/"):
        raise ValueError(f'"{pattern}" is not a relative path')
    if ".." in parts:
        raise ValueError(f'"{pattern}" leads out of its directory')
    if parts[-1] == "**":
        parts.append("*")
    wanted = [part for part in parts if part not in ("", ".")]
    return sorted(set(_matches(reader, directory, "", wanted)))


def _matches(reader: Reader, directory: str, below: str, parts: list[str]) -> Iterator[str]:
    part, rest = parts[0], parts[1:]
    entries = reader.entries(_join(directory, below))
    if part == "**":
        yield from _matches(reader, directory, below, rest)
        for entry in entries:
            if entry.kind == "directory" and not entry.name.startswith("."):
                yield from _matches(reader, directory, _join(below, entry.name), parts)
        return
    fits = re.compile(
        "".join({"*": "[^/]*", "?": "[^/]"}.get(c, re.escape(c)) for c in part), re.DOTALL
    ).fullmatch
    for entry in entries:
        if not fits(entry.name) or (entry.name.startswith(".") and not part.startswith(".")):
            continue
        if rest and entry.kind == "directory":
            yield from _matches(reader, directory, _join(below, entry.name), rest)
        elif not rest and entry.kind == "file":
            yield _join(below, entry.name)


def _join(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory and name else directory or name
