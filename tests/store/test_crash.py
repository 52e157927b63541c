"""kill -9 and full disks at any moment: what is registered stays whole."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from bootstrap.digest import digest
from bootstrap.errors import StoreError
from bootstrap.store import Store
from bootstrap.storepath import StorePath
from tests.store.outputs import Tree, add, add_one, scratch

SPAWN = multiprocessing.get_context("spawn")


def build_for_ever(home: str) -> None:
    chance = random.Random()
    with Store.open(home) as store:
        before: list[StorePath] = []
        while True:
            number = chance.randrange(10_000)
            files: dict[str | bytes, bytes | str | Tree] = {
                f"f{n}": chance.randbytes(chance.choice([10, 5000, 100_000])) for n in range(20)
            }
            mentions = b" ".join(str(path).encode() for path in before[-2:])
            added = add(
                store,
                {"out": {**files, "me": scratch(), "others": mentions}, "dev": {"out": scratch()}},
                before,
            )
            paths = {output: each.path for output, each in added.items()}
            store.register([digest(b"%d" % number)], paths)
            before = [*before[-3:], paths["out"]]


def everything_registered(store: Store) -> list[StorePath]:
    return [StorePath(*row) for row in store._database.read("SELECT hash, name FROM paths")]


def test_whatever_is_registered_is_whole_after_kills_at_random_moments(home: str) -> None:
    Store.open(home).close()
    chance = random.Random(1)
    for _ in range(8):
        process = SPAWN.Process(target=build_for_ever, args=(home,))
        process.start()
        with Store.open(home) as store:
            known = len(everything_registered(store))
            deadline = time.monotonic() + 30
            while len(everything_registered(store)) <= known and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.1))
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
            process.join()
            paths = everything_registered(store)
            assert len(paths) > known
            assert [store.verify(path) for path in paths] == [None] * len(paths)
            assert set(store.closure(paths)) == set(paths)
            store.sweep_leftovers()
            assert os.listdir(f"{home}/tmp") == []
            assert os.listdir(f"{home}/locks") == []


TREE: dict[str, Tree | bytes | str] = {
    "out": {"a": b"1", "d": {"b": b"22", "l": "a"}, "me": b"<" + scratch() + b">"},
    "dev": {"c": scratch(), "s": scratch().decode()},
}

CALLS = ("open", "read", "fchmod", "utime", "link", "rename", "chmod", "pwrite", "symlink", "unlink", "mkdir")


@pytest.mark.parametrize("call", CALLS)
def test_an_error_of_any_system_call_while_adding_loses_nothing(
    home: str, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """The call fails the first time, then the second, and so on until adding gets through."""
    with Store.open(home) as store:
        there = add_one(store, {"old": b"1"}, name="there")
    original: Callable[..., Any] = getattr(os, call)
    messages: list[str] = []
    ours = threading.get_ident()
    for allowed in range(200):
        left = allowed

        def failing(*arguments: Any, **how: Any) -> Any:
            nonlocal left
            if threading.get_ident() != ours:
                return original(*arguments, **how)
            left -= 1
            if left == -1:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), arguments[0])
            return original(*arguments, **how)

        with Store.open(home) as store:
            with store.new_build_directory():
                pass
            with monkeypatch.context() as patch:
                patch.setattr(os, call, failing)
                try:
                    added = add(store, TREE)
                except StoreError as error:
                    messages.append(error.message)
                    added = {}
                except OSError:
                    # of the test's own laying out
                    added = {}
            paths = everything_registered(store)
            assert there in paths
            assert [store.verify(path) for path in paths] == [None] * len(paths)
        if added and left >= 0:
            break
    else:
        pytest.fail("it never got through")
    with Store.open(home) as store:
        assert [store.verify(each.path) for each in added.values()] == [None, None]
        assert messages
        assert all("No space left" in message for message in messages)
