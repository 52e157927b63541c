from __future__ import annotations

import os
import time

import pytest

from bootstrap.digest import digest
from bootstrap.store import Store
from bootstrap.store.durability import boot_id, sync_file_system
from tests.store.outputs import add_one


def after_a_power_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on it is another boot of the machine."""
    monkeypatch.setattr("bootstrap.store.store.boot_id", lambda: "another")


def damage(real: str) -> None:
    os.chmod(real, 0o600)
    os.truncate(real, 0)
    os.chmod(real, 0o444)


def test_this_boot_has_an_id_that_stays_the_same() -> None:
    assert boot_id() == boot_id()
    assert boot_id()


def test_the_file_system_of_a_missing_place_cannot_be_synced(home: str) -> None:
    with pytest.raises(FileNotFoundError):
        sync_file_system(home)


def test_what_was_damaged_by_a_power_cut_is_forgotten_with_all_above_it(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(home) as store:
        low = add_one(store, b"low", name="low")
        high = add_one(store, {"f": str(low).encode()}, [low], name="high")
        whole = add_one(store, b"whole", name="whole")
        for path in (low, high, whole):
            store.register([digest(path.hash.encode())], {"out": path})
        damage(store.real(low))
    after_a_power_cut(monkeypatch)
    with Store.open(home) as store:
        assert list(store.infos([low, high, whole])) == [whole]
        assert store.realisation(digest(high.hash.encode())) is None
        assert store.realisation(digest(whole.hash.encode())) is not None
        assert add_one(store, b"low", name="low") == low
        assert store.verify(low) is None


def test_what_was_settled_is_not_looked_at_again(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(home) as store:
        path = add_one(store, b"x")
        assert store.settle(older_than=3600) == 0
        assert store.settle() == 1
        assert store.settle() == 0
        damage(store.real(path))
    after_a_power_cut(monkeypatch)
    with Store.open(home) as store:
        assert store.info(path) is not None


def test_what_went_whole_through_a_restart_is_looked_at_once(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(home) as store:
        path = add_one(store, b"x")
    after_a_power_cut(monkeypatch)
    Store.open(home).close()
    monkeypatch.setattr("bootstrap.store.check.checking", lambda *_, **__: pytest.fail("looked at again"))
    with Store.open(home) as store:
        assert store.info(path) is not None


def test_what_was_added_before_the_clock_was_set_back_is_settled(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(home) as store:
        add_one(store, b"x")
        clock = time.time
        monkeypatch.setattr(time, "time", lambda: clock() - 86400)
        assert store.settle(older_than=3600) == 1
        assert store.settle() == 0
        add_one(store, b"y")
        assert store.settle(older_than=3600) == 0
        assert store.settle() == 1
