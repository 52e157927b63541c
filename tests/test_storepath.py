import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bootstrap.digest import Digest, digest
from bootstrap.storepath import FILLER, PREFIX, StorePath, output_digest, output_name, scratch_path

GOLDEN = Path(__file__).parent / "golden"
HASH = "abcdefghijklmnopqrstuvwxyz234567"

places = st.lists(st.tuples(st.binary(max_size=30), st.integers(0, 1 << 40)), max_size=8)


def test_a_path_is_read_as_it_is_spelt() -> None:
    path = StorePath.parse(f"{PREFIX}/{HASH}-lua-5.4.4")
    assert path == StorePath(HASH, "lua-5.4.4")
    assert str(path) == f"{PREFIX}/{HASH}-lua-5.4.4"
    assert path.basename == f"{HASH}-lua-5.4.4"


@pytest.mark.parametrize(
    "text",
    [
        "",
        HASH,
        f"{PREFIX}/{HASH}",
        f"{PREFIX}/{HASH}-",
        f"{PREFIX}/{HASH[:-1]}-lua",
        f"{PREFIX}/{HASH[:-1]}1-lua",
        f"{PREFIX}/{HASH.upper()}-lua",
        f"{PREFIX}/{HASH}-lua/bin",
        f"{PREFIX}/{HASH}-lua\n",
        f"/nix/store/{HASH}-lua",
        f"{PREFIX}/{HASH}-{'n' * 201}",
    ],
)
def test_what_is_not_exactly_a_store_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a store path"):
        StorePath.parse(text)


def test_only_the_output_out_has_no_suffix() -> None:
    assert output_name("musl", "1.2.5", "out") == "musl-1.2.5"
    assert output_name("musl", "1.2.5", "dev") == "musl-1.2.5-dev"


def test_scratch_paths_are_those_of_the_golden_file() -> None:
    golden = json.loads((GOLDEN / "storepath.json").read_text("utf-8"))
    for case in golden["scratch"]:
        assert str(scratch_path(case["name"], case["version"], case["output"])) == case["path"]


def test_a_scratch_path_is_as_long_as_the_final_one() -> None:
    scratch = scratch_path("lua", "5.4.4", "dev")
    final = StorePath(digest(b"anything").base32, scratch.name)
    assert len(str(scratch)) == len(str(final))


def test_output_digests_are_those_of_the_golden_file() -> None:
    golden = json.loads((GOLDEN / "storepath.json").read_text("utf-8"))
    for case in golden["outputs"]:
        references = [(path.encode(), offset) for path, offset in case["self_references"]]
        assert output_digest(case["name"], Digest.parse(case["tree"]), references).hex == case["digest"]


@given(places)
@settings(deadline=None)
def test_the_order_of_self_references_does_not_matter(references: list[tuple[bytes, int]]) -> None:
    tree = digest(b"tree")
    assert output_digest("a-1", tree, references) == output_digest("a-1", tree, references[::-1])


@given(places, places)
@settings(deadline=None)
def test_other_self_references_give_another_digest(
    one: list[tuple[bytes, int]], other: list[tuple[bytes, int]]
) -> None:
    tree = digest(b"tree")
    same = sorted(one) == sorted(other)
    assert (output_digest("a-1", tree, one) == output_digest("a-1", tree, other)) == same


def test_the_name_is_part_of_the_digest() -> None:
    tree = digest(b"tree")
    assert output_digest("a-1", tree, ()) != output_digest("a-2", tree, ())


def test_the_filler_is_no_hash() -> None:
    with pytest.raises(ValueError, match="not a store path"):
        StorePath.parse(f"{PREFIX}/{FILLER.decode()}-a-1")
