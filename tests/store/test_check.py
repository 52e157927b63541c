from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from bootstrap.store import Store
from bootstrap.store.removal import remove_tree
from tests.store.outputs import add_one, scratch


def write(place: str, data: bytes) -> None:
    os.chmod(place, 0o600)
    times = os.stat(place).st_mtime_ns
    with open(place, "r+b") as file:
        file.write(data)
    os.chmod(place, 0o444)
    os.utime(place, ns=(times, times))


def truncate(real: str) -> None:
    os.chmod(f"{real}/file", 0o600)
    os.truncate(f"{real}/file", 3)
    os.chmod(f"{real}/file", 0o444)
    os.utime(f"{real}/file", ns=(10**9, 10**9))


def put_another(real: str) -> None:
    os.chmod(real, 0o755)
    with open(f"{real}/more", "wb"):
        pass
    os.chmod(f"{real}/more", 0o444)
    os.utime(f"{real}/more", ns=(10**9, 10**9))
    os.chmod(real, 0o555)
    os.utime(real, ns=(10**9, 10**9))


def swap_for_fifo(real: str) -> None:
    os.chmod(real, 0o755)
    os.unlink(f"{real}/file")
    os.mkfifo(f"{real}/file")
    os.chmod(real, 0o555)
    os.utime(real, ns=(10**9, 10**9))


DAMAGES: dict[str, tuple[Callable[[str], object], str]] = {
    "a changed byte": (lambda real: write(f"{real}/file", b"X"), "other contents"),
    "a changed reference to itself": (lambda real: write(f"{real}/self", b"0" * 80), "other contents"),
    "a truncated file": (truncate, "other contents"),
    "another file": (put_another, "other contents"),
    "a missing path": (remove_tree, "cannot be read"),
    "another mode": (lambda real: os.chmod(f"{real}/file", 0o644), "file is not as a store keeps files"),
    "another mode of a directory": (lambda real: os.chmod(f"{real}/d", 0o755), "d is not as"),
    "another time": (lambda real: os.utime(f"{real}/file"), "file is not as a store keeps files"),
    "a fifo": (swap_for_fifo, "file is not as a store keeps files"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_seen(store: Store, name: str) -> None:
    path = add_one(store, {"file": b"content", "d": {"e": b"x"}, "self": scratch(), "l": "to"})
    assert store.verify(path) is None
    make, what = DAMAGES[name]
    make(store.real(path))
    damage = store.verify(path)
    assert damage is not None
    assert damage.path == path
    assert what in damage.what
    assert (damage.got is not None) == (what == "other contents")
