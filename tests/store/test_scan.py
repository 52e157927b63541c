from __future__ import annotations

import base64
import os
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bootstrap.digest import BASE32_ALPHABET
from bootstrap.store import scan
from bootstrap.store.runs import STEP, WORD, Runs
from bootstrap.store.scan import OVERLAP, Hashes, Scanner

LETTERS = BASE32_ALPHABET.decode()


def naive(data: bytes, hashes: set[bytes]) -> list[tuple[int, bytes]]:
    return [(at, data[at : at + 32]) for at in range(len(data)) if data[at : at + 32] in hashes]


hash_ = st.text(LETTERS, min_size=32, max_size=32).map(str.encode)
hashes = st.sets(hash_ | st.sampled_from([b"a" * 32, b"ab" * 16, b"z" * 31 + b"a"]), min_size=1, max_size=5)


@st.composite
def haystacks(draw: st.DrawFn) -> tuple[bytes, set[bytes]]:
    """Bytes in which whole, broken and adjoining hashes stand between others."""
    needles = draw(hashes)
    some = st.sampled_from(sorted(needles))
    part = (
        some
        | some.map(lambda each: each[:-1])
        | some.map(lambda each: each[1:])
        | st.binary(max_size=40)
        | st.text(LETTERS, max_size=70).map(str.encode)
    )
    return b"".join(draw(st.lists(part, max_size=12))), needles


@given(haystacks())
@settings(deadline=None)
def test_scanning_finds_what_a_naive_search_finds(case: tuple[bytes, set[bytes]]) -> None:
    data, needles = case
    assert Hashes(needles).find(data) == naive(data, needles)


@given(haystacks(), st.integers(1, 100))
@settings(deadline=None)
def test_it_does_so_across_the_borders_of_blocks(case: tuple[bytes, set[bytes]], block: int) -> None:
    data, needles = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "_BLOCK", block)
        assert Hashes(needles).find(data) == naive(data, needles)


@given(haystacks(), st.integers(32, 300))
@settings(deadline=None)
def test_it_does_so_with_the_way_for_large_data(case: tuple[bytes, set[bytes]], chunk: int) -> None:
    data, needles = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "_LARGE", 0)
        patch.setattr(scan, "_BLOCK", 1)
        patch.setattr(scan, "_CHUNK", chunk)
        assert Hashes(needles).find(data) == naive(data, needles)


@given(haystacks())
@settings(deadline=None)
def test_it_does_so_when_runs_are_many(case: tuple[bytes, set[bytes]]) -> None:
    data, needles = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "_MANY", -1_000_000)
        assert Hashes(needles).find(data) == naive(data, needles)


@given(haystacks(), st.lists(st.integers(0, 400), max_size=8))
@settings(deadline=None)
def test_parts_that_overlap_lose_and_double_nothing(
    case: tuple[bytes, set[bytes]], borders: list[int]
) -> None:
    data, needles = case
    scanner: Scanner[str] = Scanner(needles)
    before, offset = b"", 0
    cuts = [0, *sorted(min(border, len(data)) for border in borders), len(data)]
    for start, end in pairwise(cuts):
        part = data[start:end]
        scanner.add_part("file", before + part[:OVERLAP], offset - len(before))
        scanner.add_part("file", part, offset)
        before = (before + part)[-OVERLAP:]
        offset += len(part)
    found = [(at, hash) for _, at, hash in scanner.found]
    assert sorted(found) == naive(data, needles)


@given(st.lists(haystacks(), min_size=1, max_size=6))
@settings(deadline=None)
def test_pieces_scanned_together_are_told_apart(cases: list[tuple[bytes, set[bytes]]]) -> None:
    needles = set().union(*(needles for _, needles in cases))
    scanner: Scanner[int] = Scanner(needles)
    for number, (data, _) in enumerate(cases):
        scanner.add(number, data)
    scanner.finish()
    wanted = [(n, at, hash) for n, (data, _) in enumerate(cases) for at, hash in naive(data, needles)]
    assert scanner.found == wanted


def test_two_halves_in_neighbouring_pieces_are_no_hash() -> None:
    needle = b"abcdefghijklmnopqrstuvwxyz234567"
    scanner: Scanner[int] = Scanner([needle])
    scanner.add(0, b"-" * 32 + needle[:16])
    scanner.add(1, needle[16:] + b"-" * 32)
    scanner.finish()
    assert scanner.found == []


@pytest.mark.parametrize("kind", ["random", "text", "hexadecimal", "base64", "base32"])
@pytest.mark.parametrize("large", [False, True])
def test_hashes_in_three_megabytes_of_every_kind_are_found(
    monkeypatch: pytest.MonkeyPatch, kind: str, large: bool
) -> None:
    chance = random.Random(kind)
    raw = chance.randbytes(3 << 20)
    data = {
        "random": lambda: raw,
        "text": lambda: b" ".join(b"word%d" % byte for byte in raw)[: len(raw)],
        "hexadecimal": lambda: raw.hex().encode()[: len(raw)],
        "base64": lambda: base64.b64encode(raw)[: len(raw)],
        "base32": lambda: base64.b32encode(raw).lower()[: len(raw)],
    }[kind]()
    needles = ["".join(chance.choices(LETTERS, k=32)).encode() for _ in range(50)]
    changed = bytearray(data)
    places = [*sorted(chance.sample(range(0, len(data) - 32, 64), 40)), len(data) - 32]
    wanted = []
    for place in places:
        needle = chance.choice(needles)
        changed[place : place + 32] = needle
        wanted.append((place, needle))
    if large:
        monkeypatch.setattr(scan, "_LARGE", 0)
    assert Hashes(needles).find(bytes(changed)) == wanted


def test_nothing_to_look_for_is_found_nowhere() -> None:
    assert Hashes([]).find(b"a" * 100) == []
    scanner: Scanner[int] = Scanner([])
    scanner.add(0, b"a" * 100)
    scanner.finish()
    assert scanner.found == []


@given(st.binary(max_size=200), st.integers(0, 200), st.text(LETTERS, min_size=32, max_size=60))
@settings(deadline=None)
def test_every_run_holds_one_of_the_words_that_are_given(data: bytes, place: int, run: str) -> None:
    data = data[:place] + run.encode() + data[place:]
    start = data.index(run.encode())
    words = Runs().words(data)
    assert all(word % STEP == 0 and word + WORD <= len(data) for word in words)
    assert any(start <= word < start + STEP for word in words)


def test_random_data_holds_hardly_any_run() -> None:
    assert len(Runs().words(os.urandom(1 << 20))) < 5
