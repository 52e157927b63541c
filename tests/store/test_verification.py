"""Everything looked at, and mended from what is there."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from typing import Any

import pytest

from bootstrap.digest import digest
from bootstrap.errors import StoreError
from bootstrap.store import Store, Verdict
from bootstrap.store.pool import pooled
from bootstrap.store.removal import remove_tree
from bootstrap.store.verification import Verification
from bootstrap.storepath import StorePath
from bootstrap.tree import File
from tests.store.outputs import add_one, read, scratch
from tests.store.test_check import put_another, write


def verification(store: Store, *paths: StorePath) -> Verification:
    return store.verify_all(paths or None, threads=2)


def verdict(store: Store, *paths: StorePath) -> Verdict:
    return verification(store, *paths).verdict


def pool_file(store: Store, content: bytes, *, executable: bool = False) -> str:
    return f"{store.home}/files/{pooled(File(digest=digest(content), size=1, executable=executable))}"


def damaged(verdict: Verdict) -> dict[str, str]:
    return {damage.path.name: damage.what for damage in verdict.damaged}


def own_copy(store: Store, content: bytes, monkeypatch: pytest.MonkeyPatch, *, name: str) -> StorePath:
    """A path with a file that is not shared, as where there are no more links to be had."""

    def link(*_: object, **__: object) -> None:
        raise OSError(errno.EMLINK, os.strerror(errno.EMLINK))

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", link)
        return add_one(store, {"copy": content}, name=name)


def test_a_whole_store_is_whole_and_each_file_is_read_once(store: Store) -> None:
    add_one(store, {"a": b"same" * 100, "b": b"same" * 100, "d": {"e": b"other"}}, name="one")
    add_one(store, {"c": b"same" * 100, "me": scratch(name="two")}, name="two")
    counts: list[int] = []
    found = store.verify_all(threads=2, on_read=counts.append).verdict
    assert found.is_whole
    assert (found.paths, found.files) == (2, 3)
    assert sum(counts) == found.size == 400 + 5 + len(scratch(name="two"))


def test_an_empty_store_is_whole(store: Store) -> None:
    assert verdict(store).is_whole


def test_more_paths_than_wait_at_once_are_all_judged(store: Store) -> None:
    paths = [add_one(store, {"f": b"%d" % n, "me": scratch(name=f"p{n}")}, name=f"p{n}") for n in range(40)]
    for path in paths[::7]:
        write(f"{store.real(path)}/f", b"X")
    assert damaged(verdict(store)) == dict.fromkeys(sorted(p.name for p in paths[::7]), "f: other contents")


def test_damage_of_a_shared_file_is_told_of_every_path_and_of_the_pool(store: Store) -> None:
    one = add_one(store, {"a": b"same", "z": b"other"}, name="one")
    add_one(store, {"d": {"c": b"same"}, "z": b"other"}, name="two")
    add_one(store, {"z": b"other"}, name="three")
    write(f"{store.real(one)}/a", b"X")
    found = verdict(store)
    assert damaged(found) == {"one-1": "a: other contents", "two-1": "d/c: other contents"}
    assert [each.what for each in found.pool] == ["other contents than its name says"]
    assert pool_file(store, b"same").endswith(found.pool[0].name)


def test_a_file_that_only_the_pool_has_is_looked_at_unless_paths_are_named(store: Store) -> None:
    path = add_one(store, b"content")
    other = add_one(store, b"other", name="other")
    remove_tree(store.real(other))
    write(pool_file(store, b"other"), b"X")
    assert len(verdict(store).pool) == 1
    assert verdict(store, path).is_whole


def test_only_named_paths_are_looked_at_and_they_must_be_there(store: Store) -> None:
    one, two = add_one(store, b"1", name="one"), add_one(store, b"2", name="two")
    write(store.real(two), b"X")
    assert verdict(store, one).is_whole
    assert damaged(verdict(store, one, two)).keys() == {"two-1"}
    with pytest.raises(StoreError, match="not in the store"):
        verdict(store, StorePath("a" * 32, "nothing"))


def test_what_is_forgotten_while_it_is_looked_at_is_not_damaged(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = add_one(store, b"x")
    every = store._facts.infos

    def forgotten_behind_our_back(paths: Any) -> Any:
        found = every(paths)
        if found:
            store.forget_damaged(path)
            monkeypatch.setattr(store._facts, "infos", every)
        return found

    monkeypatch.setattr(store._facts, "infos", forgotten_behind_our_back)
    assert verdict(store).is_whole


def test_what_the_disk_does_not_give_is_damage_of_that_file_only(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = add_one(store, {"bad": b"1" * 100, "good": b"2" * 100})
    add_one(store, {"good": b"2" * 100}, name="other")
    bad = os.stat(f"{store.real(path)}/bad").st_ino
    failing_reads(monkeypatch, bad)
    found = verdict(store)
    assert damaged(found) == {"thing-1": "bad: cannot be read: Input/output error"}
    assert [each.what for each in found.pool] == ["cannot be read: Input/output error"]


def failing_reads(monkeypatch: pytest.MonkeyPatch, inode: int) -> None:
    """The disk has lost what was in this inode."""
    for call in ("readv", "preadv", "read", "pread", "sendfile"):
        original: Callable[..., Any] = getattr(os, call)

        def failing(
            fd: int, *arguments: Any, _original: Callable[..., Any] = original, _call: str = call
        ) -> Any:
            descriptors = (fd, arguments[0]) if _call == "sendfile" else (fd,)
            if any(os.fstat(each).st_ino == inode for each in descriptors):
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return _original(fd, *arguments)

        monkeypatch.setattr(os, call, failing)


def test_a_damaged_index_of_the_database_is_told(store: Store) -> None:
    add_one(store, b"x")
    connection = store._database._connection()
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("INSERT INTO refs VALUES (1, 77)")
    connection.execute("PRAGMA foreign_keys=ON")
    assert [text for text in verdict(store).database if "refs" in text and "paths" in text] != []


def test_leaving_early_stops_the_reading(store: Store) -> None:
    for number in range(30):
        add_one(store, os.urandom(1 << 20), name=f"p{number}")

    def interrupt(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.verify_all(threads=2, on_read=interrupt)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("check")]


# mending


def whole(store: Store) -> bool:
    return verdict(store).is_whole


FORMS: dict[str, Callable[[str], object]] = {
    "an executable bit": lambda real: os.chmod(f"{real}/file", 0o555),
    "a file's mode": lambda real: os.chmod(f"{real}/file", 0o644),
    "a file's time": lambda real: os.utime(f"{real}/file"),
    "a directory's mode": lambda real: os.chmod(f"{real}/d", 0o700),
    "a directory's time": lambda real: os.utime(f"{real}/d"),
    "the top's mode": lambda real: os.chmod(real, 0o755),
    "a symlink's time": lambda real: os.utime(f"{real}/l", follow_symlinks=False),
}


@pytest.mark.parametrize("name", FORMS)
def test_form_is_put_right(store: Store, name: str) -> None:
    path = add_one(store, {"file": b"1", "d": {"e": b"2"}, "l": "to", "me": scratch()})
    FORMS[name](store.real(path))
    found = verification(store)
    found.mend_pool()
    assert found.mend(path) is None
    assert whole(store)


def test_a_damaged_file_comes_back_from_a_copy_in_another_path_for_all_that_share_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_copy(store, b"content", monkeypatch, name="copy")
    paths = [add_one(store, {"f": b"content", "me": scratch(name=n)}, name=n) for n in ("one", "two")]
    write(f"{store.real(paths[0])}/f", b"X")
    found = verification(store)
    assert len(found.verdict.damaged) == 2
    assert list(found.mend_pool().values()) == [True]
    assert [found.mend(path) for path in paths] == [None, None]
    assert [read(store, path, "f") for path in paths] == [b"content", b"content"]
    assert whole(store)
    assert os.listdir(f"{store.home}/tmp") == os.listdir(f"{store.home}/locks") == []


def test_a_damaged_file_without_a_copy_leaves_the_pool_and_never_comes_back(store: Store) -> None:
    path = add_one(store, {"f": b"content"}, name="one")
    write(f"{store.real(path)}/f", b"X")
    found = verification(store)
    assert list(found.mend_pool().values()) == [False]
    assert not os.path.exists(pool_file(store, b"content"))
    damage = found.mend(path)
    assert damage is not None
    assert "other contents" in damage.what
    other = add_one(store, {"g": b"content"}, name="other")
    assert store.verify(other) is None
    assert found.mend(path) is None, "the good file is in the pool again"
    assert whole(store)


def test_what_the_disk_has_lost_is_replaced_without_reading_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = add_one(store, {"f": b"content", "g": b"2"})
    failing_reads(monkeypatch, os.stat(f"{store.real(path)}/f").st_ino)
    found = verification(store)
    assert list(found.mend_pool().values()) == [False]
    add_one(store, {"g": b"content"}, name="other")
    assert found.mend(path) is None
    assert whole(store)


def test_a_new_path_gets_its_own_file_where_the_pools_cannot_be_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = add_one(store, {"f": b"content"}, name="one")
    failing_reads(monkeypatch, os.stat(f"{store.real(path)}/f").st_ino)
    other = add_one(store, {"f": b"content"}, name="two")
    assert store.verify(other) is None
    assert os.path.samefile(pool_file(store, b"content"), f"{store.real(other)}/f")


@pytest.mark.parametrize("damage", [put_another, lambda real: remove_tree(f"{real}/f"), remove_tree])
def test_what_no_other_file_tells_is_left_as_it_is(store: Store, damage: Callable[[str], object]) -> None:
    path = add_one(store, {"f": b"content"})
    damage(store.real(path))
    found = verification(store)
    found.mend_pool()
    assert found.mend(path) is not None
    assert damaged(verdict(store)).keys() == {"thing-1"}


def test_without_hard_links_a_form_is_put_right_all_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = own_copy(store, b"content", monkeypatch, name="one")
    os.chmod(f"{store.real(path)}/copy", 0o600)

    def link(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", link)
    found = verification(store)
    assert found.mend(path) is None
    assert whole(store)


def test_a_distrusted_path_is_replaced_by_what_is_added_and_whoever_uses_it_finds_it_always(
    store: Store,
) -> None:
    path = add_one(store, {"f": b"content"})
    write(f"{store.real(path)}/f", b"X")
    assert add_one(store, {"f": b"content"}) == path
    assert store.verify(path) is not None
    store.distrust(path)
    missed: list[OSError] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            try:
                os.stat(f"{store.real(path)}/f")
            except OSError as error:
                missed.append(error)

    reader = threading.Thread(target=look)
    reader.start()
    for _ in range(50):
        assert add_one(store, {"f": b"content"}) == path
    done.set()
    reader.join()
    assert store.verify(path) is None
    assert missed == []
    assert os.listdir(f"{store.home}/tmp") == []


def test_where_trees_cannot_be_exchanged_one_follows_the_other(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = add_one(store, {"f": b"content"})
    write(f"{store.real(path)}/f", b"X")
    store.distrust(path)

    def exchange(*_: object) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr("bootstrap.store.replacement._exchange", exchange)
    add_one(store, {"f": b"content"})
    assert store.verify(path) is None


def test_a_forgotten_path_goes_with_what_refers_to_it(store: Store) -> None:
    low = add_one(store, b"low", name="low")
    high = add_one(store, {"f": str(low).encode()}, [low], name="high")
    store.register([digest(b"high")], {"out": high})
    assert store.forget_damaged(low) == tuple(sorted([low, high]))
    assert store.infos([low, high]) == {}
    assert store.realisation(digest(b"high")) is None
    assert not os.path.exists(store.real(low))
    assert add_one(store, b"low", name="low") == low
    assert add_one(store, {"f": str(low).encode()}, [low], name="high") == high
    assert whole(store)
