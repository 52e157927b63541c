from __future__ import annotations

from tests.reprocheck.compare.pairs import gave_up, told
from tests.reprocheck.compare.samples import TIME, ar

FILES = {"a.o": b"1\n", "b.o": b"2\n"}


def test_date_and_owner_of_a_member_are_named() -> None:
    assert told(ar({"x.o": b"1"}), ar({"x.o": b"1"}, date=TIME + 1, uid=1000)) == [
        (
            "file",
            "ar member x.o: date",
            "2001-09-09 01:46:40 UTC (1000000000)",
            "2001-09-09 01:46:41 UTC (1000000001)",
        ),
        ("file", "ar member x.o: uid", "0", "1000"),
    ]


def test_only_the_member_that_differs_is_told() -> None:
    assert told(ar(FILES), ar({**FILES, "b.o": b"3\n"})) == [("file//b.o", "bytes", "", "")]


def test_the_order_of_members_is_told() -> None:
    (found,) = told(ar(FILES), ar(dict(reversed(FILES.items()))))
    assert found == ("file", "order of parts", "ar member a.o, ar member b.o", "ar member b.o, ar member a.o")


def test_long_names_of_gnu_and_bsd_are_read() -> None:
    names = "a_rather_long_name.o/\n"
    gnu = [ar({"//": names.encode(), "/0": data}).replace(b"/0/ ", b"/0  ") for data in (b"1\n", b"2\n")]
    assert told(*gnu) == [("file//a_rather_long_name.o", "bytes", "", "")]
    bsd = [ar({"#1/4": b"name" + data}).replace(b"#1/4/", b"#1/4 ") for data in (b"1\n", b"2\n")]
    assert told(*bsd) == [("file//name", "bytes", "", "")]


def test_a_size_beyond_the_end_is_refused() -> None:
    whole = ar(FILES)
    assert "claims" in gave_up(whole, whole[:56] + b"9999999999" + whole[66:])
    assert "no header" in gave_up(whole, whole + b"garbage" * 20)
