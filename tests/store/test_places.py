from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection

import pytest

from bootstrap.errors import StoreError
from bootstrap.store import Store
from bootstrap.store.policy import Policy
from bootstrap.store.removal import remove_tree

SPAWN = multiprocessing.get_context("spawn")


def stay(home: str, pipe: Connection) -> None:
    with Store.open(home) as store, store.new_build_directory() as place:
        os.makedirs(f"{place.path}/build/a")
        os.chmod(f"{place.path}/build/a", 0o555)
        pipe.send(place.path)
        pipe.recv()


def test_a_build_directory_is_empty_private_and_gone_afterwards(store: Store) -> None:
    with store.new_build_directory() as place:
        assert os.listdir(place.path) == []
        assert os.stat(place.path).st_mode & 0o777 == 0o700
        assert os.stat(place.path).st_dev == os.stat(store.home).st_dev
    assert not os.path.exists(place.path)


def test_it_is_gone_after_an_error_too(store: Store) -> None:
    with pytest.raises(KeyError), store.new_build_directory():
        raise KeyError
    assert os.listdir(f"{store.home}/tmp") == []


def test_a_kept_directory_stays_and_is_not_swept(store: Store) -> None:
    with store.new_build_directory() as place:
        with open(f"{place.path}/file", "wb"):
            pass
        kept = place.keep()
    assert store.sweep_leftovers() == 0
    assert kept == place.path
    assert os.listdir(kept) == ["file"]


def test_leftovers_of_the_killed_are_swept_and_those_of_the_living_are_not(store: Store) -> None:
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=stay, args=(store.home, theirs))
    process.start()
    place = ours.recv()
    with store.new_build_directory() as mine:
        assert store.sweep_leftovers() == 0
        assert os.path.exists(place)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert store.sweep_leftovers() == 1
        assert not os.path.exists(place)
        assert os.path.exists(mine.path)


def test_locks_of_the_killed_are_swept(store: Store) -> None:
    with open(f"{store.home}/locks/left", "wb"):
        pass
    store.sweep_leftovers()
    assert os.listdir(f"{store.home}/locks") == []


def test_collecting_garbage_sweeps_them_too(store: Store) -> None:
    with open(f"{store.home}/locks/left", "wb"):
        pass
    store.collect_garbage(Policy(older_than=0.0))
    assert os.listdir(f"{store.home}/locks") == []


def test_a_build_directory_that_cannot_be_made_is_an_error_of_the_store(store: Store) -> None:
    os.rmdir(f"{store.home}/tmp")
    with pytest.raises(StoreError, match="cannot make a build directory"), store.new_build_directory():
        pass
    assert store.sweep_leftovers() == 0


def test_trees_that_do_not_want_to_go_go(home: str) -> None:
    top = f"{home}/top"
    deep = os.fsencode(top)
    os.makedirs(deep)
    fd = os.open(deep, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir(b"d" * 50, dir_fd=fd)
        inner = os.open(b"d" * 50, os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = inner
    os.mkdir(b"\xff\n", dir_fd=fd)
    os.symlink(home, b"link", dir_fd=fd)
    os.close(fd)
    os.mkdir(f"{top}/locked")
    with open(f"{top}/locked/file", "wb"):
        pass
    os.chmod(f"{top}/locked", 0o000)
    remove_tree(top)
    assert os.listdir(home) == []
    remove_tree(top)
    remove_tree(f"{home}/no/where")


def test_removing_a_symlink_leaves_what_it_points_at(home: str) -> None:
    os.makedirs(f"{home}/target")
    os.symlink("target", f"{home}/link")
    remove_tree(f"{home}/link")
    assert os.listdir(home) == ["target"]
