"""One SQLite database, many processes and threads; nobody ever sees "database is locked".

WAL lets readers and one writer work at once. Writers are short and queue up: each begins with
BEGIN IMMEDIATE, SQLite's busy handler waits, and what it cannot wait for (a WAL being recovered,
the last connection of another process just closing) is tried again. ``synchronous=NORMAL``: a
power cut may undo the last transactions, never half of one, and never damages the file; whoever
was told that something is registered is gone with the power, too. See
https://www.sqlite.org/wal.html and https://www.sqlite.org/pragma.html#pragma_synchronous.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from bootstrap.errors import StoreError
from bootstrap.store.schema import STEPS, VERSION

if TYPE_CHECKING:
    import sqlite3

_PATIENCE = 120.0
"""Seconds for which a locked database is tried again before that is an error."""
_VARIABLES = 30_000
"""Of one statement; SQLite's limit is 32,766 (SQLITE_MAX_VARIABLE_NUMBER)."""

T = TypeVar("T")


class Database:
    """The connections of one process, one per thread."""

    def __init__(self, path: str, *, make: Callable[[], None]) -> None:
        """Opens the database, making with `make` first what there is not of the store."""
        self._path = path
        self._own = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._why_read_only = ""
        try:
            fresh = not os.path.exists(path)
            try:
                make()  # empty directories get lost when a store is copied
            except OSError:
                if fresh:
                    raise
            self._retry(lambda: self._prepare(fresh))
        except OSError as error:
            raise StoreError(
                f"cannot make a store: {error.strerror}: {error.filename}",
                hint="set BOOTSTRAP_HOME to a directory that may be written to",
            ) from error
        except BaseException:
            self.close()
            raise

    @property
    def read_only(self) -> bool:
        return bool(self._why_read_only)

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows of one query."""
        return self._retry(lambda: self._connection().execute(sql, values).fetchall())

    def read_many(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """The rows of a query in which ``{}`` stands for as many ``?`` as there are values."""
        rows: list[Any] = []
        for start in range(0, len(values), _VARIABLES):
            part = values[start : start + _VARIABLES]
            rows += self.read(sql.format(",".join("?" * len(part))), part)
        return rows

    def write(self, act: Callable[[sqlite3.Connection], T], *, durable: bool = False) -> T:
        """What `act` returns, all of it in one transaction; it may be called again from the start.
        With `durable` it is on disk afterwards, and so is every transaction before it."""
        if self.read_only:
            raise self._cannot_write(self._why_read_only)

        def once() -> T:
            connection = self._connection()
            if durable:
                connection.execute("PRAGMA synchronous=FULL")
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = act(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                if durable:
                    connection.execute("PRAGMA synchronous=NORMAL")
            return result

        return self._retry(once)

    def faults(self) -> list[str]:
        """What SQLite finds wrong (https://www.sqlite.org/pragma.html#pragma_integrity_check)."""
        try:
            found = [text for (text,) in self.read("PRAGMA integrity_check") if text != "ok"]
            for table, row, parent, _ in self.read("PRAGMA foreign_key_check"):
                found.append(f"row {row} of {table} has no row of {parent}")
        except StoreError as error:
            return [error.message]
        return found

    def close(self) -> None:
        """Closes every thread's connection; none may be in use."""
        with self._guard:
            for connection in self._all:
                connection.close()
            self._all.clear()
            self._own = threading.local()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._connect()
            self._own.connection = connection
        return connection

    def _connect(self) -> sqlite3.Connection:
        import sqlite3

        places = self._read_only_places() if self.read_only else [os.path.abspath(self._path)]
        for place in places:
            connection = sqlite3.connect(
                place, uri=self.read_only, timeout=30, isolation_level=None, check_same_thread=False
            )
            try:
                connection.execute("PRAGMA foreign_keys=ON")
                connection.execute("PRAGMA synchronous=NORMAL")
                connection.execute("PRAGMA user_version")
            except sqlite3.OperationalError:
                connection.close()
                if place == places[-1]:
                    raise
                continue
            break
        with self._guard:
            self._all.append(connection)
        return connection

    def _read_only_places(self) -> list[str]:
        """As URIs (https://www.sqlite.org/uri.html); the second where not even a lock can be had."""
        from urllib.parse import quote

        place = f"file:{quote(os.path.abspath(self._path))}?mode=ro"
        return [place, f"{place}&immutable=1"]

    def _prepare(self, fresh: bool) -> None:
        import sqlite3

        if not fresh and not os.access(self._path, os.W_OK):
            self._why_read_only = "it may not be written to"
        try:
            connection = self._connection()
        except sqlite3.OperationalError as error:
            if _busy(error) or fresh or self.read_only:
                raise
            self._why_read_only = str(error) or "it cannot be opened"
            connection = self._connection()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == VERSION:
            return
        if version > VERSION:
            raise StoreError(
                f"the store {os.path.dirname(self._path)} has format {version}, "
                f"and this program knows formats up to {VERSION}",
                hint="use the newer program that wrote it, or another BOOTSTRAP_HOME",
            )
        connection.execute("PRAGMA journal_mode=WAL")
        self.write(_migrate)

    def _retry(self, act: Callable[[], T]) -> T:
        import sqlite3

        deadline = time.monotonic() + _PATIENCE
        pause = 0.002
        while True:
            try:
                return act()
            except sqlite3.OperationalError as error:
                if not _busy(error):
                    raise self._cannot_write(str(error)) from error
                if time.monotonic() > deadline:
                    raise StoreError(
                        f"the store's database {self._path} is held by another process: {error}",
                        hint="a program that holds it open for writing must end first",
                    ) from error
            except sqlite3.DatabaseError as error:
                if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)):
                    raise
                raise StoreError(
                    f"the store's database {self._path} cannot be read: {error}",
                    hint="if the kernel's log tells of a failing disk, look after that first; "
                    "else what is stored is whole: move the file away and build again",
                ) from error
            from random import uniform

            time.sleep(uniform(0, pause))
            pause = min(0.1, pause * 2)

    def _cannot_write(self, why: str) -> StoreError:
        return StoreError(
            f"the store {os.path.dirname(self._path)} cannot do this: {why}",
            hint="is there room on the disk, and may you write there? BOOTSTRAP_HOME says where it is",
        )


def _migrate(connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for step in STEPS[version:]:
        for statement in step:
            connection.execute(statement)
    if version < VERSION:
        connection.execute(f"PRAGMA user_version={VERSION}")


def _busy(error: sqlite3.OperationalError) -> bool:
    import sqlite3

    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
