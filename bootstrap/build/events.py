"""What happens while a plan is carried out, as values for whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bootstrap.digest import Digest
from bootstrap.storepath import StorePath

How = Literal["built", "checked", "reused", "failed"]


@dataclass(frozen=True, slots=True)
class Planned:
    """What there is to do: so many builds and checks, so many results that are there already."""

    to_do: int
    there: int


@dataclass(frozen=True, slots=True)
class Fetching:
    """A source is being had: so many bytes of so many."""

    file: str
    done: int
    size: int


@dataclass(frozen=True, slots=True)
class Started:
    """A build or check has begun; ``expected`` seconds by its history, 0 if it has none."""

    id: Digest
    title: str
    cores: int
    expected: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """Another process builds this very derivation; its result will be used."""

    id: Digest
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """The newest whole line of a running build's log."""

    id: Digest
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A build or check came to its end.

    ``how``: "built"; "checked"; "reused" (already in the store, known only now: another route led
    to the same inputs); "failed".
    """

    id: Digest
    title: str
    how: How
    seconds: float
    outputs: tuple[tuple[str, StorePath], ...] = ()


@dataclass(frozen=True, slots=True)
class Collecting:
    """Garbage is being removed from the store: so many paths of so many are gone."""

    gone: int
    of: int


Event = Planned | Fetching | Started | Waiting | Line | Finished | Collecting
