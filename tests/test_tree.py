import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bootstrap.digest import digest
from bootstrap.tree import Directory, File, Node, Symlink, directory, is_name, root_digest, walk

GOLDEN = Path(__file__).parent / "golden"

names = st.binary(min_size=1, max_size=20).filter(is_name)
files = st.builds(
    lambda data, executable: File(digest=digest(data), size=len(data), executable=executable),
    st.binary(max_size=20),
    st.booleans(),
)
links = st.builds(lambda target: Symlink(target=target), st.binary(min_size=1, max_size=20))
trees = st.recursive(
    files | links,
    lambda inner: st.dictionaries(names, inner, max_size=4).map(directory),
    max_leaves=12,
)


def read_golden(value: dict[str, object]) -> Node:
    """A tree as the golden file spells it: text of files, targets of links, directories."""
    if "directory" in value:
        inner = value["directory"]
        assert isinstance(inner, dict)
        return directory({name.encode(): read_golden(node) for name, node in inner.items()})
    if "symlink" in value:
        return Symlink(target=str(value["symlink"]).encode())
    text = str(value.get("file", value.get("executable"))).encode()
    return File(digest=digest(text), size=len(text), executable="executable" in value)


def test_canonical_bytes_are_those_of_the_golden_file() -> None:
    spelt = json.loads((GOLDEN / "tree.json").read_text("utf-8"))
    node = read_golden(spelt["tree"])
    assert isinstance(node, Directory)
    assert node.canonical_bytes() == (GOLDEN / "tree.bytes").read_bytes()
    assert node.digest.hex == spelt["digest"]
    assert root_digest(node).hex == spelt["digest"]


@given(st.dictionaries(names, trees, max_size=6), st.randoms())
@settings(deadline=None)
def test_the_digest_does_not_depend_on_the_order_of_entries(
    entries: dict[bytes, Node], shuffle: random.Random
) -> None:
    items = list(entries.items())
    shuffle.shuffle(items)
    assert directory(dict(items)).digest == directory(entries).digest


@given(trees, trees)
@settings(deadline=None)
def test_different_trees_have_different_digests(one: Node, other: Node) -> None:
    same = list(map(bare, walk(one))) == list(map(bare, walk(other)))
    assert (root_digest(one) == root_digest(other)) == same


def bare(item: tuple[bytes, Node]) -> tuple[bytes, bytes, bytes]:
    path, node = item
    return path, node.kind, b"" if isinstance(node, Directory) else node.digest.raw


def test_a_file_at_the_top_is_not_a_directory_that_holds_it() -> None:
    file = File(digest=digest(b"x"), size=1)
    assert root_digest(file) != root_digest(directory({b"x": file}))
    assert root_digest(file) != file.digest


def test_the_executable_bit_and_the_kind_are_part_of_the_digest() -> None:
    content = digest(b"target")
    nodes: list[Node] = [
        File(digest=content, size=6),
        File(digest=content, size=6, executable=True),
        Symlink(target=b"target"),
    ]
    assert len({root_digest(node) for node in nodes}) == 3
    assert len({directory({b"a": node}).digest for node in nodes}) == 3


@pytest.mark.parametrize("name", [b"", b".", b"..", b"a/b", b"a\0b"])
def test_what_cannot_name_a_file_is_refused(name: bytes) -> None:
    with pytest.raises(ValueError, match="not a file name"):
        directory({name: Symlink(target=b"x")})


@pytest.mark.parametrize("name", [b"\xff\xfe", b"a\nb", b"n" * 255, b"...", b" "])
def test_odd_names_are_names(name: bytes) -> None:
    assert [path for path, _ in walk(directory({name: Symlink(target=b"x")}))] == [b"", name]


def test_walking_gives_parents_first_in_the_order_of_bytes() -> None:
    leaf = Symlink(target=b"x")
    tree = directory({b"b": leaf, b"a": directory({b"z": leaf, b"\xff": leaf}), b"a.": leaf})
    assert [path for path, _ in walk(tree)] == [b"", b"a", b"a/z", b"a/\xff", b"a.", b"b"]
