from __future__ import annotations

import os

import pytest

from bootstrap.digest import Digest, digest
from bootstrap.errors import StoreError
from bootstrap.store import BuildRecord, Store
from bootstrap.storepath import StorePath
from tests.store.outputs import add_one

NOWHERE = StorePath("a" * 32, "nothing-1")


def chain(store: Store, length: int) -> list[StorePath]:
    """Paths of which each refers to the one before it."""
    paths: list[StorePath] = []
    for number in range(length):
        mention = str(paths[-1]).encode() if paths else b""
        paths.append(add_one(store, {"f": b"%d " % number + mention}, paths, name=f"n{number}"))
    return paths


def record(store: Store, title: str, *, ok: bool = True, wall: float = 1.0) -> BuildRecord:
    id = digest(title.encode())
    log = store.log_path(id)
    with open(log, "w", encoding="utf-8") as file:
        file.write(f"log of {title}, {wall}")
    build = BuildRecord(
        planned=id,
        resolved=digest(b"resolved"),
        title=title,
        started=1000.5,
        wall=wall,
        user=0.5,
        system=0.25,
        peak_memory=1 << 33,
        cores=2,
        ok=ok,
        log=log,
    )
    store.record_build(build)
    return build


def test_a_closure_is_what_can_be_reached(store: Store) -> None:
    paths = chain(store, 6)
    alone = add_one(store, b"alone", name="alone")
    assert store.closure([paths[3]]) == tuple(sorted(paths[:4]))
    assert store.closure([paths[1], alone, alone]) == tuple(sorted([*paths[:2], alone]))
    assert store.closure([]) == ()


def test_the_closure_of_what_is_not_there_is_an_error(store: Store) -> None:
    with pytest.raises(StoreError, match=f"not in the store: {NOWHERE}"):
        store.closure([NOWHERE])


def test_what_is_not_there_has_no_facts(store: Store) -> None:
    path = add_one(store, b"x")
    other = StorePath(path.hash, "other-name")
    assert store.info(NOWHERE) is None
    assert store.info(other) is None
    assert list(store.infos([path, NOWHERE])) == [path]
    assert store.realisation(digest(b"x")) is None
    assert store.realisations([]) == {}
    with pytest.raises(StoreError, match="not in the store"):
        store.verify(NOWHERE)


def test_a_realisation_is_recorded_for_every_id(store: Store) -> None:
    out, dev = add_one(store, b"out"), add_one(store, b"dev", name="dev")
    planned, resolved = digest(b"planned"), digest(b"resolved")
    store.register([planned, resolved], {"out": out, "dev": dev})
    for id in (planned, resolved):
        found = store.realisation(id)
        assert found is not None
        assert found.id == id
        assert found.outputs == (("dev", dev), ("out", out))
    assert set(store.realisations([planned, resolved, digest(b"else")])) == {planned, resolved}


def test_a_check_that_held_is_a_realisation_without_outputs(store: Store) -> None:
    store.register([digest(b"check")], {})
    found = store.realisation(digest(b"check"))
    assert found is not None
    assert found.outputs == ()


def test_a_later_realisation_takes_the_place_of_the_former(store: Store) -> None:
    id, one, two = digest(b"id"), add_one(store, b"1"), add_one(store, b"2")
    store.register([id], {"out": one, "dev": one})
    store.register([id], {"out": two})
    found = store.realisation(id)
    assert found is not None
    assert found.outputs == (("out", two),)


def test_what_is_not_in_the_store_cannot_be_realised(store: Store) -> None:
    with pytest.raises(StoreError, match="not in the store"):
        store.register([digest(b"id")], {"out": NOWHERE})
    assert store.realisation(digest(b"id")) is None


def test_more_realisations_than_sqlite_has_variables_are_asked_for_at_once(store: Store) -> None:
    path = add_one(store, b"x")
    ids = [Digest(number.to_bytes(32, "little")) for number in range(40_000)]
    store.register([ids[0], ids[-1]], {"out": path})
    assert set(store.realisations(ids)) == {ids[0], ids[-1]}


def test_forgetting_a_path_forgets_what_refers_to_it_and_their_realisations(store: Store) -> None:
    paths = chain(store, 4)
    for path in paths:
        store.register([digest(path.hash.encode())], {"out": path})
    gone = store._facts.remove_paths([paths[2]])
    assert set(gone) == set(paths[2:])
    assert list(store.infos(paths)) == paths[:2]
    assert store.realisation(digest(paths[3].hash.encode())) is None
    assert store.realisation(digest(paths[1].hash.encode())) is not None


def test_builds_are_remembered_the_latest_first(store: Store) -> None:
    first, second = record(store, "lua@5", wall=1), record(store, "lua@5", wall=2, ok=False)
    assert store.history("lua@5") == (second, first)
    assert store.history(first.planned) == (second, first)
    assert store.last_build("lua@5") == second
    assert store.last_build(first.planned) == second
    assert store.last_build("else@1") is None
    assert store.history("else@1") == ()


def test_durations_are_those_of_the_last_good_builds(store: Store) -> None:
    good, other = record(store, "lua@5", wall=1), record(store, "tcc@1", wall=9)
    record(store, "lua@5", wall=2, ok=False)
    assert store.durations(["lua@5", "tcc@1", "else@1"]) == {"lua@5": good, "tcc@1": other}


def test_logs_of_failed_builds_are_kept_too_but_only_the_last_five(store: Store) -> None:
    builds = [record(store, "lua@5", wall=number, ok=False) for number in range(7)]
    last = store.last_log("lua@5")
    assert last == builds[-1].log == store.last_log(builds[0].planned)
    assert [os.path.exists(build.log) for build in builds] == [False] * 2 + [True] * 5
    assert store.history("lua@5")[-1].log == ""
    assert store.last_log("else@1") is None


def test_what_is_remembered_can_be_recalled_and_replaced(store: Store) -> None:
    assert store.recall("key") is None
    store.remember("key", b"one")
    store.remember("key", b"two")
    assert store.recall("key") == b"two"


def test_the_oldest_is_forgotten_when_memory_is_full(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bootstrap.store.facts._MEMORY_LIMIT", 100)
    for number in range(5):
        store.remember(str(number), bytes(30))
    assert [store.recall(str(number)) is not None for number in range(5)] == [False, False, True, True, True]
    store.remember("large", bytes(1000))
    assert store.recall("large") is not None
