from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reprocheck.compare import Bounds, Difference, Kind, diff
from reprocheck.compare.index import dumps, index, loads

Shape = dict[str, "str | bytes | Shape"]


def make(top: Path, shape: Shape) -> Path:
    """Bytes are files, text the targets of symlinks, dicts directories."""
    top.mkdir()
    for name, inner in shape.items():
        place = top / name
        if isinstance(inner, dict):
            make(place, inner)
        elif isinstance(inner, bytes):
            place.write_bytes(inner)
        else:
            place.symlink_to(inner)
    return top


def told(found: list[Difference]) -> list[tuple[str, Kind]]:
    return [(each.path, each.kind) for each in found]


@pytest.fixture(params=["read", "indexed"])
def compare(request: pytest.FixtureRequest):  # type: ignore[no-untyped-def]
    """diff() of two trees as they are, and with an index of each that was kept."""

    def read(left: Path, right: Path) -> list[Difference]:
        return list(diff(left, right))

    def indexed(left: Path, right: Path) -> list[Difference]:
        indexes = [loads(dumps(index(each))) for each in (left, right)]
        return list(diff(left, right, left_index=indexes[0], right_index=indexes[1]))

    return read if request.param == "read" else indexed


def test_every_kind_of_difference_is_told_in_the_order_of_paths(tmp_path: Path, compare) -> None:  # type: ignore[no-untyped-def]
    left = make(
        tmp_path / "left",
        {"a": b"1\n", "b": {"same": b"", "x": b"1"}, "gone": b"", "l": "here", "t": b"", "z": b"mode"},
    )
    right = make(
        tmp_path / "right",
        {"a": b"2\n", "b": {"same": b"", "x": b"2"}, "l": "there", "new": {}, "t": "link", "z": b"mode"},
    )
    (right / "z").chmod(0o755)
    (left / "z").chmod(0o644)
    assert sorted(told(compare(left, right))) == [
        ("a", Kind.BYTES),
        ("b/x", Kind.BYTES),
        ("gone", Kind.ONLY_LEFT),
        ("l", Kind.TARGET),
        ("new", Kind.ONLY_RIGHT),
        ("t", Kind.TYPE),
        ("z", Kind.MODE),
    ]


def test_equal_trees_have_no_difference(tmp_path: Path, compare) -> None:  # type: ignore[no-untyped-def]
    shape: Shape = {"a": b"1", "d": {"e": b"2", "l": "a"}}
    assert compare(make(tmp_path / "left", shape), make(tmp_path / "right", shape)) == []


def test_with_indexes_nothing_is_read_but_what_differs(tmp_path: Path) -> None:
    sides = [make(tmp_path / name, {"d": {"same": b"1"}, "x": name.encode()}) for name in ("left", "right")]
    indexes = [index(side) for side in sides]
    for side in sides:
        (side / "d/same").unlink()
        (side / "d").rmdir()
    found = list(diff(*sides, left_index=indexes[0], right_index=indexes[1]))
    assert told(found) == [("x", Kind.BYTES)]


def test_one_file_on_disk_is_not_read_twice(tmp_path: Path) -> None:
    left, right = make(tmp_path / "left", {"a": b"1"}), make(tmp_path / "right", {})
    os.link(left / "a", right / "a")
    (left / "a").chmod(0)
    assert list(diff(left, right)) == []


def test_symlinks_are_never_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    left = make(tmp_path / "left", {"l": str(secret), "loop": "."})
    right = make(tmp_path / "right", {"l": b"secret", "loop": "."})
    assert told(list(diff(left, right))) == [("l", Kind.TYPE)]


def test_fifos_sockets_and_devices_are_compared_by_kind_and_never_opened(tmp_path: Path) -> None:
    left, right = make(tmp_path / "left", {}), make(tmp_path / "right", {})
    os.mkfifo(left / "f")
    os.mkfifo(right / "f")
    os.mkfifo(left / "s")
    with socket.socket(socket.AF_UNIX) as endpoint:
        endpoint.bind(os.path.relpath(right / "s"))
    assert told(list(diff(left, right))) == [("s", Kind.TYPE)]
    assert list(diff("/dev/null", "/dev/null")) == []
    assert [each.field for each in diff("/dev/null", "/dev/zero")] == ["device number"]


def test_a_name_that_is_no_text_is_escaped_and_kept(tmp_path: Path) -> None:
    left, right = make(tmp_path / "left", {}), make(tmp_path / "right", {})
    name = b"\xff\n"
    with open(os.fsencode(left) + b"/" + name, "wb"):
        pass
    (found,) = diff(left, right)
    assert (found.place, found.path) == ((name,), "\\xff\\n")


def make_deep(top: Path, name: str, levels: int, data: str) -> None:
    """Directories in each other, deeper than a path may lead, and a file in the last one."""
    top.mkdir()
    fd = os.open(top, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir(name, dir_fd=fd)
        inner = os.open(name, os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = inner
    with os.fdopen(os.open("f", os.O_WRONLY | os.O_CREAT, dir_fd=fd), "w") as file:
        file.write(data)
    os.close(fd)


def test_very_deep_directories_are_walked(tmp_path: Path) -> None:
    for side in ("left", "right"):
        make_deep(tmp_path / side, "d", 500, side)
    assert [each.path[-4:] for each in diff(tmp_path / "left", tmp_path / "right")] == ["/d/f"]


def test_what_cannot_be_read_is_told_and_never_equal(tmp_path: Path) -> None:
    for side in ("left", "right"):
        make_deep(tmp_path / side, "d" * 200, 25, "the same")
    (found,) = diff(tmp_path / "left", tmp_path / "right")
    assert (found.kind, found.note) == (Kind.UNREADABLE, "File name too long")


def test_a_missing_side_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(diff(tmp_path, tmp_path / "nothing"))


def test_differences_of_one_file_are_bounded_and_the_rest_is_said_to_be_there(tmp_path: Path) -> None:
    from tests.reprocheck.compare.samples import tar

    sides = []
    for name in ("left", "right"):
        sides.append(tmp_path / name)
        sides[-1].write_bytes(tar({f"f{n}": f"{name}{n}".encode() for n in range(20)}))
    found = list(diff(*sides, bounds=Bounds(differences=5)))
    assert len(found) == 6
    assert "more than 5 differences" in found[-1].note


@pytest.mark.parametrize("kept", [b"", b"[1]", b"null", b'["zz", 1]', b'{"a/b": "x"}', b'{"": "x"}', b"\xff"])
def test_what_is_no_index_is_refused(kept: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several libraries
        loads(kept)


names = st.text("ab\udcff", min_size=1, max_size=3)
trees = st.recursive(
    st.binary(max_size=3) | st.text("xy", min_size=1, max_size=3),
    lambda inner: st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(names, trees, max_size=3), st.dictionaries(names, trees, max_size=3))
@settings(deadline=None, max_examples=50)
def test_reading_and_indexes_tell_the_same_and_so_do_exchanged_sides(
    tmp_path_factory: pytest.TempPathFactory, left: Shape, right: Shape
) -> None:
    top = tmp_path_factory.mktemp("trees")
    sides = make(top / "left", left), make(top / "right", right)
    indexes = [index(side) for side in sides]
    found = list(diff(*sides))
    assert list(diff(*sides, left_index=indexes[0], right_index=indexes[1])) == found
    assert [each.swapped() for each in diff(*sides[::-1])] == found
    assert bool(found) == (indexes[0] != indexes[1])
    assert list(diff(sides[0], sides[0])) == []
