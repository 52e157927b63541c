"""What checks of reproducibility came to, kept for as long as the realisation they are about.

A verdict belongs to a resolved derivation, and to what it gave here: when that goes, or another
result takes its place, the verdict goes with it. What is kept of a report, and of a check that was
interrupted, are bytes that only the checker reads.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bootstrap.digest import Digest
from bootstrap.store.database import Database
from bootstrap.store.values import KeptVerdict

if TYPE_CHECKING:
    import sqlite3


class Verdicts:
    """Questions to the database; every change is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, id: Digest, *, method: str, verdict: str, causes: Iterable[str], report: bytes) -> bool:
        """Keeps a verdict in place of an older one, and forgets what is unfinished; False if the
        derivation's realisation is gone."""

        def act(connection: sqlite3.Connection) -> bool:
            connection.execute("DELETE FROM unfinished WHERE id = ?", (id.raw,))
            done = connection.execute(
                "INSERT OR REPLACE INTO verdicts SELECT id,?,?,?,?,? FROM realisations WHERE id = ?",
                (method, verdict, "\n".join(causes), report, time.time(), id.raw),
            )
            return done.rowcount > 0

        return self._database.write(act)

    def of(self, ids: Iterable[Digest]) -> dict[Digest, KeptVerdict]:
        """Of those derivations that have one."""
        rows = self._database.read_many(
            "SELECT id, method, verdict, causes, checked FROM verdicts WHERE id IN ({})",
            [id.raw for id in ids],
        )
        return {
            Digest(id): KeptVerdict(
                method=method,
                verdict=verdict,
                causes=tuple(causes.split("\n")) if causes else (),
                checked=checked,
            )
            for id, method, verdict, causes, checked in rows
        }

    def report(self, id: Digest) -> bytes | None:
        """The report behind a verdict."""
        rows = self._database.read("SELECT report FROM verdicts WHERE id = ?", (id.raw,))
        return rows[0][0] if rows else None

    def keep_unfinished(self, id: Digest, *, method: str, state: bytes) -> None:
        """Keeps what a check knows so far, unless the derivation's realisation is gone."""
        self._database.write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO unfinished SELECT id,?,? FROM realisations WHERE id = ?",
                (method, state, id.raw),
            )
        )

    def unfinished(self, id: Digest, *, method: str) -> bytes | None:
        """What a check by this method knew when it was interrupted."""
        rows = self._database.read(
            "SELECT state FROM unfinished WHERE id = ? AND method = ?", (id.raw, method)
        )
        return rows[0][0] if rows else None
