from __future__ import annotations

import errno
import os

import pytest

from bootstrap.digest import digest
from bootstrap.store import Store
from bootstrap.store.pool import pooled
from bootstrap.tree import File
from tests.store.outputs import add_one, read


def inode(store: Store, path: object, file: str) -> int:
    return os.stat(f"{store.real(path)}/{file}").st_ino  # type: ignore[arg-type]


def test_equal_files_of_different_paths_are_one_file(store: Store) -> None:
    one = add_one(store, {"a": b"same", "b": b"same"}, name="one")
    two = add_one(store, {"c": {"d": b"same"}}, name="two")
    assert inode(store, one, "a") == inode(store, one, "b") == inode(store, two, "c/d")


def test_an_executable_is_another_file_than_one_that_is_not() -> None:
    content = digest(b"x")
    plain, executable = File(digest=content, size=1), File(digest=content, size=1, executable=True)
    assert pooled(executable) == pooled(plain) + "x"


def test_a_file_is_found_in_the_pool_by_what_b3sum_prints(store: Store) -> None:
    add_one(store, {"a": b"content"})
    name = digest(b"content").hex
    assert os.path.exists(f"{store.home}/files/{name[:2]}/{name[2:]}")


def test_a_rewritten_file_is_pooled_by_its_final_contents(store: Store) -> None:
    from tests.store.outputs import scratch

    path = add_one(store, {"a": scratch()})
    name = digest(read(store, path, "a")).hex
    assert os.path.samefile(f"{store.home}/files/{name[:2]}/{name[2:]}", f"{store.real(path)}/a")


def test_a_damaged_file_of_the_pool_does_not_spread_and_is_replaced(store: Store) -> None:
    name = digest(b"content").hex
    pooled_file = f"{store.home}/files/{name[:2]}/{name[2:]}"
    os.makedirs(os.path.dirname(pooled_file))
    with open(pooled_file, "wb") as file:
        file.write(b"damaged")
    path = add_one(store, {"a": b"content"})
    assert read(store, path, "a") == b"content"
    assert store.verify(path) is None
    assert os.path.samefile(pooled_file, f"{store.real(path)}/a")


@pytest.mark.parametrize("number", [errno.EMLINK, errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP])
def test_without_hard_links_every_path_has_a_copy_of_its_own(
    store: Store, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def link(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", link)
    one = add_one(store, {"a": b"same", "b": b"same"}, name="one")
    two = add_one(store, {"a": b"same"}, name="two")
    assert inode(store, one, "a") != inode(store, two, "a")
    assert store.verify(one) is None
    assert store.verify(two) is None


def test_when_a_file_has_all_links_it_can_have_the_next_is_a_copy(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = add_one(store, {"a": b"same", "z": b"other"}, name="one")
    original = os.link

    def link(source: object, target: object, **how: object) -> None:
        if str(source).endswith(digest(b"same").hex[2:]):
            raise OSError(errno.EMLINK, os.strerror(errno.EMLINK))
        original(source, target, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "link", link)
    two = add_one(store, {"a": b"same", "z": b"other"}, name="two")
    assert inode(store, one, "a") != inode(store, two, "a")
    assert inode(store, one, "z") == inode(store, two, "z")


def test_another_error_is_not_taken_for_missing_hard_links(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bootstrap.errors import StoreError

    def link(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "link", link)
    with pytest.raises(StoreError, match="No space left") as caught:
        add_one(store, {"a": b"x"})
    assert "make room" in caught.value.hint
    assert os.listdir(f"{store.home}/store") == []
