from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sqlite3
import stat
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bootstrap.digest import digest
from bootstrap.errors import StoreError
from bootstrap.store import Store, database, schema
from bootstrap.store.database import Database
from bootstrap.storepath import StorePath
from tests.store.outputs import add_one

SPAWN = multiprocessing.get_context("spawn")


def test_a_store_is_made_where_there_is_none(home: str) -> None:
    with Store.open(Path(home) / "deep" / "er") as store:
        assert store.realisations([digest(b"x")]) == {}
        assert store.home == f"{home}/deep/er"


def test_what_was_stored_is_there_when_the_store_is_opened_again(home: str) -> None:
    with Store.open(home) as store:
        path = add_one(store, b"x")
    with Store.open(home) as store:
        assert store.verify(path) is None


def test_empty_directories_that_a_copy_lost_are_made_again(home: str) -> None:
    with Store.open(home):
        pass
    for directory in ("locks", "logs", "tmp"):
        os.rmdir(f"{home}/{directory}")
    with Store.open(home) as store:
        assert store.verify(add_one(store, b"x")) is None


@pytest.mark.parametrize("name", ["with space", "üñï", "question?mark#and%25", "new\nline"])
def test_a_home_may_have_an_odd_name(home: str, name: str) -> None:
    with Store.open(f"{home}/{name}") as store:
        assert store.verify(add_one(store, b"x")) is None
    assert os.path.exists(f"{home}/{name}/db.sqlite")


def test_a_home_may_be_reached_through_a_symlink(home: str, tmp_path: Path) -> None:
    os.mkdir(home)
    os.symlink(home, tmp_path / "link")
    with Store.open(tmp_path / "link") as store:
        path = add_one(store, b"x")
    with Store.open(home) as store:
        assert store.verify(path) is None


def test_a_newer_store_is_refused_with_both_versions(home: str) -> None:
    Store.open(home).close()
    connection = sqlite3.connect(f"{home}/db.sqlite")
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(StoreError, match=rf"format 99.*up to {schema.VERSION}") as caught:
        Store.open(home)
    assert "newer program" in caught.value.hint


def test_an_older_store_is_brought_up_to_date(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(home) as store:
        path = add_one(store, b"x")
    step = ("CREATE TABLE more (a)", "INSERT INTO more SELECT hash FROM paths")
    monkeypatch.setattr("bootstrap.store.database.STEPS", (*schema.STEPS, step))
    monkeypatch.setattr("bootstrap.store.database.VERSION", schema.VERSION + 1)
    with Store.open(home) as store:
        assert store.info(path) is not None
        assert store._database.read("SELECT a FROM more") == [(path.hash,)]
        assert store._database.read("PRAGMA user_version") == [(schema.VERSION + 1,)]


VERSION_1 = Path(__file__).parent / "data/version-1.sqlite"
"""As the first released schema wrote it: two paths, one referring to the other, the realisations of
"high" and of "check" (which has no outputs), one build, one remembered value."""


def as_version_1(home: str) -> tuple[StorePath, StorePath]:
    """Makes a store of version 1; its paths, the one that is referred to first."""
    with Store.open(home) as store:
        low = add_one(store, {"f": b"low"}, name="low")
        high = add_one(store, {"f": str(low).encode()}, [low], name="high")
    for name in os.listdir(home):
        if name.startswith("db.sqlite"):
            os.unlink(f"{home}/{name}")
    shutil.copy(VERSION_1, f"{home}/db.sqlite")
    return low, high


def all_facts_are_there(home: str, low: StorePath, high: StorePath) -> None:
    with Store.open(home) as store:
        assert store._database.read("PRAGMA user_version") == [(schema.VERSION,)]
        assert store.closure([high]) == tuple(sorted([low, high]))
        assert dict(store.realisations([digest(b"high")])[digest(b"high")].outputs) == {"out": high}
        assert store.realisation(digest(b"check")) is not None
        assert [(build.title, build.wall) for build in store.history("high@1")] == [("high@1", 2.5)]
        assert store.recall("key") == b"value"
        assert store.verify_all(threads=1).verdict.is_whole


def test_a_store_of_the_first_version_is_brought_up_to_date(home: str) -> None:
    low, high = as_version_1(home)
    all_facts_are_there(home, low, high)


def die_while_migrating(home: str) -> None:
    """In a process of its own: killed after the first statement of the step from version 1."""

    def step() -> Iterator[str]:
        yield "CREATE TABLE more (a)"
        os.kill(os.getpid(), signal.SIGKILL)

    database.STEPS = (schema.STEPS[0], step())
    database.VERSION = 2
    Store.open(home)


def test_a_kill_in_the_middle_of_a_migration_leaves_the_old_version(home: str) -> None:
    low, high = as_version_1(home)
    process = SPAWN.Process(target=die_while_migrating, args=(home,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    with closing(sqlite3.connect(f"{home}/db.sqlite")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'more'").fetchall() == []
    all_facts_are_there(home, low, high)


def test_a_migration_that_fails_changes_nothing(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(home).close()
    steps = (*schema.STEPS, ("CREATE TABLE more (a)", "INSERT INTO absent VALUES (1)"))
    with monkeypatch.context() as patch:
        patch.setattr("bootstrap.store.database.STEPS", steps)
        patch.setattr("bootstrap.store.database.VERSION", schema.VERSION + 1)
        with pytest.raises(StoreError, match="no such table"):
            Store.open(home)
    with Store.open(home) as store:
        assert store._database.read("SELECT name FROM sqlite_master WHERE name = 'more'") == []


def test_a_damaged_database_is_told_as_such(home: str) -> None:
    os.makedirs(home)
    with open(f"{home}/db.sqlite", "wb") as file:
        file.write(b"this is not a database, whatever it may be called" * 100)
    with pytest.raises(StoreError, match="cannot be read"):
        Store.open(home)


def test_a_home_that_cannot_be_made_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="cannot make a store") as caught:
        Store.open(tmp_path / "file" / "home")
    assert "BOOTSTRAP_HOME" in caught.value.hint


def test_a_store_that_may_not_be_written_to_can_be_read(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(home) as store:
        path = add_one(store, {"a": b"x"})
        store.register([digest(b"id")], {"out": path})
        store.remember("key", b"value")
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and access(path, mode))
    with Store.open(home) as store:
        assert store.closure([path]) == (path,)
        assert store.realisation(digest(b"id")) is not None
        assert store.recall("key") == b"value"
        assert store.verify(path) is None
        assert store.sweep_leftovers() == 0
        with pytest.raises(StoreError, match="may not be written to") as caught:
            store.remember("key", b"other")
        assert "BOOTSTRAP_HOME" in caught.value.hint


def test_a_directory_without_write_permission_can_be_read(home: str) -> None:
    with Store.open(home) as store:
        path = add_one(store, b"x")
    os.chmod(home, 0o500)
    os.chmod(f"{home}/locks", 0o500)
    try:
        if os.access(home, os.W_OK):
            pytest.skip("this user may write everywhere")
        with Store.open(home) as store:
            assert store.closure([path]) == (path,)
            with pytest.raises(StoreError), store.lock_derivation(digest(b"x")):
                pass
    finally:
        os.chmod(home, 0o700)
        os.chmod(f"{home}/locks", 0o700)


def test_readers_go_on_while_another_writes(home: str) -> None:
    with Store.open(home) as store:
        path = add_one(store, b"x")
        writer = sqlite3.connect(f"{home}/db.sqlite", isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM memory")
        began = time.monotonic()
        assert store.closure([path]) == (path,)
        assert store.recall("key") is None
        with Store.open(home) as other:
            assert other.info(path) is not None
        assert time.monotonic() - began < 1
        writer.execute("ROLLBACK")
        writer.close()


def test_a_database_that_stays_locked_is_told_as_such(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(home) as store:
        store._database._connection().execute("PRAGMA busy_timeout=10")
        monkeypatch.setattr("bootstrap.store.database._PATIENCE", 0.1)
        writer = sqlite3.connect(f"{home}/db.sqlite", isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="held by another process"):
            store.remember("key", b"value")
        writer.close()


def test_a_failed_transaction_leaves_nothing(home: str) -> None:
    with Store.open(home) as store:

        def act(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT INTO memory VALUES ('a', 'b', 1)")
            raise KeyError("no")

        with pytest.raises(KeyError):
            store._database.write(act)
        assert store.recall("a") is None
        store.remember("b", b"c")


def test_many_threads_use_one_store(store: Store) -> None:
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(10):
                path = add_one(store, {"f": b"%d" % turn}, name=f"t{number}")
                store.register([digest(b"%d %d" % (number, turn))], {"out": path})
                assert store.closure([path]) == (path,)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def hammer(home: str, number: int, turns: int) -> None:
    """In a process of its own: opens the store again and again and does everything with it."""
    for turn in range(turns):
        with Store.open(home) as store:
            shared = add_one(store, {"f": b"%d" % turn, "g": {"h": b"same"}}, name="shared")
            mine = add_one(store, {"f": b"%d" % number, "to": str(shared)}, [shared], name=f"of{number}")
            store.register([digest(b"%d" % turn), digest(b"%d %d" % (number, turn))], {"out": mine})
            store.remember(f"key {number}", bytes(turn))
            store.sweep_leftovers()
            assert store.closure([mine]) == tuple(sorted([mine, shared]))
            assert store.verify(shared) is None
            assert store.verify(mine) is None


def test_twenty_processes_use_one_store_from_its_making_on(home: str) -> None:
    processes = [SPAWN.Process(target=hammer, args=(home, number, 6)) for number in range(20)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 20
    with Store.open(home) as store:
        names = os.listdir(f"{home}/store")
        assert len(names) == 6 + 20 * 6
        assert os.listdir(f"{home}/tmp") == []
        assert os.listdir(f"{home}/locks") == []
        assert store._database.read("SELECT count(*) FROM paths") == [(len(names),)]


def test_opening_imports_nothing_that_takes_long(home: str) -> None:
    import subprocess

    Store.open(home).close()
    slow = {"numpy", "ctypes", "asyncio", "psutil", "rich", "backports", "dataclasses", "pathlib", "random"}
    code = (
        "import sys; from bootstrap.store import Store; Store.open(sys.argv[1]).close();"
        f"print(*{slow} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, home], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_database_copied_without_its_log_is_opened(home: str, tmp_path: Path) -> None:
    with Store.open(home) as store:
        path = add_one(store, b"x")
    shutil.copy(f"{home}/db.sqlite", tmp_path / "copy.sqlite")
    os.chmod(tmp_path / "copy.sqlite", stat.S_IRUSR)
    copy = Database(str(tmp_path / "copy.sqlite"), make=lambda: None)
    assert copy.read("SELECT hash FROM paths") == [(path.hash,)]
    copy.close()
