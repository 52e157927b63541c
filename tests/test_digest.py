import hashlib
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bootstrap.digest import BASE32_ALPHABET, BASE32_DIGITS, Digest, Sha256, digest, digest_file, hasher

EMPTY = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
"""BLAKE3 of nothing, from the test vectors of the BLAKE3 team."""


def test_the_digest_of_nothing_is_that_of_the_specification() -> None:
    assert digest(b"").hex == EMPTY


@given(st.binary(max_size=5000), st.integers(0, 5000))
@settings(deadline=None)
def test_a_digest_does_not_depend_on_how_the_bytes_are_fed(data: bytes, border: int) -> None:
    hash = hasher()
    hash.update(data[:border])
    hash.update(memoryview(data)[border:])
    assert Digest(hash.digest()) == digest(data)


@pytest.mark.parametrize("size", [0, 1, 4096, (1 << 20) - 1, 1 << 20, 3 << 20])
def test_a_file_has_the_digest_of_its_contents_however_large(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "file").write_bytes(data)
    assert digest_file(tmp_path / "file") == digest(data)
    assert digest_file(os.fsencode(tmp_path / "file")) == digest(data)


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="there is no tmpfs at /dev/shm")
def test_holes_of_a_file_in_memory_take_no_room_after_it_was_read() -> None:
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
        file.truncate(8 << 20)
        assert digest_file(file.name) == digest(bytes(8 << 20))
        assert os.stat(file.name).st_blocks == 0


def test_a_digest_is_read_as_it_is_spelt() -> None:
    assert Digest.parse(EMPTY) == digest(b"")
    assert str(digest(b"")) == EMPTY
    assert repr(digest(b"")) == f"Digest({EMPTY})"


@pytest.mark.parametrize("text", ["", EMPTY[:-1], EMPTY + "0", EMPTY.upper(), " " + EMPTY, EMPTY + "\n"])
def test_what_is_not_64_lower_case_hexadecimal_digits_is_no_digest(text: str) -> None:
    with pytest.raises(ValueError, match="not a BLAKE3 digest"):
        Digest.parse(text)
    with pytest.raises(ValueError, match="not a sha256 digest"):
        Sha256.parse(text)


def test_base32_is_the_first_160_bits() -> None:
    spelt = Digest(bytes(range(32))).base32
    assert spelt == "aaaqeayeaudaocajbifqydiob4ibceqt"
    assert len(spelt) == BASE32_DIGITS
    assert Digest(bytes(20) + b"x" * 12).base32 == "a" * 32


@given(st.binary(min_size=32, max_size=32))
@settings(deadline=None)
def test_base32_digits_are_of_the_alphabet(raw: bytes) -> None:
    assert set(Digest(raw).base32.encode()) <= set(BASE32_ALPHABET)


def test_digests_are_sorted_by_their_bytes_and_can_be_keys() -> None:
    low, high = Digest(bytes(32)), Digest(b"\xff" * 32)
    assert sorted([high, low]) == [low, high]
    assert {low: 1}[Digest(bytes(32))] == 1
    assert low != bytes(32)


def test_sha256_digests_compare_by_what_they_spell() -> None:
    a = Sha256.parse(hashlib.sha256(b"a").hexdigest())
    b = Sha256.parse(hashlib.sha256(b"b").hexdigest())
    assert a == Sha256(a.hex)
    assert a != b
    assert sorted([a, b]) == sorted([b, a])
    assert len({a, b, Sha256(a.hex)}) == 2
    assert str(a) in repr(a)
