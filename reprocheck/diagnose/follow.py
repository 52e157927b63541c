"""Files that differ only because others do: lists of checksums, and archives of differing files."""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bootstrap.digest import digest_file
from reprocheck.compare import Difference, Kind, Range

_DIGITS = re.compile(rb"[0-9A-Fa-f]{8,128}")
_HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b")
_LARGEST = 256 << 20
"""Bytes of a file that is hashed in all ways."""

Pair = tuple[Path, Path]


class Digests:
    """Digests of the differing files of two builds, in hexadecimal digits, made when they are asked for."""

    def __init__(self, pairs: Mapping[str, Pair]) -> None:
        self._pairs = pairs
        self._made: dict[bytes, str] | None = None

    def of(self, digits: bytes) -> str:
        """The file with this digest in either build; "" if there is none."""
        if self._made is None:
            self._made = {}
            for name, pair in self._pairs.items():
                for path in pair:
                    for value in _digests(path):
                        self._made.setdefault(value, name)
        return self._made.get(digits.lower(), "")


def follows(name: str, differences: Mapping[str, Sequence[Difference]], digests: Digests) -> str:
    """The file that this one only follows from; "" if some difference stands for itself.

    `differences` by file; `name` is the one in question, which does not follow from itself.
    """
    found: list[str] = []
    for difference in differences[name]:
        if difference.follows:
            continue
        if holder := _copied(name, difference, differences):
            found.append(holder)
            continue
        if difference.kind is not Kind.BYTES or not difference.ranges:
            return ""
        if difference.range_count > len(difference.ranges):
            return ""
        for each in difference.ranges:
            cause = [
                _digest_at(span.excerpt, span.start - span.excerpt_start, span.size, digests.of)
                for span in (each.left, each.right)
            ]
            if not all(cause) or name in cause:
                return ""
            found += cause
    return found[0] if found else ""


def _copied(name: str, difference: Difference, differences: Mapping[str, Sequence[Difference]]) -> str:
    """The file of which this is a difference in a member of an archive: of the same name, and there the
    same bytes differ."""
    members = [member for member in difference.place[1:] if member]
    if not members or not difference.ranges:
        return ""
    for other, own in differences.items():
        if other != name and os.path.basename(os.fsencode(other)) == os.path.basename(members[-1]):
            ranges = {_spans(each) for mine in own if len(mine.place) == 1 for each in mine.ranges}
            if all(_spans(each) in ranges for each in difference.ranges):
                return other
    return ""


def _spans(each: Range) -> tuple[int, bytes, int, bytes]:
    return each.left.start, each.left.excerpt, each.right.start, each.right.excerpt


def _digest_at(data: bytes, start: int, size: int, of: Callable[[bytes], str]) -> str:
    """The file whose digest fills the bytes from `start` on."""
    for match in _DIGITS.finditer(data):
        if match.start() <= start and start + size <= match.end() and (name := of(match[0])):
            return name
    return ""


def _digests(path: Path) -> list[bytes]:
    try:
        if not path.is_file() or path.is_symlink() or path.stat().st_size > _LARGEST:
            return []
        data = path.read_bytes()
        values = [hashlib.new(name, data, usedforsecurity=False).hexdigest() for name in _HASHES]
        values += [f"{zlib.crc32(data):08x}", digest_file(path).hex]
    except OSError:
        return []
    return [value.encode() for value in values]
