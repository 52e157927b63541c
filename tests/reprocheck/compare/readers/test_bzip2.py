from __future__ import annotations

import bz2

from tests.reprocheck.compare.pairs import gave_up, told

TEXT = b"hello\nworld\n" * 50


def test_contents_that_differ_are_compared() -> None:
    assert told(bz2.compress(TEXT), bz2.compress(TEXT + b"!")) == [("file//", "bytes", "", "")]


def test_another_block_size_is_named() -> None:
    assert told(bz2.compress(TEXT, 1), bz2.compress(TEXT, 9)) == [
        ("file", "bzip2 header: block size", "100 kB", "900 kB")
    ]


def test_damaged_data_are_told_as_bytes_with_the_reason() -> None:
    whole = bz2.compress(TEXT)
    assert "end too soon" in gave_up(whole, whole[:-6])
