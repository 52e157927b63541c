"""Finding the hashes of store paths in bytes, as fast for ten thousand possible hashes as for one.

A hash is 32 digits of a-z2-7. So it is not each hash that is looked for but any run of 32 such
characters; what is found is then looked up in a set. Two passes of the interpreter's own C loops
find the runs:

1. Of every block, each fourth byte is taken, and letters of the alphabet are mapped to "a". A run
   of 32 leaves 8 "a" in a row. Binary and compressed data hardly ever does otherwise.
2. Blocks that have them (text) are mapped whole, and ``bytes.find`` looks for 32 "a" in a row.

Where there is very much data, `bootstrap.store.runs` finds the runs several times as fast.

Small pieces (files, names, link targets) are collected and scanned together, since a call costs
as much as scanning a few KiB.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Generic, TypeVar

from bootstrap.digest import BASE32_ALPHABET, BASE32_DIGITS
from bootstrap.store.runs import STEP, Runs

OVERLAP = BASE32_DIGITS - 1
"""Bytes of one piece that must be seen again with the next for no hash to be missed between them."""

_DIGIT = ord("a")
_MAP = bytes(_DIGIT if byte in BASE32_ALPHABET else 0 for byte in range(256))
_RUN = b"a" * BASE32_DIGITS
_STRIDE = 4
_SAMPLED_RUN = b"a" * (BASE32_DIGITS // _STRIDE)
_BLOCK = 1 << 16
_BATCH = 1 << 20
_CHUNK = 1 << 20
_LARGE = 160 << 20
"""Bytes from which a faster way pays that must first be imported."""
_DENSE = 2048
"""Words of a chunk that may be part of a run, from which looking at each costs more than looking
at every byte."""
_SEPARATOR = b"\n"
_GRAM = 8
_GRAM_STEP = BASE32_DIGITS - _GRAM + 1
_MANY = 100
"""Single look-ups for each hash after which making the table of their parts pays."""

Where = TypeVar("Where")


class Hashes:
    """The hashes to look for, 32 digits each."""

    def __init__(self, hashes: Iterable[bytes]) -> None:
        self.all = frozenset(hashes)
        self._looked_up = 0
        self._scanned = 0
        self._runs: Runs | None = None
        self._grams: dict[bytes, list[tuple[int, bytes]]] | None = None

    def expect(self, size: int) -> None:
        """Says that so many bytes are to come, which may make it worth preparing for them."""
        if self._runs is None and self.all and self._scanned + size >= _LARGE:
            self._runs = Runs()

    def find(self, data: bytes) -> list[tuple[int, bytes]]:
        """Every offset at which one of them stands in `data`, ascending, with the hash."""
        if not self.all:
            return []
        self._scanned += len(data)
        self.expect(0)
        if self._runs is not None and len(data) >= _BLOCK:
            return self._find_in_words(data, self._runs)
        return [
            found
            for start in range(0, max(1, len(data) - OVERLAP), _BLOCK)
            for found in self._find_in_block(data, start)
        ]

    def _find_in_words(self, data: bytes, runs: Runs) -> list[tuple[int, bytes]]:
        found: list[tuple[int, bytes]] = []
        for start in range(0, len(data), _CHUNK):
            chunk = data[start : start + _CHUNK + OVERLAP]
            words = runs.words(chunk)
            if len(words) > _DENSE:
                for first in range(start, min(start + _CHUNK, len(data)), _BLOCK):
                    found += self._find_in_block(data, first)
                continue
            for word in words:
                for at in range(max(0, word - STEP + 1), word + 1):
                    window = chunk[at : at + BASE32_DIGITS]
                    if window in self.all and at < _CHUNK:
                        found.append((start + at, window))
        return found

    def _find_in_block(self, data: bytes, start: int) -> Iterator[tuple[int, bytes]]:
        block = data[start : start + _BLOCK + OVERLAP]
        if _SAMPLED_RUN not in block[::_STRIDE].translate(_MAP):
            return
        mapped = block.translate(_MAP)
        at = mapped.find(_RUN)
        while at >= 0:
            end = mapped.find(b"\0", at + BASE32_DIGITS)
            end = len(block) if end < 0 else end
            for offset, hash in self._in_run(block, at, end):
                yield start + offset, hash
            at = mapped.find(_RUN, end)

    def _in_run(self, block: bytes, start: int, end: int) -> Iterable[tuple[int, bytes]]:
        windows = end - start - OVERLAP
        if self._grams is None:
            self._looked_up += windows
            if self._looked_up <= _MANY * len(self.all) + _BLOCK:
                found = []
                for at in range(start, start + windows):
                    window = block[at : at + BASE32_DIGITS]
                    if window in self.all:
                        found.append((at, window))
                return found
            self._grams = self._all_grams()
        return self._in_long_run(block, start, end, self._grams)

    def _in_long_run(
        self, block: bytes, start: int, end: int, grams: dict[bytes, list[tuple[int, bytes]]]
    ) -> list[tuple[int, bytes]]:
        """Looks at 8 bytes of every 25, which any 32 bytes contain wholly, in a table of all 8 bytes
        of all hashes: a file of nothing but the alphabet costs a look-up per 25 bytes, not per byte."""
        found = []
        for at in range(start, end - _GRAM + 1, _GRAM_STEP):
            for before, hash in grams.get(block[at : at + _GRAM], ()):
                first = at - before
                if first >= start and block[first : first + BASE32_DIGITS] == hash:
                    found.append((first, hash))
        found.sort()
        return found

    def _all_grams(self) -> dict[bytes, list[tuple[int, bytes]]]:
        grams: dict[bytes, list[tuple[int, bytes]]] = {}
        for hash in self.all:
            for before in range(_GRAM_STEP):
                grams.setdefault(hash[before : before + _GRAM], []).append((before, hash))
        return grams


class Scanner(Generic[Where]):
    """Collects pieces and finds hashes in them; `found` has them all after `finish`.

    `found` holds (where the piece is from, offset in it, hash), in the order of the pieces.
    """

    def __init__(self, hashes: Iterable[bytes]) -> None:
        self._hashes = Hashes(hashes)
        self.found: list[tuple[Where, int, bytes]] = []
        self._pieces: list[bytes] = []
        self._where: list[Where] = []
        self._waiting = 0

    def add(self, where: Where, data: bytes) -> None:
        """One whole piece; an empty set of hashes makes this free."""
        if len(data) < BASE32_DIGITS or not self._hashes.all:
            return
        self._pieces.append(data)
        self._where.append(where)
        self._waiting += len(data)
        if self._waiting >= _BATCH:
            self.finish()

    def expect(self, size: int) -> None:
        """Says that so many bytes are to come in parts."""
        self._hashes.expect(size)

    def add_part(self, where: Where, data: bytes, offset: int) -> None:
        """A part of a large piece that begins at `offset` of it; parts overlap by `OVERLAP`."""
        self.finish()
        self.found += ((where, offset + at, hash) for at, hash in self._hashes.find(data))

    def finish(self) -> None:
        """Scans what is still waiting."""
        if not self._pieces:
            return
        whole = _SEPARATOR.join(self._pieces)
        starts: list[int] | None = None
        for at, hash in self._hashes.find(whole):
            if starts is None:
                starts = [0, *accumulate(len(piece) + 1 for piece in self._pieces)]
            index = bisect_right(starts, at) - 1
            self.found.append((self._where[index], at - starts[index], hash))
        self._pieces.clear()
        self._where.clear()
        self._waiting = 0
