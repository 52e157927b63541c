"""What the builds of a diagnosis gave, as a value to keep: an interrupted one goes on from it.

Kept as JSON, format "reprocheck.archive/1": an object with `schema`, `variations` (the names of those
that took part), `without_traps` and `builds`, each with `number`, `varied`, `pinned`, `ok`, `message`,
`started`, `ended`, `seconds`, `observed`, `writers` and `outputs`, by name an index of the tree as
`reprocheck.compare.index` spells it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bootstrap.tree import Node, directory
from reprocheck.compare.index import dumps, loads
from reprocheck.diagnose.search import Varied

SCHEMA = "reprocheck.archive/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one build gave."""

    number: int
    varied: Varied | None
    """None: the stored result."""
    pinned: bool = False
    """On one processor, one step at a time."""
    ok: bool
    message: str = ""
    started: float = 0.0
    ended: float = 0.0
    seconds: float = 0.0
    observed: Mapping[str, Any] = field(default_factory=dict)
    writers: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, Node] = field(default_factory=dict)

    @property
    def tree(self) -> Node:
        """All outputs as one directory."""
        return directory({name.encode(): node for name, node in self.outputs.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The builds so far, and what they were made with."""

    variations: tuple[str, ...] = ()
    without_traps: bool = False
    """The build does not work under the supervisor."""
    records: tuple[Record, ...] = ()

    def dumps(self) -> bytes:
        """As bytes to keep."""
        builds = [
            {
                "number": record.number,
                "varied": None if record.varied is None else sorted(record.varied),
                "pinned": record.pinned,
                "ok": record.ok,
                "message": record.message,
                "started": record.started,
                "ended": record.ended,
                "seconds": record.seconds,
                "observed": record.observed,
                "writers": record.writers,
                "outputs": {name: json.loads(dumps(node)) for name, node in record.outputs.items()},
            }
            for record in self.records
        ]
        value = {
            "schema": SCHEMA,
            "variations": self.variations,
            "without_traps": self.without_traps,
            "builds": builds,
        }
        return json.dumps(value, sort_keys=True).encode()


def parse(data: bytes) -> Archive:
    """The inverse of `Archive.dumps`; ValueError for anything else."""
    try:
        value = json.loads(data)
        if value["schema"] != SCHEMA:
            raise ValueError(f"not {SCHEMA}: {value['schema']!r}")
        return Archive(
            variations=tuple(value["variations"]),
            without_traps=bool(value["without_traps"]),
            records=tuple(_record(build) for build in value["builds"]),
        )
    except (TypeError, KeyError, AttributeError, RecursionError, UnicodeError) as error:
        raise ValueError(f"not the archive of a diagnosis: {error}") from error


def _record(build: Any) -> Record:
    varied = build["varied"]
    return Record(
        number=int(build["number"]),
        varied=None if varied is None else frozenset(varied),
        pinned=bool(build["pinned"]),
        ok=bool(build["ok"]),
        message=str(build["message"]),
        started=float(build["started"]),
        ended=float(build["ended"]),
        seconds=float(build["seconds"]),
        observed=dict(build["observed"]),
        writers=dict(build["writers"]),
        outputs={name: loads(json.dumps(node).encode()) for name, node in build["outputs"].items()},
    )
