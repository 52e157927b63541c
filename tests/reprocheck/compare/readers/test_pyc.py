from __future__ import annotations

from tests.reprocheck.compare.pairs import gave_up, told
from tests.reprocheck.compare.samples import TIME, pyc

SOURCE = "import os\ndef f(x, *y):\n    return [x, {1.5, 2j}, 'text', 10**40, b'bytes', (1, 2)]\n"


def test_the_time_of_the_source_is_named() -> None:
    assert told(pyc(SOURCE), pyc(SOURCE, mtime=TIME + 1)) == [
        (
            "file",
            "pyc header: source mtime",
            "2001-09-09 01:46:40 UTC (1000000000)",
            "2001-09-09 01:46:41 UTC (1000000001)",
        )
    ]


def test_the_name_of_the_source_is_named_wherever_it_first_stands() -> None:
    found = told(pyc(SOURCE, "/one/m.py"), pyc(SOURCE, "/two/m.py"))
    assert [(left, right) for _, _, left, right in found] == [("/one/m.py", "/two/m.py")]
    assert found[0][1].endswith("co_filename")


def test_a_constant_is_named_by_its_place() -> None:
    found = told(pyc("x = 'one'"), pyc("x = 'two'"))
    assert found == [("file", "pyc co_consts[0]", "one", "two")]


def test_a_reference_flag_alone_is_told() -> None:
    left = pyc("x = 'one'")
    at = left.index(b"\x03one") - 1
    right = left[:at] + bytes([left[at] ^ 0x80]) + left[at + 1 :]
    ((_, field, a, b),) = told(left, right)
    assert field == "pyc co_consts[0]: type"
    assert ("may be referred to" in a) != ("may be referred to" in b)


def test_a_hash_in_place_of_the_time_is_named() -> None:
    left = pyc(SOURCE)
    pair = [left[:4] + b"\1\0\0\0" + hash + left[16:] for hash in (b"a" * 8, b"b" * 8)]
    assert told(*pair) == [("file", "pyc header: source hash", "61" * 8, "62" * 8)]


def test_objects_that_lie_are_refused() -> None:
    whole = pyc(SOURCE)
    assert "unknown type" in gave_up(whole, whole[:16] + b"?" + whole[17:])
    assert "end too soon" in gave_up(whole, whole[:40])
    nested = whole[:16] + b"(\1\0\0\0" * 5000
    assert "objects in each other" in gave_up(nested + b"a", nested + b"b")
    many = whole[:16] + b"(\xff\xff\xff\x7f"
    assert "claims" in gave_up(many + b"a", many + b"b")
