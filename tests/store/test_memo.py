from __future__ import annotations

import os
from pathlib import Path

import pytest

from bootstrap.errors import OutputRefused, StoreError
from bootstrap.store import Store, memo
from bootstrap.store.removal import remove_tree
from tests.store.outputs import add_one, lay, read


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A directory from outside, old enough to be remembered."""
    monkeypatch.setattr(memo, "_TICK", -1_000_000_000)
    place = f"{tmp_path}/source"
    lay(place, {"a": b"1", "d": {b"\xffb": b"2", "e": {}}, "l": "a"})
    return place


def test_a_directory_from_outside_is_what_a_build_would_have_left(store: Store, source: str) -> None:
    built = add_one(store, {"a": b"1", "d": {b"\xffb": b"2", "e": {}}, "l": "a"}, name="thing")
    added = store.add_tree(source, "thing-1")
    assert added.path == built
    assert added.was_there


def test_the_source_stays_as_it_is(store: Store, source: str) -> None:
    os.chmod(f"{source}/a", 0o640)
    before = os.stat(f"{source}/a")
    added = store.add_tree(source, "thing-1")
    after = os.stat(f"{source}/a")
    assert (after[:7], after.st_mtime_ns) == (before[:7], before.st_mtime_ns)
    assert store.verify(added.path) is None
    assert not os.path.samefile(f"{source}/a", f"{store.real(added.path)}/a")


def test_what_has_not_changed_is_not_read_again(
    store: Store, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = store.add_tree(source, "thing-1")
    monkeypatch.setattr(memo, "digest_file", lambda path: pytest.fail(f"{path} was read"))
    monkeypatch.setattr(memo, "Copy", lambda hashes: pytest.fail("it was copied"))
    second = store.add_tree(source, "thing-1")
    assert second.was_there
    assert (second.path, second.tree, second.size, second.files) == (
        first.path,
        first.tree,
        first.size,
        first.files,
    )


@pytest.mark.parametrize("same_size", [True, False])
def test_what_has_changed_is_seen(store: Store, source: str, same_size: bool) -> None:
    first = store.add_tree(source, "thing-1")
    times = os.stat(f"{source}/a").st_mtime_ns
    with open(f"{source}/a", "wb") as file:
        file.write(b"9" if same_size else b"99")
    os.utime(f"{source}/a", ns=(times, times))
    second = store.add_tree(source, "thing-1")
    assert second.path != first.path
    assert read(store, second.path, "a") == (b"9" if same_size else b"99")
    assert store.add_tree(source, "thing-1").path == second.path


def test_a_mode_or_a_new_name_is_seen_without_reading(store: Store, source: str) -> None:
    first = store.add_tree(source, "thing-1")
    os.chmod(f"{source}/a", 0o755)
    second = store.add_tree(source, "thing-1")
    os.rename(f"{source}/a", f"{source}/b")
    third = store.add_tree(source, "thing-1")
    assert len({first.path, second.path, third.path}) == 3


def test_a_file_changed_just_now_is_not_remembered(
    store: Store, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memo, "_TICK", 3600 * 1_000_000_000)
    store.add_tree(source, "thing-1")
    assert store._facts.seen(source) == b""


def test_references_of_a_tree_from_outside_are_found(store: Store, source: str) -> None:
    path = add_one(store, b"input", name="in")
    with open(f"{source}/a", "wb") as file:
        file.write(str(path).encode())
    assert store.add_tree(source, "thing-1", candidates=[path]).references == (path,)


@pytest.mark.parametrize("again", [False, True])
def test_a_fifo_from_outside_is_refused(store: Store, source: str, again: bool) -> None:
    if again:
        store.add_tree(source, "thing-1")
    os.mkfifo(f"{source}/d/pipe")
    with pytest.raises(OutputRefused, match="d/pipe"):
        store.add_tree(source, "thing-1")


def test_a_source_that_is_not_there_is_an_error(store: Store, source: str) -> None:
    with pytest.raises(StoreError, match="No such file"):
        store.add_tree(f"{source}/nothing", "thing-1")


def test_a_large_file_from_outside_is_what_a_build_would_have_left(store: Store, source: str) -> None:
    path = add_one(store, b"input", name="in")
    data = bytearray(os.urandom((2 << 20) + 7))
    data[(1 << 20) - 5 : (1 << 20) + 27] = path.hash.encode()
    built = add_one(store, {"large": bytes(data)}, [path])
    with open(f"{source}/large", "wb") as file:
        file.write(data)
    for name in ("a", "l"):
        os.unlink(f"{source}/{name}")
    remove_tree(f"{source}/d")
    added = store.add_tree(source, "thing-1", candidates=[path])
    assert (added.path, added.references) == (built, (path,))
    assert added.occurrences == {path: (b"large", (1 << 20) - 5)}
    assert store.add_tree(f"{source}/large", "thing-1").files == 1


def test_directories_from_outside_may_be_too_deep(store: Store, source: str) -> None:
    os.makedirs(source + "/d" * 250)
    with pytest.raises(OutputRefused, match="deeper than"):
        store.add_tree(source, "thing-1")
