from __future__ import annotations

from tests.reprocheck.compare.pairs import follow_ups, gave_up, told
from tests.reprocheck.compare.samples import png


def test_the_time_is_told_and_the_checksum_follows() -> None:
    pair = [png((b"tIME", bytes([7, 209, 9, 9, 1, 46, second]))) for second in (40, 41)]
    assert told(*pair) == [("file", "PNG tIME chunk", "2001-09-09 01:46:40", "2001-09-09 01:46:41")]
    assert follow_ups(*pair) == {"PNG tIME chunk: CRC"}


def test_texts_are_known_by_their_keyword() -> None:
    pair = [png((b"tEXt", b"Software\0me"), (b"tEXt", b"date:create\0" + date)) for date in (b"now", b"then")]
    assert told(*pair) == [("file", "PNG tEXt chunk date:create", "now", "then")]


def test_a_chunk_on_one_side_only() -> None:
    assert told(png((b"tEXt", b"a\0b")), png()) == [("file", "PNG tEXt chunk a", "", "")]


def test_a_chunk_beyond_the_end_is_refused() -> None:
    whole = png()
    assert "claims" in gave_up(whole, whole[:8] + b"\x7f" + whole[9:])


def test_a_date_that_is_none_is_told_as_digits() -> None:
    pair = [png((b"tIME", bytes([7, 209, 99, 9, 1, 46, second]))) for second in (40, 41)]
    assert told(*pair) == [("file", "PNG tIME chunk", "07d16309012e28", "07d16309012e29")]
