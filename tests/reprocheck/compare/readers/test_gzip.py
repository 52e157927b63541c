from __future__ import annotations

import gzip
import zlib

from tests.reprocheck.compare.pairs import follow_ups, gave_up, told
from tests.reprocheck.compare.samples import TIME, gz

TEXT = b"hello\nworld\n"


def test_only_the_time_differs() -> None:
    assert told(gz(TEXT), gz(TEXT, mtime=TIME + 1)) == [
        (
            "file",
            "gzip header: MTIME",
            "2001-09-09 01:46:40 UTC (1000000000)",
            "2001-09-09 01:46:41 UTC (1000000001)",
        )
    ]


def test_the_name_in_the_header_differs() -> None:
    assert told(gz(TEXT, name="first"), gz(TEXT, name="other")) == [
        ("file", "gzip header: FNAME", "first", "other")
    ]


def test_a_name_on_one_side_only() -> None:
    fields = [field for _, field, _, _ in told(gz(TEXT, name="first"), gz(TEXT))]
    assert fields == ["gzip header: FLG", "gzip header: FNAME"]


def test_contents_that_differ_are_compared_and_the_checksum_follows() -> None:
    assert told(gz(TEXT), gz(TEXT + b"more\n")) == [("file//", "bytes", "", "")]
    assert follow_ups(gz(TEXT), gz(TEXT + b"more\n")) == {"gzip trailer: CRC32", "gzip trailer: ISIZE"}


def test_the_same_contents_packed_in_another_way_are_said_to_be_the_same() -> None:
    data = TEXT * 500
    left, right = gzip.compress(data, 1, mtime=0), gzip.compress(data, 9, mtime=0)
    assert "what it unpacks to is equal" in gave_up(left, right)


def test_several_members_in_a_row_are_one_content() -> None:
    assert told(gz(b"a\n") + gz(b"b\n"), gz(b"a\n") + gz(b"c\n")) == [("file//", "bytes", "", "")]


def test_damaged_data_are_told_as_bytes_with_the_reason() -> None:
    whole = gz(TEXT * 100)
    broken = whole[:30] + b"\xff\xff\xff" + whole[33:]
    assert "gzip" in gave_up(whole, broken)
    assert "ends too soon" in gave_up(whole, whole[:-3])
    assert "end too soon" in gave_up(whole, whole[:25])


def test_a_bomb_is_not_unpacked_beyond_the_bounds() -> None:
    from reprocheck.compare.bounds import Bounds

    bomb = zlib.compressobj(9, wbits=31)
    data = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(64)) + bomb.flush()
    reason = gave_up(data, data[:-8] + bytes(8), Bounds(unpacked=10 << 20))
    assert "unpacks to more than 10485760 bytes" in reason
