from __future__ import annotations

import tarfile

import pytest

from tests.reprocheck.compare.pairs import gave_up, told
from tests.reprocheck.compare.samples import TIME, gz, tar

FILES = {"dir/one": b"1\n", "dir/two": b"2\n"}


@pytest.mark.parametrize(
    ("attribute", "value", "field", "left", "right"),
    [
        ("uid", 1000, "uid", "0", "1000"),
        ("gid", 1000, "gid", "0", "1000"),
        ("mode", 0o664, "mode", "0644", "0664"),
        ("uname", "me", "user name", "", "me"),
        ("gname", "us", "group name", "", "us"),
        (
            "mtime",
            TIME + 1,
            "mtime",
            "2001-09-09 01:46:40 UTC (1000000000)",
            "2001-09-09 01:46:41 UTC (1000000001)",
        ),
    ],
)
def test_a_field_of_a_member_is_named(
    attribute: str, value: object, field: str, left: str, right: str
) -> None:
    pair = tar({"dir/one": b"1\n"}), tar({"dir/one": b"1\n"}, **{attribute: value})
    assert told(*pair) == [("file", f"tar entry dir/one: {field}", left, right)]


def test_only_the_member_that_differs_is_told() -> None:
    assert told(tar(FILES), tar({**FILES, "dir/two": b"3\n"})) == [("file//dir/two", "bytes", "", "")]


def test_members_of_a_compressed_tar_are_named_as_if_it_were_not() -> None:
    assert told(gz(tar(FILES)), gz(tar({**FILES, "dir/two": b"3\n"}))) == [("file//dir/two", "bytes", "", "")]


def test_members_on_one_side_only() -> None:
    assert told(tar(FILES), tar({"dir/one": b"1\n", "new": b""})) == [
        ("file//dir/two", "only left", "", ""),
        ("file//new", "only right", "", ""),
    ]


def test_the_order_of_members_is_told() -> None:
    assert told(tar(FILES), tar(dict(reversed(FILES.items())))) == [
        (
            "file",
            "order of parts",
            "tar entry dir/one, tar entry dir/two",
            "tar entry dir/two, tar entry dir/one",
        )
    ]


@pytest.mark.parametrize("format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_long_names_are_read_in_every_format(format: int) -> None:
    name = "/".join(["directory" * 3] * 5)
    assert told(tar({name: b"1"}, format), tar({name: b"2"}, format)) == [(f"file//{name}", "bytes", "", "")]


def test_a_time_in_a_pax_record_is_spelt() -> None:
    pair = [tar({"a": b""}, tarfile.PAX_FORMAT, mtime=TIME + fraction) for fraction in (0.25, 0.5)]
    assert (
        "file",
        "tar entry a: pax mtime",
        "1000000000.25 (2001-09-09 01:46:40 UTC (1000000000))",
        "1000000000.5 (2001-09-09 01:46:40 UTC (1000000000))",
    ) in told(*pair)


def test_a_size_beyond_the_end_is_refused() -> None:
    whole = tar({"a": b"1"})
    lying = whole[:124] + b"77777777777\0" + whole[136:]
    assert "claims" in gave_up(whole, lying)


def test_a_pax_header_that_lies_about_its_records_is_refused() -> None:
    whole = tar({"ä" * 60: b""}, tarfile.PAX_FORMAT)
    assert "pax header" in gave_up(whole, whole[:512] + b"9" + whole[513:])


def test_twice_the_same_name_is_two_members() -> None:
    twice = tar({"a": b"1"})[:1024] + tar({"a": b"2"})
    other = tar({"a": b"1"})[:1024] + tar({"a": b"3"})
    assert told(twice, other) == [("file//a", "bytes", "", "")]
