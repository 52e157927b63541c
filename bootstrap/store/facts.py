"""Questions to the database and what is written there: paths, references, realisations, builds."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bootstrap.digest import Digest
from bootstrap.errors import StoreError
from bootstrap.store.database import Database
from bootstrap.store.values import Added, BuildRecord, PathInfo, Realisation
from bootstrap.storepath import PREFIX, StorePath

if TYPE_CHECKING:
    import sqlite3

_MEMORY_LIMIT = 64 << 20
"""Bytes of remembered values; the oldest go first."""
_LOGS_KEPT = 5
"""Logs kept of each derivation."""
_BUILD = "planned, resolved, title, started, wall, user, system, peak_memory, cores, ok, log"


class Facts:
    """What is recorded. Every question is one query (or a few), every change one transaction."""

    def __init__(self, database: Database, home: str) -> None:
        self._database = database
        self._home = home

    # paths

    def every_path(self) -> tuple[StorePath, ...]:
        """All that is registered, sorted."""
        rows = self._database.read("SELECT hash, name FROM paths ORDER BY hash")
        return tuple([StorePath(hash, name) for hash, name in rows])

    def infos(self, paths: Iterable[StorePath]) -> dict[StorePath, PathInfo]:
        """Of those that are registered."""
        wanted = {path.hash: path for path in paths}
        rows = self._database.read_many(
            "SELECT id, hash, name, digest, tree, size, files, self_references, registered "
            "FROM paths WHERE hash IN ({})",
            list(wanted),
        )
        rows = [row for row in rows if wanted[row[1]].name == row[2]]
        references: dict[int, list[StorePath]] = {}
        for referrer, hash, name in self._database.read_many(
            "SELECT referrer, hash, name FROM refs JOIN paths ON paths.id = reference "
            "WHERE referrer IN ({}) ORDER BY hash",
            [row[0] for row in rows],
        ):
            references.setdefault(referrer, []).append(StorePath(hash, name))
        return {
            wanted[hash]: PathInfo(
                path=wanted[hash],
                digest=Digest(digest),
                tree=Digest(tree),
                size=size,
                files=files,
                references=tuple(references.get(id, ())),
                self_references=own,
                registered=registered,
            )
            for id, hash, name, digest, tree, size, files, own, registered in rows
        }

    def has(self, path: StorePath) -> bool:
        rows = self._database.read("SELECT name FROM paths WHERE hash = ?", (path.hash,))
        return bool(rows) and rows[0][0] == path.name

    def are_registered(self, paths: Sequence[StorePath]) -> bool:
        """Whether all of them are."""
        names = dict(
            self._database.read_many(
                "SELECT hash, name FROM paths WHERE hash IN ({})", [path.hash for path in paths]
            )
        )
        return all(names.get(path.hash) == path.name for path in paths)

    def closure(self, paths: Iterable[StorePath]) -> tuple[StorePath, ...]:
        """The paths and all they refer to, sorted; StoreError if one of them is not registered."""
        return tuple(map(StorePath.of_basename, self.closure_basenames(paths)))

    def closure_basenames(self, paths: Iterable[StorePath]) -> list[str]:
        """The same as their last parts: for thousands, as making `StorePath`s takes time."""
        wanted = list(dict.fromkeys(paths))
        marks = ",".join("?" * len(wanted))
        # All of them in one text: SQLite would make rows one by one, each with a call.
        ((joined,),) = self._database.read(
            f"WITH RECURSIVE closure(id) AS (SELECT id FROM paths WHERE hash IN ({marks}) "
            "UNION SELECT reference FROM refs JOIN closure ON referrer = closure.id) "
            "SELECT group_concat(hash || '-' || name, '/') FROM closure JOIN paths USING (id)",
            [path.hash for path in wanted],
        )
        found = joined.split("/") if joined else []
        missing = {path.basename for path in wanted}.difference(found)
        if missing:
            raise StoreError(f"not in the store: {PREFIX}/{min(missing)}", hint="build it again")
        found.sort()
        return found

    def add_paths(self, added: Sequence[Added], boot: str) -> None:
        """Registers new paths; each comes after those of them that it refers to."""

        def act(connection: sqlite3.Connection) -> None:
            for path in added:
                connection.execute(
                    "INSERT INTO paths (hash, name, digest, tree, size, files, self_references, "
                    "registered, boot) VALUES (?,?,?,?,?,?,?,?,?)",
                    (
                        path.path.hash,
                        path.path.name,
                        path.digest.raw,
                        path.tree.raw,
                        path.size,
                        path.files,
                        path.self_references,
                        time.time(),
                        boot,
                    ),
                )
                id = self._id(connection, path.path)
                connection.executemany(
                    "INSERT INTO refs VALUES (?,?)",
                    [(id, self._id(connection, reference)) for reference in path.references],
                )

        self._database.write(act)

    def remove_paths(self, paths: Iterable[StorePath]) -> tuple[StorePath, ...]:
        """Forgets paths, all that refers to them, and every realisation with one of them; which."""
        wanted = [path.hash for path in paths]

        def act(connection: sqlite3.Connection) -> tuple[StorePath, ...]:
            marks = ",".join("?" * len(wanted))
            connection.execute("CREATE TEMP TABLE IF NOT EXISTS gone (id INTEGER PRIMARY KEY)")
            connection.execute("DELETE FROM gone")
            connection.execute(
                "INSERT INTO gone "
                f"WITH RECURSIVE above(id) AS (SELECT id FROM paths WHERE hash IN ({marks}) "
                "UNION SELECT referrer FROM refs JOIN above ON reference = above.id) "
                "SELECT id FROM above",
                wanted,
            )
            rows = connection.execute("SELECT hash, name FROM gone JOIN paths USING (id)").fetchall()
            self._delete_gone(connection)
            return tuple(StorePath(hash, name) for hash, name in rows)

        return self._database.write(act) if wanted else ()

    # collecting

    def rows_of_paths(self) -> list[tuple[int, str, str, int, float]]:
        """Row, hash, base name, size and time of registration of all that is registered."""
        return self._database.read("SELECT id, hash, hash || '-' || name, size, registered FROM paths")

    def every_reference(self) -> dict[int, list[int]]:
        """The rows that each row refers to."""
        references: dict[int, list[int]] = {}
        for referrer, reference in self._database.read("SELECT referrer, reference FROM refs"):
            references.setdefault(referrer, []).append(reference)
        return references

    def siblings(self) -> list[list[int]]:
        """The rows that are outputs of one derivation, where those are several."""
        groups: dict[bytes, list[int]] = {}
        for id, path in self._database.read(
            "SELECT id, path FROM realised WHERE id IN (SELECT id FROM realised WHERE output != 'out')"
        ):
            groups.setdefault(id, []).append(path)
        return list(groups.values())

    def rebuild_seconds(self) -> dict[int, float]:
        """How long the last good build took that gave each row, as far as there is a record."""
        rows = self._database.read(
            "SELECT path, wall, max(number) FROM realised JOIN builds ON planned = realised.id "
            "WHERE ok GROUP BY path"
        )
        return {path: wall for path, wall, _ in rows}

    def total_size(self) -> int:
        """Bytes in all paths, counting again what they share."""
        return int(self._database.read("SELECT coalesce(sum(size), 0) FROM paths")[0][0])

    def logs(self) -> set[str]:
        """Where the logs of builds lie, from the home."""
        return {row[0] for row in self._database.read("SELECT log FROM builds WHERE log != ''")}

    def forget_paths(self, paths: Iterable[StorePath]) -> set[StorePath]:
        """Forgets paths and every realisation with one of them, but none that is referred to by
        others; which. They are forgotten even if the power fails the next instant."""
        wanted = {path.hash: path for path in paths}

        def act(connection: sqlite3.Connection) -> set[StorePath]:
            connection.execute("CREATE TEMP TABLE IF NOT EXISTS gone (id INTEGER PRIMARY KEY)")
            connection.execute("DELETE FROM gone")
            connection.executemany(
                "INSERT INTO gone SELECT id FROM paths WHERE hash = ?", [(hash,) for hash in wanted]
            )
            while connection.execute(
                "DELETE FROM gone WHERE id IN (SELECT reference FROM refs "
                "WHERE reference IN gone AND referrer NOT IN gone)"
            ).rowcount:
                pass
            rows = connection.execute("SELECT hash FROM paths WHERE id IN gone").fetchall()
            self._delete_gone(connection)
            return {wanted[hash] for (hash,) in rows}

        return self._database.write(act, durable=True)

    def _delete_gone(self, connection: sqlite3.Connection) -> None:
        connection.execute(
            "DELETE FROM realisations WHERE id IN "
            "(SELECT realised.id FROM realised JOIN gone ON path = gone.id)"
        )
        connection.execute("DELETE FROM refs WHERE referrer IN gone")
        connection.execute("DELETE FROM paths WHERE id IN gone")

    def _id(self, connection: sqlite3.Connection, path: StorePath) -> int:
        row = connection.execute(
            "SELECT id FROM paths WHERE hash = ? AND name = ?", (path.hash, path.name)
        ).fetchone()
        if row is None:
            raise StoreError(f"not in the store: {path}", hint="build it again")
        return int(row[0])

    # realisations

    def realisations(self, ids: Iterable[Digest]) -> dict[Digest, Realisation]:
        """Of those derivations that have one."""
        found: dict[bytes, tuple[float, list[tuple[str, StorePath]]]] = {}
        for id, registered, output, hash, name in self._database.read_many(
            "SELECT realisations.id, realisations.registered, output, hash, name FROM realisations "
            "LEFT JOIN realised USING (id) LEFT JOIN paths ON paths.id = path "
            "WHERE realisations.id IN ({}) ORDER BY output",
            [id.raw for id in ids],
        ):
            outputs = found.setdefault(id, (registered, []))[1]
            if output is not None:
                outputs.append((output, StorePath(hash, name)))
        return {
            Digest(id): Realisation(id=Digest(id), outputs=tuple(outputs), registered=registered)
            for id, (registered, outputs) in found.items()
        }

    def register(self, ids: Iterable[Digest], outputs: Mapping[str, StorePath]) -> None:
        """Records what these derivations gave, in place of what was recorded before. If that is the same,
        what hangs on it stays (`bootstrap.store.verdicts`)."""
        wanted = list(ids)

        def act(connection: sqlite3.Connection) -> None:
            paths = sorted((output, self._id(connection, path)) for output, path in outputs.items())
            for id in wanted:
                known = connection.execute(
                    "SELECT output, path FROM realised WHERE id = ? ORDER BY output", (id.raw,)
                ).fetchall()
                there = connection.execute(
                    "UPDATE realisations SET registered = ? WHERE id = ?", (time.time(), id.raw)
                ).rowcount
                if there and known == paths:
                    continue
                connection.execute("DELETE FROM realisations WHERE id = ?", (id.raw,))
                connection.execute("INSERT INTO realisations VALUES (?,?)", (id.raw, time.time()))
                connection.executemany(
                    "INSERT INTO realised VALUES (?,?,?)",
                    [(id.raw, output, path) for output, path in paths],
                )

        self._database.write(act)

    def forget(self, ids: Iterable[Digest]) -> None:
        """Forgets what these derivations gave, and all that is remembered: it may rest on that."""
        wanted = [(id.raw,) for id in ids]

        def act(connection: sqlite3.Connection) -> None:
            connection.executemany("DELETE FROM realisations WHERE id = ?", wanted)
            connection.execute("DELETE FROM memory")

        self._database.write(act)

    # builds

    def record_build(self, record: BuildRecord) -> None:
        """Records a build, and removes the logs of all but the last few of the same derivation."""

        def act(connection: sqlite3.Connection) -> list[str]:
            connection.execute(
                f"INSERT INTO builds ({_BUILD}) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                (
                    record.planned.raw,
                    record.resolved.raw,
                    record.title,
                    record.started,
                    record.wall,
                    record.user,
                    record.system,
                    record.peak_memory,
                    record.cores,
                    record.ok,
                    os.path.relpath(record.log, self._home),
                ),
            )
            rows = connection.execute(
                "SELECT number, log FROM builds WHERE planned = ? AND log != '' "
                "ORDER BY number DESC LIMIT -1 OFFSET ?",
                (record.planned.raw, _LOGS_KEPT),
            ).fetchall()
            connection.executemany(
                "UPDATE builds SET log = '' WHERE number = ?", [(number,) for number, _ in rows]
            )
            return [log for _, log in rows]

        for log in self._database.write(act):
            try:
                os.unlink(f"{self._home}/{log}")
            except FileNotFoundError:
                pass

    def history(self, of: Digest | str) -> tuple[BuildRecord, ...]:
        """Builds of a derivation (by its planned id) or a title, the latest first."""
        column, value = ("planned", of.raw) if isinstance(of, Digest) else ("title", of)
        rows = self._database.read(
            f"SELECT {_BUILD} FROM builds WHERE {column} = ? ORDER BY number DESC", (value,)
        )
        return tuple(self._record(row) for row in rows)

    def last_build(self, of: Digest | str) -> BuildRecord | None:
        """The latest of `history`."""
        column, value = ("planned", of.raw) if isinstance(of, Digest) else ("title", of)
        rows = self._database.read(
            f"SELECT {_BUILD} FROM builds WHERE {column} = ? ORDER BY number DESC LIMIT 1", (value,)
        )
        return self._record(rows[0]) if rows else None

    def durations(self, titles: Iterable[str]) -> dict[str, BuildRecord]:
        """The last good build of each title that has one."""
        rows = self._database.read_many(
            f"SELECT {_BUILD} FROM builds WHERE number IN "
            "(SELECT max(number) FROM builds WHERE ok AND title IN ({}) GROUP BY title)",
            list(dict.fromkeys(titles)),
        )
        records = [self._record(row) for row in rows]
        return {record.title: record for record in records}

    def _record(self, row: Sequence[Any]) -> BuildRecord:
        planned, resolved, title, started, wall, user, system, memory, cores, ok, log = row
        return BuildRecord(
            planned=Digest(planned),
            resolved=Digest(resolved),
            title=title,
            started=started,
            wall=wall,
            user=user,
            system=system,
            peak_memory=memory,
            cores=cores,
            ok=bool(ok),
            log=f"{self._home}/{log}" if log else "",
        )

    # memory

    def recall(self, key: str) -> bytes | None:
        """What was remembered under this key, if it has not been pushed out."""
        rows = self._database.read("SELECT value FROM memory WHERE key = ?", (key,))
        return rows[0][0] if rows else None

    def remember(self, key: str, value: bytes) -> None:
        """Keeps a value until it is replaced, or the oldest of all that is kept."""

        def act(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT OR REPLACE INTO memory VALUES (?,?,?)", (key, value, time.time()))
            connection.execute(
                "DELETE FROM memory WHERE key IN (SELECT key FROM (SELECT key, "
                "sum(length(value)) OVER (ORDER BY written DESC, key) AS total FROM memory) "
                "WHERE total > ?) AND key != ?",
                (_MEMORY_LIMIT, key),
            )

        self._database.write(act)

    def seen(self, directory: str) -> bytes | None:
        """What `bootstrap.store.memo` keeps of a directory."""
        rows = self._database.read("SELECT files FROM seen WHERE directory = ?", (directory,))
        return rows[0][0] if rows else None

    def keep_seen(self, directory: str, files: bytes, *, most: int = 100) -> None:
        """Keeps it, of the `most` directories that were added last."""

        def act(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT OR REPLACE INTO seen VALUES (?,?,?)", (directory, files, time.time()))
            connection.execute(
                "DELETE FROM seen WHERE directory IN "
                "(SELECT directory FROM seen ORDER BY written DESC LIMIT -1 OFFSET ?)",
                (most,),
            )

        self._database.write(act)

    # durability

    def unsettled(self, *, boot: str, before: float, now: float) -> list[int]:
        """Rows of paths added in this boot before a time and not known to be on disk. What was added
        after `now` was so before the clock was set back."""
        rows = self._database.read(
            "SELECT id FROM paths WHERE boot = ? AND (registered < ? OR registered > ?)", (boot, before, now)
        )
        return [row[0] for row in rows]

    def doubtful(self, *, boot: str) -> list[StorePath]:
        """Paths added in another boot that were never known to be on disk."""
        rows = self._database.read("SELECT hash, name FROM paths WHERE boot < ?1 OR boot > ?1", (boot,))
        return [StorePath(hash, name) for hash, name in rows]

    def settle(self, rows: Iterable[int]) -> None:
        """Records that these paths are on disk."""
        self._database.write(
            lambda connection: connection.executemany(
                "UPDATE paths SET boot = NULL WHERE id = ?", [(row,) for row in rows]
            )
        )

    def settle_paths(self, paths: Iterable[StorePath]) -> None:
        """Records that these paths are on disk."""
        self._database.write(
            lambda connection: connection.executemany(
                "UPDATE paths SET boot = NULL WHERE hash = ?", [(path.hash,) for path in paths]
            )
        )
