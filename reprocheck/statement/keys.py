"""ed25519 keys: a private one in a PEM file (PKCS #8), a public one beside it (SubjectPublicKeyInfo).

The same files as `openssl genpkey -algorithm ed25519` and `openssl pkey -pubout` make.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from securesystemslib.signer import CryptoSigner, SSlibKey

from bootstrap.errors import UsageError

_LARGEST = 1 << 16


def make_key(path: Path) -> Path:
    """Makes a new private key at `path`, for its owner only to read, and the public one at
    `path`.pub; which. UsageError if one of them is there already, or cannot be written."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    beside = path.with_name(path.name + ".pub")
    if os.path.lexists(beside):
        raise UsageError(f"{beside} is there already", hint="choose another name; keys are never overwritten")
    _write_new(path, private, 0o600)
    _write_new(beside, public, 0o644)
    return beside


def load_signer(path: Path) -> CryptoSigner:
    """Who signs with the private key in a file. UsageError if there is none."""
    try:
        key = load_pem_private_key(_read(path), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UsageError(
            f"{path}: not a private key without a password in PEM: {error}", hint=_MAKE
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path}: not an ed25519 key", hint=_MAKE)
    return CryptoSigner(key)


def load_public_keys(paths: list[Path]) -> list[SSlibKey]:
    """The public keys in files, and in all files *.pub of directories. UsageError if one is none, or
    if there are none at all."""
    keys = {}
    for path in paths:
        for file in sorted(path.glob("*.pub")) if path.is_dir() else [path]:
            key = _load_public(file)
            keys[key.keyid] = key
    if not keys:
        raise UsageError(
            f"no keys in {', '.join(map(str, paths))}", hint="a directory of keys holds files *.pub"
        )
    return list(keys.values())


def _load_public(path: Path) -> SSlibKey:
    try:
        key = load_pem_public_key(_read(path))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(f"{path}: not a public key in PEM: {error}", hint=_MAKE) from None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{path}: not an ed25519 key", hint=_MAKE)
    return SSlibKey.from_crypto(key)


_MAKE = "reprocheck make-key FILE makes one, and the public one beside it"


def _read(path: Path) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(_LARGEST)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", hint=_MAKE) from None


def _write_new(path: Path, content: bytes, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    except FileExistsError:
        raise UsageError(
            f"{path} is there already", hint="choose another name; keys are never overwritten"
        ) from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
    with open(descriptor, "wb") as file:
        file.write(content)
