from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from bootstrap.digest import digest
from bootstrap.errors import Interrupted, StoreError
from bootstrap.store import Store
from bootstrap.store.locks import lock, remove_if_free

SPAWN = multiprocessing.get_context("spawn")


def hold(path: str, pipe: Connection) -> None:
    with lock(path):
        pipe.send("held")
        pipe.recv()


def count(path: str, counter: str, turns: int) -> None:
    """Adds to a number in a file, which goes wrong if two do it at once."""
    for _ in range(turns):
        with lock(path):
            with open(counter, encoding="ascii") as file:
                number = int(file.read())
            with open(counter, "w", encoding="ascii") as file:
                file.write(str(number + 1))


def test_processes_exclude_each_other_although_lock_files_come_and_go(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    path = str(tmp_path / "lock")
    processes = [SPAWN.Process(target=count, args=(path, str(counter), 100)) for _ in range(6)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert counter.read_text() == "600"
    assert not os.path.exists(path)


def test_threads_exclude_each_other(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    arguments = (str(tmp_path / "lock"), str(counter), 50)
    threads = [threading.Thread(target=count, args=arguments) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.read_text() == "200"


def test_who_waits_is_told_once_and_goes_on_when_the_holder_is_killed(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=hold, args=(path, theirs))
    process.start()
    assert ours.recv() == "held"
    told = []

    def on_wait() -> None:
        told.append(True)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)

    with lock(path, on_wait=on_wait):
        pass
    process.join()
    assert told == [True]


def test_nobody_waits_for_another_derivation(store: Store) -> None:
    waits: list[int] = []
    with (
        store.lock_derivation(digest(b"a"), on_wait=lambda: waits.append(1)),
        store.lock_derivation(digest(b"b"), on_wait=lambda: waits.append(2)),
    ):
        assert waits == []


def test_waiting_can_be_given_up(store: Store) -> None:
    cancel = threading.Event()
    id = digest(b"a")
    with store.lock_derivation(id):
        began = time.monotonic()
        with (
            pytest.raises(Interrupted),
            store.lock_derivation(id, on_wait=cancel.set, cancel=cancel),
        ):
            pytest.fail("the lock was held by somebody else")
        assert time.monotonic() - began < 5
    with store.lock_derivation(id, cancel=threading.Event()):
        pass


def test_an_error_lets_go_of_the_lock(store: Store) -> None:
    with pytest.raises(KeyError), store.lock_derivation(digest(b"a")):
        raise KeyError
    with store.lock_derivation(digest(b"a"), on_wait=lambda: pytest.fail("it is still held")):
        pass
    assert os.listdir(f"{store.home}/locks") == []


def test_only_a_lock_that_nobody_holds_is_removed(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    with lock(path):
        assert not remove_if_free(path)
    Path(path).touch()
    assert remove_if_free(path)
    assert not remove_if_free(path)


def test_a_lock_that_cannot_be_made_is_an_error_of_the_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot lock"), lock(str(tmp_path / "no" / "lock")):
        pass
