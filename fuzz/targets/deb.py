"""Debian packages, as they come and with the checksums of their tar put right."""

from __future__ import annotations

from fuzz.scratch import unpacked, with_checksums

LONGEST = 8192


def try_one(data: bytes) -> None:
    for one in dict.fromkeys((data, with_checksums(data))):
        unpacked(one, "x.deb")
