from __future__ import annotations

import os

import pytest

from bootstrap.errors import StoreError, UsageError
from bootstrap.store import Store
from bootstrap.store.removal import remove_tree
from bootstrap.storepath import StorePath
from tests.store.outputs import add_one


def named(store: Store) -> dict[str, StorePath]:
    return {root.name: root.path for root in store.roots()}


def test_a_root_names_a_path_until_it_is_removed(store: Store) -> None:
    one, two = add_one(store, b"1"), add_one(store, b"2")
    assert named(store) == {}
    store.set_root("b", one)
    store.set_root("a", one)
    store.set_root("b", two)
    assert list(named(store).items()) == [("a", one), ("b", two)]
    assert store.remove_root("a")
    assert not store.remove_root("a")
    assert named(store) == {"b": two}


def test_a_root_is_a_link_to_the_real_place_that_may_be_moved_with_the_home(home: str) -> None:
    with Store.open(home) as store:
        store.set_root("x", add_one(store, {"file": b"1"}))
    os.rename(home, f"{home}-moved")
    try:
        with open(f"{home}-moved/roots/x/file", "rb") as file:
            assert file.read() == b"1"
    finally:
        remove_tree(f"{home}-moved")


def test_links_made_by_hand_count(store: Store) -> None:
    path = add_one(store, b"1")
    os.mkdir(f"{store.home}/roots")
    os.symlink(store.real(path), f"{store.home}/roots/mine")
    assert named(store) == {"mine": path}


def test_what_is_no_link_to_a_path_is_refused(store: Store) -> None:
    os.mkdir(f"{store.home}/roots")
    os.symlink("/elsewhere", f"{store.home}/roots/odd")
    with pytest.raises(StoreError, match="roots/odd is no link to a store path"):
        store.roots()


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "-x", "a b", "a\n", "x" * 201, "ä"])
def test_odd_names_are_refused(store: Store, name: str) -> None:
    path = add_one(store, b"1")
    with pytest.raises(UsageError, match="cannot be the name of a root"):
        store.set_root(name, path)
    with pytest.raises(UsageError):
        store.remove_root(name)


def test_only_what_is_there_can_be_named(store: Store) -> None:
    with pytest.raises(StoreError, match="not in the store"):
        store.set_root("x", StorePath("a" * 32, "x-1"))


def test_a_root_in_a_home_that_may_not_be_written_to_is_an_error_of_the_store(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = add_one(store, b"1")

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "roots")

    monkeypatch.setattr(os, "makedirs", refused)
    with pytest.raises(StoreError, match="cannot set the root x: Permission denied"):
        store.set_root("x", path)
