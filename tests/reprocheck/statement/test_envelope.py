"""Envelopes: signed, read only if the signature holds, and hostile ones."""

from __future__ import annotations

import base64
import json
import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootstrap.errors import UsageError
from reprocheck.statement.envelope import LARGEST, NotTrusted, open_envelope, read_envelope, sign
from reprocheck.statement.keys import load_public_keys, load_signer, make_key
from reprocheck.statement.statement import statement
from tests.reprocheck.statement.test_statement import report

GOOD = statement(report())


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "mine"
    make_key(path)
    return path


@pytest.fixture(scope="module")
def signed(key: Path) -> dict[str, Any]:
    return sign(GOOD, load_signer(key))


def test_what_was_signed_is_read_again(key: Path, signed: dict[str, Any]) -> None:
    public = load_public_keys([key.with_name("mine.pub")])
    read = open_envelope(json.dumps(signed).encode(), public)
    assert read.statement == GOOD
    assert read.keys == (public[0].keyid,)
    assert load_public_keys([key.parent]) == public


def test_the_private_key_is_for_its_owner_only_and_never_overwritten(key: Path) -> None:
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_bytes()
    with pytest.raises(UsageError, match="there already"):
        make_key(key)
    assert key.read_bytes() == before


def test_openssl_takes_the_keys_and_the_signature(key: Path, signed: dict[str, Any], tmp_path: Path) -> None:
    payload = base64.b64decode(signed["payload"])
    kind = signed["payloadType"].encode()
    told = tmp_path / "told"
    told.write_bytes(b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload))
    signature = tmp_path / "signature"
    signature.write_bytes(base64.b64decode(signed["signatures"][0]["sig"]))
    verify = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", f"{key}.pub", "-rawin"]
    try:
        done = subprocess.run([*verify, "-in", told, "-sigfile", signature], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("no openssl on this host")
    assert done.returncode == 0, done.stderr


def test_a_key_that_is_not_given_is_not_trusted(signed: dict[str, Any], tmp_path: Path) -> None:
    other = load_public_keys([make_key(tmp_path / "other")])
    with pytest.raises(NotTrusted, match="not signed by any of the 1 keys"):
        open_envelope(json.dumps(signed).encode(), other)


@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_changed_bit_is_not_trusted(key: Path, signed: dict[str, Any], place: int, bit: int) -> None:
    content = bytearray(json.dumps(signed).encode())
    content[place % len(content)] ^= 1 << bit
    public = load_public_keys([key.with_name("mine.pub")])
    try:
        read = open_envelope(bytes(content), public)
    except NotTrusted:
        return
    # What is no part of the signed bytes may change, such as a base64 digit's unused bits.
    assert read.statement == GOOD


@given(content=st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(key: Path, content: bytes) -> None:
    with pytest.raises(NotTrusted):
        open_envelope(content, load_public_keys([key.with_name("mine.pub")]))


@pytest.mark.parametrize(
    "hostile",
    [
        b"[" * 100_000,
        b'{"payload": "", "payloadType": "", "signatures": [{"sig": "A", "keyid": []}]}',
        b'{"payload": 1, "payloadType": 2, "signatures": 3}',
        b'{"payload": "", "payloadType": "", "signatures": [%s]}'
        % b", ".join([b'{"sig": "00", "keyid": "a"}'] * 2),
    ],
    ids=["deep", "a key that is a list", "numbers", "one key twice"],
)
def test_hostile_envelopes_are_refused_in_words(key: Path, hostile: bytes) -> None:
    with pytest.raises(NotTrusted):
        open_envelope(hostile, load_public_keys([key.with_name("mine.pub")]))


def test_an_envelope_of_something_else_is_no_statement(key: Path) -> None:
    other = sign({"_type": "something"}, load_signer(key))
    with pytest.raises(NotTrusted, match="not a statement"):
        open_envelope(json.dumps(other).encode(), load_public_keys([key.with_name("mine.pub")]))


def test_files_that_are_no_keys_and_no_envelopes(tmp_path: Path, key: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    with pytest.raises(UsageError, match="not a public key"):
        load_public_keys([empty])
    with pytest.raises(UsageError, match="not a private key"):
        load_signer(empty)
    with pytest.raises(UsageError, match="no keys in"):
        load_public_keys([tmp_path])
    with pytest.raises(UsageError, match="cannot read"):
        read_envelope(tmp_path / "none", [])
    large = tmp_path / "large"
    large.touch()
    os.truncate(large, LARGEST + 1)
    with pytest.raises(NotTrusted, match="larger than"):
        read_envelope(large, load_public_keys([key.parent]))
