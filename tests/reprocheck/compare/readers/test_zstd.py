from __future__ import annotations

from tests.fetch.archives import zstd
from tests.reprocheck.compare.pairs import gave_up, told

TEXT = b"hello\nworld\n" * 50


def test_contents_that_differ_are_compared() -> None:
    left, right = zstd.compress(TEXT), zstd.compress(TEXT[:-1] + b"!")
    assert told(left, right) == [("file//", "bytes", "", "")]


def test_a_checksum_on_one_side_is_told_by_the_descriptor() -> None:
    right = zstd.compress(TEXT, options={zstd.CompressionParameter.checksum_flag: True})
    assert "zstd frame header: descriptor" in [field for _, field, _, _ in told(zstd.compress(TEXT), right)]


def test_damaged_data_are_told_as_bytes_with_the_reason() -> None:
    whole = zstd.compress(TEXT)
    other = whole[:12] + b"\xff\xff\xff\xff" + whole[16:]
    assert "damaged" in gave_up(whole[:4] + b"\xff" + whole[5:], other)
