"""What the store tells: facts about paths, realisations and builds.

Named tuples, which are made in a fifth of the time that dataclasses take: whoever looks anything up
imports this.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bootstrap.digest import Digest
from bootstrap.storepath import StorePath


class PathInfo(NamedTuple):
    """What is recorded of a store path."""

    path: StorePath
    digest: Digest
    """The output digest (`bootstrap.storepath.output_digest`): what expectations hold."""
    tree: Digest
    """The digest of the tree, with the filler in place of references to itself."""
    size: int
    """Bytes in all regular files."""
    files: int
    """Regular files and symlinks."""
    references: tuple[StorePath, ...]
    """Other store paths that it mentions; sorted, without itself."""
    self_references: int
    """How often it mentions itself."""
    registered: float
    """When it was added, in seconds since the epoch."""


class Realisation(NamedTuple):
    """The recorded fact that a derivation (planned or resolved) gave these outputs."""

    id: Digest
    outputs: tuple[tuple[str, StorePath], ...]
    """Output name and path, sorted by name; () for a check that held."""
    registered: float
    """When, in seconds since the epoch."""


class Added(NamedTuple):
    """What became of one output."""

    path: StorePath
    digest: Digest
    tree: Digest
    size: int
    files: int
    references: tuple[StorePath, ...]
    self_references: int
    occurrences: Mapping[StorePath, tuple[bytes, int]]
    """Of each reference, one place where it stands: file from the top, byte offset in it (or in its
    name or symlink target)."""
    was_there: bool
    """The same bytes were in the store before."""


class BuildRecord(NamedTuple):
    """One build or check that was run, well or not."""

    planned: Digest
    resolved: Digest
    title: str
    started: float
    """Seconds since the epoch."""
    wall: float
    """Seconds; so are `user` and `system`, of all processes of the build together."""
    user: float
    system: float
    peak_memory: int
    """Bytes, of all processes together at one time."""
    cores: int
    ok: bool
    log: str
    """Where its log lies."""


class KeptVerdict(NamedTuple):
    """What a check of reproducibility came to, of one resolved derivation."""

    method: str
    """What was tried, by the checker's own name for it: another method may come to another verdict."""
    verdict: str
    """For people: "reproducible"."""
    causes: tuple[str, ...]
    """Names, the most certain first."""
    checked: float
    """When, in seconds since the epoch."""


class Damage(NamedTuple):
    """What is wrong with a registered path."""

    path: StorePath
    what: str
    expected: Digest | None = None
    got: Digest | None = None


class PoolDamage(NamedTuple):
    """What is wrong with a file of the pool."""

    name: str
    """Its place beneath the pool."""
    what: str


class Verdict(NamedTuple):
    """What came of looking at everything, or at some paths."""

    paths: int
    files: int
    """Distinct files that were read."""
    size: int
    """Bytes in them."""
    damaged: tuple[Damage, ...]
    """Sorted by path."""
    pool: tuple[PoolDamage, ...]
    database: tuple[str, ...]
    """What SQLite finds wrong with the database."""

    @property
    def is_whole(self) -> bool:
        return not (self.damaged or self.pool or self.database)
