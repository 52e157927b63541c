"""Digests and their spelling; the only door to blake3.

Everything of ours is named by BLAKE3-256 (https://github.com/BLAKE3-team/BLAKE3-specs); what the
world pins is named by SHA-256 (FIPS 180-4). A `Digest` is spelt in hexadecimal, 64 digits, except
in store paths, which hold its first 160 bits as 32 lower-case base32 digits (RFC 4648, section 6).
"""

from __future__ import annotations

import os
import re
from typing import Protocol

SIZE = 32
"""Bytes in a digest."""

BASE32_ALPHABET = b"abcdefghijklmnopqrstuvwxyz234567"
"""The digits of a store path's hash, in order of value."""

BASE32_DIGITS = 32
"""Digits of a store path's hash: 160 bits at five bits each."""

_HEX = re.compile(r"[0-9a-f]{64}")

_MANY_CORES_FROM = 1 << 20
"""Bytes from which BLAKE3 is worth spreading over the cores."""


class Digest:
    """A BLAKE3-256 digest: 32 bytes, ordered and hashable. The constructor trusts; `parse` checks."""

    __slots__ = ("raw",)
    raw: bytes

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @classmethod
    def parse(cls, text: str) -> Digest:
        """The digest spelt by 64 lower-case hexadecimal digits; ValueError for any other text."""
        if not _HEX.fullmatch(text):
            raise ValueError(f"not a BLAKE3 digest (64 lower-case hexadecimal digits): {text!r}")
        return cls(bytes.fromhex(text))

    @property
    def hex(self) -> str:
        """64 lower-case hexadecimal digits."""
        return self.raw.hex()

    @property
    def base32(self) -> str:
        """The first 160 bits as 32 lower-case base32 digits."""
        import base64

        return base64.b32encode(self.raw[:20]).decode("ascii").lower()

    def __repr__(self) -> str:
        return f"Digest({self.hex})"

    def __str__(self) -> str:
        return self.hex

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Digest) and self.raw == other.raw

    def __lt__(self, other: Digest) -> bool:
        return self.raw < other.raw

    def __hash__(self) -> int:
        return hash(self.raw)


class Sha256:
    """A SHA-256 digest as the world pins it: 64 lower-case hexadecimal digits."""

    __slots__ = ("hex",)
    hex: str

    def __init__(self, text: str) -> None:
        self.hex = text

    @classmethod
    def parse(cls, text: str) -> Sha256:
        """ValueError unless `text` is 64 lower-case hexadecimal digits."""
        if not _HEX.fullmatch(text):
            raise ValueError(f"not a sha256 digest (64 lower-case hexadecimal digits): {text!r}")
        return cls(text)

    def __repr__(self) -> str:
        return f"Sha256({self.hex})"

    def __str__(self) -> str:
        return self.hex

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sha256) and self.hex == other.hex

    def __lt__(self, other: Sha256) -> bool:
        return self.hex < other.hex

    def __hash__(self) -> int:
        return hash(self.hex)


class Hasher(Protocol):
    """BLAKE3 in the making: feed it bytes, then take the digest."""

    def update(self, data: bytes | memoryview, /) -> object: ...

    def digest(self) -> bytes: ...


def hasher(*, many_cores: bool = False) -> Hasher:
    """A new BLAKE3 hasher; its ``digest()`` gives the 32 bytes of a `Digest`. With `many_cores` each
    update is spread over all of them, which pays from a MiB on."""
    return _blake3(many_cores=many_cores)


def digest(data: bytes | memoryview) -> Digest:
    """The BLAKE3-256 of bytes at hand."""
    return Digest(_blake3(data, many_cores=len(data) >= _MANY_CORES_FROM).digest())


def digest_file(path: str | bytes | os.PathLike[str]) -> Digest:
    """The BLAKE3-256 of a file's contents (as ``b3sum`` prints it); OSError as `open` raises it."""
    with open(path, "rb", buffering=0) as file:
        if os.fstat(file.fileno()).st_size < _MANY_CORES_FROM:
            return Digest(_blake3(file.read()).digest())
        # Not mapped, which is no faster: a hole that is read through a map takes room in a tmpfs, and a file
        # that gets shorter meanwhile would kill us (SIGBUS).
        whole, piece = hasher(many_cores=True), bytearray(_MANY_CORES_FROM)
        while size := file.readinto(piece):
            whole.update(memoryview(piece)[:size])
        return Digest(whole.digest())


def _blake3(data: bytes | memoryview = b"", *, many_cores: bool = False) -> Hasher:
    # here, as many a short run hashes nothing, and this is a thirtieth of it
    from blake3 import blake3

    return blake3(data, max_threads=blake3.AUTO if many_cores else 1)
