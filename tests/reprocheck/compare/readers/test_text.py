from __future__ import annotations

from reprocheck.compare import Kind
from tests.reprocheck.compare.pairs import differences, told


def test_lines_that_differ_are_numbered() -> None:
    (found,) = differences(b"a\nb\nc\nd\n", b"a\nb\nnew\nc\nD\n")
    assert [(each.left.where, each.right.where) for each in found.ranges] == [
        ("line 3", "line 3"),
        ("line 4", "line 5"),
    ]
    assert [(each.left.start, each.left.size, each.right.size) for each in found.ranges] == [
        (4, 0, 4),
        (6, 1, 1),
    ]


def test_the_same_lines_in_another_order_are_said_to_be_so() -> None:
    found = differences(b"b\na\nc\n", b"a\nb\nc\n")
    assert [(each.kind, each.field, each.follows) for each in found] == [
        (Kind.ORDER, "order of lines", False),
        (Kind.BYTES, "", True),
    ]


def test_another_encoding_is_named() -> None:
    assert told("ä\n".encode(), "ä\n".encode("latin-1"))[0] == ("file", "encoding", "UTF-8", "not UTF-8")


def test_other_line_endings_are_named() -> None:
    assert told(b"a\nb\n", b"a\r\nb\r\n")[0] == ("file", "line endings", "LF", "CRLF")
