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


def relink(real: str) -> None:
    os.chmod(real, 0o755)
    os.unlink(f"{real}/l")
    os.symlink("elsewhere", f"{real}/l")
    os.utime(f"{real}/l", ns=(10**9, 10**9), follow_symlinks=False)
    os.chmod(real, 0o555)
    os.utime(real, ns=(10**9, 10**9))


def attribute(real: str) -> None:
    os.chmod(f"{real}/file", 0o644)
    try:
        os.setxattr(f"{real}/file", "user.note", b"x")
    except OSError as error:
        pytest.skip(f"no attributes here: {error}")
    os.chmod(f"{real}/file", 0o444)


def touch(link: str) -> None:
    os.utime(link, (5, 5), follow_symlinks=False)


def give_away(file: str) -> None:
    try:
        os.chown(file, 1, -1)
    except PermissionError:
        pytest.skip("only root can give files away")


DAMAGES: dict[str, tuple[Callable[[str], object], str]] = {
    "a changed byte": (lambda real: write(f"{real}/file", b"X"), "file: other contents"),
    "a changed reference to itself": (lambda real: write(f"{real}/self", b"0" * 80), "self: other contents"),
    "a truncated file": (truncate, "file: other contents"),
    "another file": (put_another, "other contents: 5 files in place of 4"),
    "another symlink": (relink, "other contents"),
    "a missing path": (remove_tree, "is missing"),
    "another mode": (lambda real: os.chmod(f"{real}/file", 0o644), "file: has mode 0644 in place of 0444"),
    "setuid": (lambda real: os.chmod(f"{real}/file", 0o4444), "file: has mode 4444 in place of 0444"),
    "an executable": (lambda real: os.chmod(f"{real}/file", 0o555), "file: has mode 0555 in place of 0444"),
    "another mode of a directory": (
        lambda real: os.chmod(f"{real}/d", 0o755),
        "d: has mode 0755 in place of 0555",
    ),
    "another time": (lambda real: os.utime(f"{real}/file", (5, 5)), "file: has the modification time 5.0"),
    "another time of a symlink": (
        lambda real: os.utime(f"{real}/l", (5, 5), follow_symlinks=False),
        "l: has the",
    ),
    "a fifo": (swap_for_fifo, "file: is a fifo"),
    "an attribute": (attribute, "file: has extended attributes: user.note"),
    "another owner": (lambda real: give_away(f"{real}/file"), "file: belongs to user 1 in place of 0"),
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
    assert (damage.got is not None) == ("other contents" in what or name == "an executable")


def test_a_file_that_mentions_its_path_across_what_is_read_at_once_is_whole(store: Store) -> None:
    large = bytearray(os.urandom(9 << 20))
    for start in (100, (4 << 20) - 40, (8 << 20) - 60, (9 << 20) - len(scratch())):
        large[start : start + len(scratch())] = scratch()
    path = add_one(store, {"large": bytes(large), "other": b"x" * (5 << 20)})
    info = store.info(path)
    assert info is not None
    assert info.self_references == 4
    assert store.verify(path) is None
    write(f"{store.real(path)}/large", b"X")
    assert "large: other contents" in str(store.verify(path))


def test_one_file_of_a_path_that_is_a_file_itself_is_checked(store: Store) -> None:
    path = add_one(store, b"content")
    assert store.verify(path) is None
    write(store.real(path), b"X")
    assert "other contents" in str(store.verify(path))
