from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reprocheck.compare.align import align
from reprocheck.compare.bounds import Bounds
from reprocheck.compare.content import Bytes, FileContent, Window
from reprocheck.compare.ranges import CHUNK, Found, find, same, spelt

ALL = 1 << 30


@st.composite
def pairs(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Two contents, of which one came from the other by a few changes; or that have nothing in common."""
    alphabet = draw(st.sampled_from([b"ab\n", b"\0\1\n", bytes(range(256))]))
    data = st.lists(st.sampled_from(list(alphabet)), max_size=60).map(bytes)
    left = draw(data)
    right = bytearray(left)
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(right)))
        right[start : start + draw(st.integers(0, 5))] = draw(data)[: draw(st.integers(0, 9))]
    return left, bytes(right)


def applied(left: bytes, right: bytes, found: Found) -> bytes:
    """The left content with each left range replaced by its right one."""
    made, at = b"", 0
    for a, b, c, d in found.hunks:
        made += left[at:a] + right[c:d]
        at = b
    return made + left[at:]


@given(pairs(), st.sampled_from([b"", b"\n", b"\0"]))
@settings(deadline=None)
def test_putting_the_right_ranges_in_place_of_the_left_ones_gives_the_right_content(
    pair: tuple[bytes, bytes], separator: bytes
) -> None:
    left, right = pair
    found = find(Bytes(left), Bytes(right), most=ALL, separator=separator)
    assert applied(left, right, found) == right
    assert found.count == len(found.hunks)
    assert found.left == sum(b - a for a, b, _, _ in found.hunks)
    assert found.right == sum(d - c for _, _, c, d in found.hunks)
    assert all(left[a:b] != right[c:d] for a, b, c, d in found.hunks)
    assert bool(found.count) == (left != right)


@given(pairs())
@settings(deadline=None)
def test_exchanging_the_sides_exchanges_the_ranges_and_no_more(pair: tuple[bytes, bytes]) -> None:
    one, other = (find(Bytes(a), Bytes(b), most=ALL) for a, b in (pair, pair[::-1]))
    assert [(c, d, a, b) for a, b, c, d in one.hunks] == list(other.hunks)
    assert (one.left, one.right, one.count) == (other.right, other.left, other.count)


@given(st.binary(max_size=300), st.randoms(), st.integers(0, 5))
@settings(deadline=None)
def test_what_is_not_listed_is_still_counted(data: bytes, chance: random.Random, most: int) -> None:
    other = bytes(byte ^ chance.choice([0, 0, 1]) for byte in data)
    everything = find(Bytes(data), Bytes(other), most=ALL)
    few = find(Bytes(data), Bytes(other), most=most)
    assert few.hunks == everything.hunks[:most]
    assert (few.count, few.left, few.right) == (everything.count, everything.left, everything.right)


@pytest.mark.parametrize("at", [0, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK - 1])
def test_a_byte_is_found_at_every_border_of_pieces(at: int) -> None:
    data = random.Random(1).randbytes(3 * CHUNK)
    other = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    assert find(Bytes(data), Bytes(other), most=ALL).hunks == ((at, at + 1, at, at + 1),)


def test_a_range_over_a_border_of_pieces_is_one() -> None:
    data = bytes(3 * CHUNK)
    other = bytes(CHUNK - 5) + b"x" * 10 + bytes(2 * CHUNK - 5)
    found = find(Bytes(data), Bytes(other), most=ALL)
    assert found.hunks == ((CHUNK - 5, CHUNK + 5, CHUNK - 5, CHUNK + 5),)
    assert find(Bytes(data), Bytes(other), most=0).count == 1


def test_what_was_put_in_at_several_places_is_found_at_each() -> None:
    pieces = [b"string number %d\0" % number for number in range(50)]
    left = b"".join(pieces)
    right = b"".join([b"/a/longer/path\0", *pieces[:20], b"more\0", *pieces[20:]])
    found = find(Bytes(left), Bytes(right), most=ALL)
    assert applied(left, right, found) == right
    assert [(b - a, d - c) for a, b, c, d in found.hunks] == [(0, 15), (0, 5)]


def test_too_many_pieces_are_not_aligned() -> None:
    assert align(b"\n".join([b"x"] * 200_000), b"y", b"\n") is None


def test_very_large_contents_of_other_sizes_are_one_range_between_what_is_equal() -> None:
    data = random.Random(2).randbytes(12 << 20)
    other = b"begin" + data[5 : 6 << 20] + data[(6 << 20) + 1 :]
    found = find(Bytes(data), Bytes(other), most=ALL)
    assert len(found.hunks) == 1
    assert applied(data, other, found) == other


def test_holes_are_skipped_and_still_compared_with_data(tmp_path: Path) -> None:
    paths = [tmp_path / "left", tmp_path / "right"]
    size = 4 << 30
    for path in paths:
        with path.open("wb") as file:
            file.truncate(size)
            os.pwrite(file.fileno(), b"same", 1 << 31)
    with paths[1].open("r+b") as file:
        os.pwrite(file.fileno(), b"!", size - 5)
    with paths[0].open("rb") as one, paths[1].open("rb") as other:
        left, right = FileContent(one), FileContent(other)
        assert not same(left, right)
        assert find(left, right, most=ALL).hunks == ((size - 5, size - 4, size - 5, size - 4),)
        window = Window(left, 100, size - 200)
        assert (window.data_from(0), window.data_from(size - 300)) == ((1 << 31) - 100, size - 200)


def test_excerpts_show_a_little_before_and_are_bounded() -> None:
    left, right = (b"." * 100 + word + b"." * 100 for word in (b"one", b"two"))
    found = find(Bytes(left), Bytes(right), most=4)
    bounds = Bounds(excerpt=10, context=4)
    (first, *_) = spelt(found, Bytes(left), Bytes(right), bounds, base=(1000, 2000))
    assert (first.left.start, first.right.start) == (1100, 2100)
    assert (first.left.excerpt, first.left.excerpt_start) == (b"....one...", 1096)
    assert (first.right.text, first.right.hex[:5]) == ("....two...", "2e 2e")
