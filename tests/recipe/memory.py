"""A project in memory: what tests evaluate."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from pathlib import Path

from bootstrap.digest import digest
from bootstrap.recipe.evaluate import evaluate
from bootstrap.recipe.project import Project
from bootstrap.recipe.reader import Content, Entry

ROOT = Path("/project")
STAGE = "stages/00-one/stage.star"
"""The file that a test writes, unless it says otherwise."""


class MemoryReader:
    """A `Reader` of files in a dict; keeps the same promises as one of a disk."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {path: t.encode() if isinstance(t, str) else t for path, t in files.items()}
        self._read: set[str] = set()
        self._searched: set[str] = set()

    def read(self, path: str) -> bytes | None:
        data = self._files.get(path)
        if data is None:
            self._search(posixpath.dirname(path))
        else:
            self._read.add(path)
        return data

    def content(self, path: str) -> Content | None:
        if path not in self._files:
            return None
        self._read.add(path)
        data = self._files[path]
        return Content(digest=digest(data), size=len(data), executable=data.startswith(b"#!"))

    def entries(self, path: str) -> tuple[Entry, ...]:
        self._search(path)
        start = f"{path}/" if path else ""
        names = {
            name.removeprefix(start).partition("/")[::2] for name in self._files if name.startswith(start)
        }
        below = dict(sorted(names))
        return tuple(Entry(name=n, kind="directory" if below[n] else "file") for n in below)

    def looked_at(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return tuple(sorted(self._read)), tuple(sorted(self._searched))

    def _search(self, path: str) -> None:
        while path and not any(name.startswith(f"{path}/") for name in self._files):
            path = posixpath.dirname(path)
        self._searched.add(path)


def project(files: str | Mapping[str, str | bytes], **options: str) -> Project:
    """The project whose one stage file (or whose files) this is."""
    if isinstance(files, str):
        files = {STAGE: files}
    return evaluate(ROOT, options=options, reader=MemoryReader(files))
