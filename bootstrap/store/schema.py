"""The tables of the store's database, and the way from each older version to this one.

The version is SQLite's ``user_version``. A store of a newer version is refused; one of an older
version is brought up to date in one transaction, step by step: `STEPS[n]` leads from version n to
n + 1. A step is never changed once released.

A path's ``boot`` is the boot of the machine in which it was added, until it is known to be on disk;
see `bootstrap.store.durability`.
"""

from __future__ import annotations

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE paths (
            id INTEGER PRIMARY KEY,
            hash TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            digest BLOB NOT NULL,
            tree BLOB NOT NULL,
            size INTEGER NOT NULL,
            files INTEGER NOT NULL,
            self_references INTEGER NOT NULL,
            registered REAL NOT NULL,
            boot TEXT
        )""",
        "CREATE INDEX paths_boot ON paths (boot) WHERE boot IS NOT NULL",
        """CREATE TABLE refs (
            referrer INTEGER NOT NULL REFERENCES paths ON DELETE CASCADE,
            reference INTEGER NOT NULL REFERENCES paths ON DELETE RESTRICT,
            PRIMARY KEY (referrer, reference)
        ) WITHOUT ROWID""",
        "CREATE INDEX refs_reference ON refs (reference)",
        """CREATE TABLE realisations (
            id BLOB PRIMARY KEY,
            registered REAL NOT NULL
        ) WITHOUT ROWID""",
        """CREATE TABLE realised (
            id BLOB NOT NULL REFERENCES realisations ON DELETE CASCADE,
            output TEXT NOT NULL,
            path INTEGER NOT NULL REFERENCES paths ON DELETE RESTRICT,
            PRIMARY KEY (id, output)
        ) WITHOUT ROWID""",
        "CREATE INDEX realised_path ON realised (path)",
        """CREATE TABLE builds (
            number INTEGER PRIMARY KEY,
            planned BLOB NOT NULL,
            resolved BLOB NOT NULL,
            title TEXT NOT NULL,
            started REAL NOT NULL,
            wall REAL NOT NULL,
            user REAL NOT NULL,
            system REAL NOT NULL,
            peak_memory INTEGER NOT NULL,
            cores INTEGER NOT NULL,
            ok INTEGER NOT NULL,
            log TEXT NOT NULL
        )""",
        "CREATE INDEX builds_planned ON builds (planned)",
        "CREATE INDEX builds_title ON builds (title)",
        """CREATE TABLE memory (
            key TEXT PRIMARY KEY,
            value BLOB NOT NULL,
            written REAL NOT NULL
        )""",
        """CREATE TABLE seen (
            directory TEXT PRIMARY KEY,
            files BLOB NOT NULL,
            written REAL NOT NULL
        )""",
    ),
    (
        """CREATE TABLE verdicts (
            id BLOB PRIMARY KEY REFERENCES realisations ON DELETE CASCADE,
            method TEXT NOT NULL,
            verdict TEXT NOT NULL,
            causes TEXT NOT NULL,
            report BLOB NOT NULL,
            checked REAL NOT NULL
        ) WITHOUT ROWID""",
        """CREATE TABLE unfinished (
            id BLOB PRIMARY KEY REFERENCES realisations ON DELETE CASCADE,
            method TEXT NOT NULL,
            state BLOB NOT NULL
        ) WITHOUT ROWID""",
    ),
)

VERSION = len(STEPS)
