from __future__ import annotations

from tests.reprocheck.compare.pairs import gave_up, told
from tests.reprocheck.compare.samples import TIME, cpio

FILES = {"bin/sh": b"1\n", "init": b"2\n"}


def test_fields_of_a_member_are_named() -> None:
    found = told(cpio({"a": b""}), cpio({"a": b""}, mtime=TIME + 1, inode=7))
    assert found[:2] == [
        ("file", "cpio entry a: inode", "1", "7"),
        (
            "file",
            "cpio entry a: mtime",
            "2001-09-09 01:46:40 UTC (1000000000)",
            "2001-09-09 01:46:41 UTC (1000000001)",
        ),
    ]


def test_only_the_member_that_differs_is_told() -> None:
    assert told(cpio(FILES), cpio({**FILES, "init": b"3\n"})) == [("file//init", "bytes", "", "")]


def test_members_on_one_side_only() -> None:
    assert told(cpio(FILES), cpio({"init": b"2\n"})) == [("file//bin/sh", "only left", "", "")]


def test_what_is_no_number_or_too_large_is_refused() -> None:
    whole = cpio(FILES)
    assert "not a hexadecimal number" in gave_up(whole, whole[:54] + b"zzzzzzzz" + whole[62:])
    assert "claims" in gave_up(whole, whole[:54] + b"ffffffff" + whole[62:])
    assert "name claims" in gave_up(whole, whole[:94] + b"0fffffff" + whole[102:])
