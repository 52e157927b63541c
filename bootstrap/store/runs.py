"""Where in bytes 32 characters of a-z2-7 may stand in a row; the only door to numpy.

Any 32 bytes in a row contain wholly one of the 8-byte words that begin at multiples of 24. So only
these words are looked at, a third of the data, as integers: all eight bytes must lie in 0x30-0x3f
or 0x60-0x7f, which two masks tell. What passes is looked at more closely, with its neighbours.
"""

from __future__ import annotations

from typing import Any

from bootstrap.digest import BASE32_ALPHABET

WORD = 8
STEP = 24
_FEW = 16


class Runs:
    """Importing numpy takes as long as scanning 100 MB without it: make one when it pays."""

    def __init__(self) -> None:
        import numpy

        self._numpy = numpy
        self._table = numpy.zeros(256, bool)
        self._table[list(BASE32_ALPHABET)] = True
        word = numpy.uint64
        self._high = word(0xA0A0A0A0A0A0A0A0), word(0x2020202020202020)
        self._low = word(2), word(0x1010101010101010)

    def words(self, data: bytes) -> list[int]:
        """Offsets, ascending multiples of `STEP`, of the words that may be part of a run of 32.

        A run that begins at ``s`` is wholly in `data` only if the first offset given that is >= ``s``
        is < ``s + STEP``.
        """
        numpy = self._numpy
        words = numpy.frombuffer(data, "<u8", count=len(data) // WORD)
        mask, bits = self._high
        hits = numpy.flatnonzero((words[:: STEP // WORD] & mask) == bits) * (STEP // WORD)
        if hits.size:
            hits = hits[self._plausible(words[hits])]
        if not hits.size:
            return []
        # a run of 32 around a word reaches over the word before it, or the two behind it
        last = len(words) - 1
        before = (hits > 0) & self._plausible(words[numpy.maximum(hits - 1, 0)])
        behind = (hits + 1 < last) & self._plausible(words[numpy.minimum(hits + 1, last)])
        behind &= self._plausible(words[numpy.minimum(hits + 2, last)])
        # or the last bytes of the data, which are no whole word any more
        hits = hits[before | behind | (hits + 2 > last)] * WORD
        every = numpy.frombuffer(data, numpy.uint8)
        for offset in range(WORD):
            hits = hits[self._table[every[hits + offset]]]
        # the middle of what must follow on one side, digit by digit
        if hits.size > _FEW:
            hits = hits[self._has_digits_around(every, hits)]
        found: list[int] = hits.tolist()
        return found

    def _plausible(self, words: Any) -> Any:
        """Which words are made of bytes 0x30-0x3f and 0x60-0x7f only."""
        mask, bits = self._high
        shift, low = self._low
        return ((words & mask) == bits) & (((words | (words >> shift)) & low) == low)

    def _has_digits_around(self, every: Any, starts: Any) -> Any:
        """Of which words the 8 bytes before, or the 16 behind, are digits (or would be past an end)."""
        numpy = self._numpy
        last = len(every) - 1
        before = starts >= WORD
        for offset in range(1, WORD + 1):
            before &= self._table[every[numpy.maximum(starts - offset, 0)]]
        behind = starts + 3 * WORD - 1 <= last
        for offset in range(WORD, 3 * WORD):
            behind &= self._table[every[numpy.minimum(starts + offset, last)]]
        return before | behind
