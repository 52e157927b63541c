from __future__ import annotations

import lzma

from tests.reprocheck.compare.pairs import gave_up, told

TEXT = b"hello\nworld\n" * 50


def test_contents_that_differ_are_compared() -> None:
    assert told(lzma.compress(TEXT), lzma.compress(TEXT + b"!")) == [("file//", "bytes", "", "")]


def test_another_check_is_named() -> None:
    left, right = lzma.compress(TEXT), lzma.compress(TEXT, check=lzma.CHECK_CRC32)
    assert ("file", "xz header: check", "CRC64", "CRC32") in told(left, right)


def test_another_dictionary_is_named() -> None:
    fields = [field for _, field, _, _ in told(lzma.compress(TEXT, preset=1), lzma.compress(TEXT, preset=6))]
    assert "xz block header: filters" in fields


def test_damaged_data_are_told_as_bytes_with_the_reason() -> None:
    whole = lzma.compress(TEXT)
    assert "damaged" in gave_up(whole, whole[:40] + b"????" + whole[44:])
