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
        words = numpy.frombuffer(data, "<u8", count=len(data) // WORD)[:: STEP // WORD]
        mask, bits = self._high
        hits = numpy.flatnonzero((words & mask) == bits)
        if not hits.size:
            return []
        values = words[hits]
        shift, bits = self._low
        hits = hits[((values | (values >> shift)) & bits) == bits] * STEP
        if not hits.size:
            return []
        every = numpy.frombuffer(data, numpy.uint8)
        for offset in range(WORD):
            hits = hits[self._table[every[hits + offset]]]
        # a run of 32 around a word reaches over the 8 bytes before it, or the 16 behind it
        before = (hits >= WORD) & self._all_digits(every, numpy.maximum(hits - WORD, 0))
        last = max(0, len(data) - WORD)
        behind = (hits + 2 * WORD <= last) & self._all_digits(every, numpy.minimum(hits + WORD, last))
        behind &= self._all_digits(every, numpy.minimum(hits + 2 * WORD, last))
        found: list[int] = hits[before | behind].tolist()
        return found

    def _all_digits(self, every: Any, starts: Any) -> Any:
        result = self._table[every[starts]]
        for offset in range(1, WORD):
            result &= self._table[every[starts + offset]]
        return result
