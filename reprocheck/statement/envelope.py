"""A statement in a DSSE envelope (https://github.com/secure-systems-lab/dsse, v1.0.2), signed by ed25519."""

from __future__ import annotations

import binascii
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import FormatError, VerificationError
from securesystemslib.signer import Signer, SSlibKey

from bootstrap.errors import UsageError
from reprocheck.statement.statement import Claim, claim, payload

PAYLOAD_TYPE = "application/vnd.in-toto+json"

LARGEST = 8 << 20
"""Bytes of an envelope that are read."""


class NotTrusted(Exception):
    """No signature of a key that is trusted, or not a statement; the text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A statement whose signature holds."""

    claim: Claim
    statement: dict[str, Any]
    keys: tuple[str, ...]
    """The ids of the trusted keys that signed it, sorted."""


def sign(statement: dict[str, Any], signer: Signer) -> dict[str, Any]:
    """The envelope, as a JSON-like value."""
    envelope = Envelope(payload(statement), PAYLOAD_TYPE, {})
    envelope.sign(signer)
    made: dict[str, Any] = envelope.to_dict()
    return made


def open_envelope(content: bytes, keys: list[SSlibKey]) -> Signed:
    """What an envelope holds, if at least one of these keys signed it; else `NotTrusted`.

    Nothing in it is looked at before its signature holds.
    """
    try:
        envelope = Envelope.from_dict(json.loads(content))
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        FormatError,
        binascii.Error,
        RecursionError,
    ) as error:
        raise NotTrusted(f"not a DSSE envelope: {type(error).__name__}: {error}") from None
    accepted = []
    for key in keys:
        try:
            envelope.verify([key], 1)
            accepted.append(key.keyid)
        except VerificationError:
            continue
    if not accepted:
        raise NotTrusted(f"not signed by any of the {len(keys)} keys given")
    if envelope.payload_type != PAYLOAD_TYPE:
        raise NotTrusted(f"it holds {envelope.payload_type!r}, no in-toto statement")
    try:
        statement = json.loads(envelope.payload)
        return Signed(claim=claim(statement), statement=statement, keys=tuple(sorted(accepted)))
    except (ValueError, RecursionError) as error:
        raise NotTrusted(str(error)) from None


def read_envelope(path: Path, keys: list[SSlibKey]) -> Signed:
    """The same from a file. UsageError if it cannot be read."""
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    if len(content) > LARGEST:
        raise NotTrusted(f"larger than {LARGEST:,} bytes")
    return open_envelope(content, keys)
