"""Everything that a target needs, as one directory: files by name, and a SHA256SUMS."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bootstrap.errors import DigestMismatch, StoreError
from bootstrap.fetch.cache import CHUNK
from bootstrap.recipe.model import Source

MANIFEST = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Collected:
    """One file of the directory: its name there, and the source it is."""

    name: str
    source: Source


def collect(paths: Mapping[Source, Path], to_dir: Path) -> tuple[Collected, ...]:
    """Copy every source from its path into `to_dir` and write ``SHA256SUMS``; sorted by name.

    A source has its own file name; of two different ones of the same name, the second is named by
    its sha256, where ``--sources`` looks too. Every file is hashed while it is copied. Errors:
    DigestMismatch if a file of the cache has changed, StoreError if `to_dir` cannot be written.
    """
    by_name: dict[str, Source] = {}
    at: dict[str, Path] = {}
    for source, path in sorted(paths.items(), key=lambda pair: (pair[0].file, pair[0].sha256)):
        there = by_name.get(source.file)
        if there is not None and there.sha256 == source.sha256:
            continue
        name = source.sha256.hex if there is not None or source.file == MANIFEST else source.file
        by_name[name] = source
        at[name] = path
    collected = tuple(Collected(name, by_name[name]) for name in sorted(by_name))
    try:
        to_dir.mkdir(parents=True, exist_ok=True)
        for one in collected:
            _copy(at[one.name], one.source, to_dir / one.name)
        lines = [f"{one.source.sha256}  {one.name}\n" for one in collected]
        _replace(to_dir / MANIFEST, "".join(lines).encode())
    except OSError as error:
        raise StoreError(f"collecting sources: {error.filename or to_dir}: {error.strerror}") from error
    return collected


def _copy(path: Path, source: Source, target: Path) -> None:
    sha256 = hashlib.sha256()
    aside = target.with_name(f".{target.name}.part")
    try:
        with path.open("rb", buffering=0) as old, aside.open("wb", buffering=0) as new:
            while data := old.read(CHUNK):
                sha256.update(data)
                new.write(data)
        if sha256.hexdigest() != source.sha256.hex:
            raise changed(path, source, sha256.hexdigest())
        os.rename(aside, target)
    finally:
        aside.unlink(missing_ok=True)


def _replace(path: Path, data: bytes) -> None:
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(data)
    os.rename(aside, path)


def changed(path: Path, source: Source, got: str) -> DigestMismatch:
    """The error for a file of the cache whose bytes are no longer what they were."""
    return DigestMismatch(
        f"{path}: changed since it was fetched\n"
        f"    expected: sha256 {source.sha256} ({source.file})\n"
        f"    got:      sha256 {got}",
        hint="remove it, and it will be fetched again; then find out what writes into the cache",
    )
