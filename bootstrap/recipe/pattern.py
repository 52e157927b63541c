"""Patterns of `files()`: ``*`` and ``?`` within a name, ``**`` for any directories between."""

from __future__ import annotations

import fnmatch
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
    return sorted(_matches(reader, directory, "", wanted, set()))


def _matches(
    reader: Reader, directory: str, below: str, parts: list[str], seen: set[tuple[str, int]]
) -> Iterator[str]:
    """Matches beneath `below` of what is left of a pattern; none if they were sought before, since
    several ``**`` lead to one place in very many ways."""
    if (below, len(parts)) in seen:
        return
    seen.add((below, len(parts)))
    part, rest = parts[0], parts[1:]
    entries = reader.entries(_join(directory, below))
    if part == "**":
        yield from _matches(reader, directory, below, rest, seen)
        for entry in entries:
            if entry.kind == "directory" and not entry.name.startswith("."):
                yield from _matches(reader, directory, _join(below, entry.name), parts, seen)
        return
    # Its regular expression does not try every way in which many stars can share a name.
    fits = re.compile(fnmatch.translate(part.replace("[", "[[]"))).match
    for entry in entries:
        if not fits(entry.name) or (entry.name.startswith(".") and not part.startswith(".")):
            continue
        if rest and entry.kind == "directory":
            yield from _matches(reader, directory, _join(below, entry.name), rest, seen)
        elif not rest and entry.kind == "file":
            yield _join(below, entry.name)


def _join(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory and name else directory or name
