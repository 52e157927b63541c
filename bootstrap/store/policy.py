"""What is to be collected, and what came of it. Apart from other values: most verbs need none of it."""

from __future__ import annotations

from dataclasses import dataclass

from bootstrap.storepath import StorePath


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What may be collected, and how much of it."""

    older_than: float
    """Seconds since the last use, of what may go."""
    keep: tuple[StorePath, ...] = ()
    """Stay with all that they refer to."""
    max_size: int | None = None
    """Bytes of the store from which on nothing more goes; None: all that may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage:
    """A path that nothing keeps."""

    path: StorePath
    size: int
    """Bytes in its files, also in those that it shares with others."""
    last_used: float
    """Seconds since the epoch."""
    rebuild: float | None
    """Seconds that its last good build took; None if there is no record."""
    referrers: int
    """Paths that refer to it; all of them are garbage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What a collection removed, or would."""

    garbage: tuple[Garbage, ...]
    """In the order in which it goes."""
    freed: int
    """Bytes; a file that paths share counts once the last of them goes."""
    leftovers: int
    """What killed processes had left in the store."""
    spared: int = 0
    """Paths that were to go, and stay because somebody began to use them."""
    size: int | None = None
    """Bytes in the store afterwards, if they were counted."""
