from __future__ import annotations

import os
import random
import socket
import stat
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bootstrap.digest import digest
from bootstrap.errors import OutputRefused, StoreError
from bootstrap.store import Store
from bootstrap.store.scan import OVERLAP
from bootstrap.store.survey import TIME
from bootstrap.storepath import FILLER, StorePath, output_digest, scratch_path
from bootstrap.tree import File, Symlink, directory
from tests.store.outputs import Tree, add, add_one, lay, read, scratch

MIB = 1 << 20


def everything(real: str) -> Iterator[tuple[str, os.stat_result]]:
    yield real, os.lstat(real)
    for place, directories, files in os.walk(real):
        for name in directories + files:
            yield f"{place}/{name}", os.lstat(f"{place}/{name}")


def test_what_is_stored_is_normal(store: Store) -> None:
    with store.new_build_directory() as place:
        real = f"{place.path}/out"
        lay(real, {"bin": {"run": b"x", "data": b"y"}, "link": "bin/run", "empty": {}, "none": b""})
        os.chmod(f"{real}/bin/run", 0o710)
        os.chmod(f"{real}/bin/data", 0o200)
        os.chmod(f"{real}/empty", 0o1777)
        path = store.add_outputs({"out": (real, scratch_path("thing", "1", "out"))}, [])["out"].path
    modes = {}
    for name, status in everything(store.real(path)):
        assert status.st_mtime_ns == TIME
        assert status.st_uid == os.geteuid()
        modes[name.removeprefix(store.real(path)).lstrip("/")] = stat.S_IMODE(status.st_mode)
    assert modes.pop("link") == 0o777
    assert modes == {
        "": 0o555,
        "bin": 0o555,
        "bin/run": 0o555,
        "bin/data": 0o444,
        "empty": 0o555,
        "none": 0o444,
    }


def test_the_path_comes_from_the_tree_and_the_name(store: Store) -> None:
    added = add(store, {"out": {"a": b"1", "l": "target"}})["out"]
    tree = directory({b"a": File(digest=digest(b"1"), size=1), b"l": Symlink(target=b"target")}).digest
    assert added.tree == tree
    assert added.digest == output_digest("thing-1", tree, ())
    assert added.path == StorePath(added.digest.base32, "thing-1")
    info = store.info(added.path)
    assert info is not None
    assert (info.digest, info.tree, info.size, info.files) == (added.digest, tree, 1, 2)
    assert (info.references, info.self_references) == ((), 0)


@given(st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_path_does_not_depend_on_the_order_in_which_files_were_made(
    store: Store, shuffle: random.Random
) -> None:
    names = [b"%d" % number for number in range(40)]
    shuffle.shuffle(names)
    path = add_one(store, {name: b"content" + name for name in names})
    assert path == add_one(store, {name: b"content" + name for name in sorted(names)})


@pytest.mark.parametrize("tree", [b"a file", "a/symlink", b""])
def test_an_output_may_be_a_file_or_a_symlink(store: Store, tree: bytes | str) -> None:
    path = add_one(store, tree)
    if isinstance(tree, str):
        assert os.readlink(store.real(path)) == tree
    else:
        assert read(store, path) == tree
    assert store.verify(path) is None


def test_the_same_output_again_is_the_same_path(store: Store) -> None:
    first = add(store, {"out": {"a": b"1"}})["out"]
    inode = os.stat(store.real(first.path)).st_ino
    second = add(store, {"out": {"a": b"1"}})["out"]
    assert (first.path, first.was_there, second.was_there) == (second.path, False, True)
    assert os.stat(store.real(first.path)).st_ino == inode


def test_odd_names_are_kept(store: Store) -> None:
    tree: Tree = {b"\xff\xfe": b"1", b"new\nline": b"2", b"n" * 255: b"3", b" ": "t", "é": {b"\x01": b"4"}}
    path = add_one(store, tree)
    real = os.fsencode(store.real(path))
    assert set(os.listdir(real)) == {os.fsencode(name) for name in tree}
    assert store.verify(path) is None


def test_holes_do_not_matter(store: Store) -> None:
    def sparse(place: str) -> None:
        with open(place, "wb") as file:
            file.truncate(5 << 20)

    dense = add_one(store, {"f": bytes(5 << 20)})
    with store.new_build_directory() as place:
        real = f"{place.path}/out"
        os.mkdir(real)
        sparse(f"{real}/f")
        added = store.add_outputs({"out": (real, scratch_path("thing", "1", "out"))}, [])
    assert added["out"].path == dense


def test_hard_links_within_an_output_are_equal_files(store: Store) -> None:
    separate = add_one(store, {"a": b"same", "b": b"same"})
    with store.new_build_directory() as place:
        real = f"{place.path}/out"
        lay(real, {"a": b"same"})
        os.link(f"{real}/a", f"{real}/b")
        added = store.add_outputs({"out": (real, scratch_path("thing", "1", "out"))}, [])
    assert added["out"].path == separate


def test_nobody_writes_into_the_store_through_a_hard_link_from_outside(store: Store) -> None:
    with store.new_build_directory() as place:
        real = f"{place.path}/out"
        lay(real, {"a": b"good"})
        os.link(f"{real}/a", f"{place.path}/outside")
        path = store.add_outputs({"out": (real, scratch_path("thing", "1", "out"))}, [])["out"].path
        os.chmod(f"{place.path}/outside", 0o600)
        with open(f"{place.path}/outside", "r+b") as file:
            file.write(b"evil")
    assert read(store, path, "a") == b"good"
    assert store.verify(path) is None


def test_a_missing_output_is_refused(store: Store) -> None:
    with store.new_build_directory() as place, pytest.raises(OutputRefused, match='"out" is missing'):
        store.add_outputs({"out": (f"{place.path}/out", scratch_path("a", "1", "out"))}, [])


def make_setuid(place: str) -> None:
    lay(place, b"x")
    os.chmod(place, 0o4755)


def make_socket(place: str) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(os.path.dirname(place))
        server.bind(os.path.basename(place))


@pytest.mark.parametrize(
    ("make", "why"),
    [(os.mkfifo, "a fifo"), (make_socket, "a socket"), (make_setuid, "setuid")],
    ids=["fifo", "socket", "setuid"],
)
def test_what_a_store_must_not_hold_is_refused_by_name(
    store: Store, monkeypatch: pytest.MonkeyPatch, make: object, why: str
) -> None:
    monkeypatch.chdir("/")
    with store.new_build_directory() as place:
        real = f"{place.path}/out"
        lay(real, {"dir": {}})
        make(f"{real}/dir/bad")  # type: ignore[operator]
        make(f"{real}/worse")  # type: ignore[operator]
        with pytest.raises(OutputRefused, match=why) as caught:
            store.add_outputs({"out": (real, scratch_path("thing", "1", "out"))}, [])
        os.chdir("/")
    assert "dir/bad" in caught.value.message
    assert "worse" in caught.value.message


def test_directories_too_deep_to_be_named_are_refused(store: Store) -> None:
    with store.new_build_directory() as place:
        real = f"{place.path}/out"
        os.makedirs(real + "/d" * 300)
        with pytest.raises(OutputRefused, match="deeper than"):
            store.add_outputs({"out": (real, scratch_path("thing", "1", "out"))}, [])


def test_a_symlink_out_of_an_output_is_not_followed(store: Store) -> None:
    path = add_one(store, {"passwd": "/etc/passwd", "up": "../../.."})
    assert os.readlink(f"{store.real(path)}/passwd") == "/etc/passwd"


# references


def test_references_are_found_in_contents_names_and_links(store: Store) -> None:
    inputs = [add_one(store, {"a": b"%d" % number}, name=f"in{number}") for number in range(4)]
    first, second, third, unused = inputs
    added = add(
        store,
        {
            "out": {
                "dir": {f"x{second.hash}y": b""},
                "file": b"..." + str(first).encode() + b"/bin",
                "link": f"{third}/bin/sh",
            }
        },
        inputs,
    )["out"]
    assert added.references == tuple(sorted([first, second, third]))
    assert added.occurrences == {
        first: (b"file", 3 + len("/bootstrap/store/")),
        second: (b"dir/x" + second.hash.encode() + b"y", 1),
        third: (b"link", len("/bootstrap/store/")),
    }
    assert store.closure([added.path]) == tuple(sorted([first, second, third, added.path]))
    info = store.info(added.path)
    assert info is not None
    assert info.references == added.references
    assert unused not in info.references
    for path, (file, offset) in added.occurrences.items():
        assert store.find_reference(added.path, path) == (file, offset)
    assert store.find_reference(added.path, unused) is None


@pytest.mark.parametrize("place", [0, MIB - 33, MIB - 32, MIB - 1, MIB, 2 * MIB + 5])
def test_a_reference_across_the_border_of_two_reads_is_found(store: Store, place: int) -> None:
    path = add_one(store, b"input", name="in")
    data = bytearray(b"\xff" * (2 * MIB + 100))
    data[place : place + 32] = path.hash.encode()
    added = add(store, {"out": {"f": bytes(data)}}, [path])["out"]
    assert added.occurrences == {path: (b"f", place)}
    assert store.find_reference(added.path, path) == (b"f", place)


# references of an output to itself


def test_scratch_digits_become_final_ones(store: Store) -> None:
    added = add(store, {"out": {"f": b"<" + scratch() + b">", "l": scratch().decode() + "/f"}})["out"]
    assert read(store, added.path, "f") == b"<" + str(added.path).encode() + b">"
    assert os.readlink(f"{store.real(added.path)}/l") == f"{added.path}/f"
    assert (added.self_references, added.references) == (2, ())
    assert os.lstat(f"{store.real(added.path)}/l").st_mtime_ns == TIME
    assert os.stat(f"{store.real(added.path)}/f").st_mtime_ns == TIME
    assert store.verify(added.path) is None


def test_an_output_is_hashed_with_the_filler_in_place_of_its_digits(store: Store) -> None:
    added = add(store, {"out": {"f": b"at " + scratch()}})["out"]
    data = b"at " + scratch().replace(scratch_path("thing", "1", "out").hash.encode(), FILLER)
    tree = directory({b"f": File(digest=digest(data), size=len(data))}).digest
    assert added.tree == tree
    assert added.digest == output_digest("thing-1", tree, [(b"f", 3 + len("/bootstrap/store/"))])


def test_a_file_that_holds_the_filler_does_not_pose_as_one_that_refers_to_itself(store: Store) -> None:
    filler = scratch().replace(scratch_path("thing", "1", "out").hash.encode(), FILLER)
    assert add_one(store, {"f": filler}) != add_one(store, {"f": scratch()})


@given(
    st.lists(st.binary(max_size=8).map(lambda data: data.replace(b"/", b"")), min_size=1, max_size=5),
    st.integers(0, 2 << 20),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rewriting_changes_the_digits_and_nothing_else(store: Store, between: list[bytes], pad: int) -> None:
    mine = scratch_path("thing", "1", "out").hash.encode()
    data = bytes(pad) + mine.join(between)
    path = add_one(store, {"f": data})
    assert read(store, path, "f") == data.replace(mine, path.hash.encode())
    assert store.verify(path) is None


def test_a_single_file_may_refer_to_itself(store: Store) -> None:
    path = add_one(store, b"me: " + scratch())
    assert read(store, path) == b"me: " + str(path).encode()
    assert store.verify(path) is None


def test_a_name_with_own_digits_is_refused_with_a_reason(store: Store) -> None:
    name = scratch_path("thing", "1", "out").hash
    with pytest.raises(OutputRefused, match=f"dir/a-{name}.*its own store path") as caught:
        add(store, {"out": {"dir": {f"a-{name}": b""}}})
    assert caught.value.hint


# several outputs


def test_outputs_may_refer_to_those_before_them(store: Store) -> None:
    added = add(
        store,
        {
            "out": {"lib": b"I am " + scratch("out")},
            "dev": {"pc": b"prefix=" + scratch("out"), "own": b"I am " + scratch("dev")},
            "doc": {"see": scratch("dev").decode()},
        },
    )
    out, dev, doc = (added[name] for name in ("out", "dev", "doc"))
    assert read(store, dev.path, "pc") == b"prefix=" + str(out.path).encode()
    assert read(store, dev.path, "own") == b"I am " + str(dev.path).encode()
    assert os.readlink(f"{store.real(doc.path)}/see") == str(dev.path)
    assert (out.references, dev.references, doc.references) == ((), (out.path,), (dev.path,))
    assert store.closure([doc.path]) == tuple(sorted([out.path, dev.path, doc.path]))
    assert [store.verify(each.path) for each in added.values()] == [None] * 3
    assert dev.occurrences == {out.path: (b"pc", len("prefix=/bootstrap/store/"))}


def test_the_path_of_one_output_depends_on_what_it_refers_to(store: Store) -> None:
    one = add(store, {"out": {"a": b"1"}, "dev": {"pc": scratch("out")}})
    other = add(store, {"out": {"a": b"2"}, "dev": {"pc": scratch("out")}})
    assert one["dev"].path != other["dev"].path


def test_a_circle_of_outputs_is_refused_and_named(store: Store) -> None:
    with pytest.raises(OutputRefused, match="dev -> out -> dev") as caught:
        add(store, {"out": {"a": scratch("dev")}, "dev": {"b": {"c": scratch("out")}}})
    assert "out/a, byte 17, mentions dev" in caught.value.message
    assert "dev/b/c, byte 17, mentions out" in caught.value.message
    assert os.listdir(f"{store.home}/store") == []


def test_nothing_is_added_if_one_output_is_refused(store: Store) -> None:
    with pytest.raises(OutputRefused):
        add(store, {"out": {"a": b"good"}, "zzz": {scratch_path("thing", "1", "zzz").hash: b""}})
    assert os.listdir(f"{store.home}/store") == []


# what was left behind


def test_leftovers_of_a_crash_are_replaced(store: Store) -> None:
    path = add_one(store, {"a": b"1", "d": {"b": b"2"}})
    with Store.open(f"{store.home}/other home") as other:
        os.makedirs(f"{other.real(path)}/d/half")
        assert add_one(other, {"a": b"1", "d": {"b": b"2"}}) == path
        assert other.verify(path) is None


def test_a_registered_path_that_somebody_deleted_comes_back(store: Store) -> None:
    from bootstrap.store.removal import remove_tree

    path = add_one(store, {"a": b"1"})
    remove_tree(store.real(path))
    assert add_one(store, {"a": b"1"}) == path
    assert store.verify(path) is None


def test_an_output_elsewhere_than_on_the_store_s_file_system_is_an_error_of_the_store(
    store: Store,
) -> None:
    if not os.path.isdir("/dev/shm") or os.stat("/dev/shm").st_dev == os.stat(store.home).st_dev:
        pytest.skip("there is no other file system to try it with")
    real = f"/dev/shm/{os.urandom(8).hex()}"
    os.mkdir(real)
    try:
        with pytest.raises(StoreError, match="cannot store an output"):
            store.add_outputs({"out": (real, scratch_path("thing", "1", "out"))}, [])
    finally:
        os.rmdir(real)


def test_the_overlap_is_one_less_than_a_hash() -> None:
    assert len(FILLER) - 1 == OVERLAP
