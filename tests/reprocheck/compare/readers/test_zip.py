from __future__ import annotations

import struct

from tests.reprocheck.compare.pairs import gave_up, told
from tests.reprocheck.compare.samples import zip_file

FILES = {"one": b"1\n" * 50, "two": b"2\n" * 50}


def test_the_time_of_an_entry_is_told_once() -> None:
    assert told(zip_file({"a": b"x"}), zip_file({"a": b"x"}, time=(2020, 1, 2, 3, 4, 6))) == [
        ("file", "zip entry a: time", "2001-09-09 01:46:40", "2020-01-02 03:04:06")
    ]


def test_the_mode_of_an_entry_is_told() -> None:
    pair = [zip_file({"a": b"x"}, external_attr=mode << 16) for mode in (0o100644, 0o100755)]
    assert told(*pair) == [
        ("file", "zip directory entry a: attributes", "mode 100644, DOS 0x0", "mode 100755, DOS 0x0")
    ]


def test_only_the_entry_that_differs_is_opened() -> None:
    assert told(zip_file(FILES), zip_file({**FILES, "two": b"2\n" * 49 + b"3\n"})) == [
        ("file//two", "bytes", "", "")
    ]


def test_entries_on_one_side_and_another_order() -> None:
    left, right = zip_file({**FILES, "three": b""}), zip_file(dict(reversed(FILES.items())))
    assert told(left, right) == [
        ("file//three", "only left", "", ""),
        (
            "file",
            "order of parts",
            "zip directory entry one, zip directory entry two",
            "zip directory entry two, zip directory entry one",
        ),
        ("file", "order of parts", "zip entry one, zip entry two", "zip entry two, zip entry one"),
    ]


def test_times_in_an_extra_field_are_spelt() -> None:
    pair = [zip_file({"a": b"x"}, extra=struct.pack("<HHBi", 0x5455, 5, 1, time)) for time in (1, 2)]
    assert told(*pair) == [
        (
            "file",
            "zip entry a: extra field times",
            "1970-01-01 00:00:01 UTC (1)",
            "1970-01-01 00:00:02 UTC (2)",
        )
    ]


def test_a_zip_behind_an_interpreters_line_is_a_zip() -> None:
    import io
    import zipfile

    def app(data: bytes) -> bytes:
        file = io.BytesIO(b"#!/usr/bin/env python3\n")
        file.seek(0, io.SEEK_END)
        with zipfile.ZipFile(file, "a") as out:
            out.writestr(zipfile.ZipInfo("__main__.py"), data)
        return file.getvalue()

    assert told(app(b"one\n"), app(b"two\n")) == [("file//__main__.py", "bytes", "", "")]


def test_entries_that_overlap_are_refused() -> None:
    whole = zip_file(FILES)
    record = whole.rindex(b"PK\x01\x02")
    lying = whole[: record + 42] + struct.pack("<I", 0) + whole[record + 46 :]
    assert "lies in another part" in gave_up(whole, lying)


def test_a_directory_beyond_the_end_is_refused() -> None:
    whole = zip_file(FILES)
    end = whole.rindex(b"PK\x05\x06")
    assert "directory" in gave_up(whole, whole[: end + 16] + b"\xf0\xff\xff\xff" + whole[end + 20 :])
    assert "no directory" in gave_up(whole, whole[:-30])
