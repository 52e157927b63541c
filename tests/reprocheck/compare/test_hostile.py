"""Files that were made to hurt, or by chance: always an answer, never an error."""

from __future__ import annotations

import gzip
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reprocheck.compare.bounds import Bounds
from reprocheck.compare.difference import Kind
from tests.reprocheck.compare.pairs import differences, gave_up
from tests.reprocheck.compare.samples import gz, samples, tar

CORPUS = Path(__file__).parent / "corpus"
SAMPLES = samples()
SMALL = Bounds(unpacked=1 << 20, members=2000)


@st.composite
def mutated(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A valid file, and one that came of it (or of its pair) by a few random changes."""
    valid, other = draw(st.sampled_from(list(SAMPLES.values())))
    data = bytearray(draw(st.sampled_from([valid, other])))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        match draw(st.sampled_from(["flip", "number", "cut", "repeat", "insert"])):
            case "flip" if data:
                data[at] ^= 1 << draw(st.integers(0, 7))
            case "number":
                extreme = draw(st.sampled_from([b"\xff" * 4, bytes(4), b"\x7f" + b"\xff" * 7, b"9" * 8]))
                data[at : at + len(extreme)] = extreme
            case "cut":
                del data[at : at + draw(st.integers(1, 600))]
            case "repeat":
                data[at:at] = data[at : at + draw(st.integers(1, 600))]
            case _:
                data[at:at] = draw(st.binary(max_size=8))
    return valid, bytes(data)


def check(left: bytes, right: bytes) -> None:
    """What must hold for any two contents."""
    found = differences(left, right, SMALL)
    assert bool(found) == (left != right)
    swapped = [each.swapped() for each in differences(right, left, SMALL)]
    if not any(each.note for each in found + swapped):  # one that gives up has told what came before
        assert Counter(map(repr, found)) == Counter(map(repr, swapped))
    for each in found:
        assert each.range_count >= len(each.ranges)
        if each.place == (b"file",):
            for range in each.ranges:
                a, b = range.left, range.right
                assert left[a.start : a.start + a.size] != right[b.start : b.start + b.size]
                assert left[a.excerpt_start :].startswith(a.excerpt)
                assert right[b.excerpt_start :].startswith(b.excerpt)


@given(mutated())
@settings(deadline=None, max_examples=300)
def test_no_mutation_of_a_valid_file_confuses_a_reader(pair: tuple[bytes, bytes]) -> None:
    check(*pair)


@pytest.mark.parametrize("name", SAMPLES)
def test_valid_files_keep_the_same_promises(name: str) -> None:
    left, right = SAMPLES[name]
    check(left, right)
    check(left, left)
    check(left, b"")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_that_ends_at_any_place_is_told(name: str) -> None:
    whole = SAMPLES[name][0]
    for end in range(0, len(whole), max(len(whole) // 40, 1)):
        check(whole, whole[:end])


@pytest.mark.parametrize("file", sorted(CORPUS.iterdir()), ids=lambda file: file.name)
def test_files_that_were_found_to_be_hard_are_told(file: Path) -> None:
    valid = SAMPLES[file.name.rpartition("-")[0]][0]
    check(valid, file.read_bytes())


def test_containers_in_each_other_are_opened_to_a_depth() -> None:
    left, right = b"a\n", b"b\n"
    for _ in range(12):
        left, right = gz(left), gz(right)
    assert "more than 8 containers" in gave_up(left, right)


def test_a_bomb_in_a_bomb_ends_at_the_bounds() -> None:
    bomb = gzip.compress(gzip.compress(bytes(200 << 20), 9, mtime=0), 9, mtime=0)
    other = gzip.compress(gzip.compress(bytes((200 << 20) + 1), 9, mtime=0), 9, mtime=0)
    assert "unpacks to more than" in gave_up(bomb, other, Bounds(unpacked=32 << 20))


def test_when_the_time_is_over_byte_ranges_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(1000))
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    left, right = (tar({f"f{n}": f"{side}{n}".encode() for n in range(50)}) for side in (1, 2))
    found = differences(left, right, Bounds(seconds=120))
    assert "not done after 120 s" in found[-1].note
    assert (found[-1].kind, found[-1].place) == (Kind.BYTES, (b"file",))
    assert found[-1].range_count > 0


def test_too_many_members_are_told_as_bytes() -> None:
    left, right = (tar({f"f{n}": b"" for n in range(count)}) for count in (200, 201))
    assert "more than 300 members" in gave_up(left, right, Bounds(members=300))
