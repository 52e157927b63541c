"""Plain text: lines, their order, their endings, and the encoding."""

from __future__ import annotations

from collections.abc import Iterator

from reprocheck.compare.align import LARGEST, has_same_pieces
from reprocheck.compare.content import Content
from reprocheck.compare.difference import Difference, Kind
from reprocheck.compare.part import Pair, leaf
from reprocheck.compare.ranges import CHUNK

_HEAD = 8192
"""Bytes at the beginning that tell text, as for grep(1) and git: without NUL."""


def is_text(content: Content) -> bool:
    """Whether a content looks like text of lines."""
    head = content.read(0, _HEAD)
    return bool(head) and b"\0" not in head


def compare_text(pair: Pair) -> Iterator[Difference]:
    """The lines that differ; or that they are the same ones in another order."""
    reordered = False
    if max(pair.left.size, pair.right.size) <= LARGEST:
        left, right = pair.left.read(0, LARGEST), pair.right.read(0, LARGEST)
        for field, a, b in (
            ("encoding", _encoding(left), _encoding(right)),
            ("line endings", _endings(left), _endings(right)),
        ):
            if a and b and a != b:
                yield Difference(place=pair.place, kind=Kind.METADATA, field=field, left=a, right=b)
        reordered = has_same_pieces(left, right, b"\n")
        if reordered:
            yield Difference(place=pair.place, kind=Kind.ORDER, field="order of lines")
    lines = _Lines(pair.left), _Lines(pair.right)
    found = leaf(pair, separator=b"\n", where=(lines[0].where, lines[1].where), follows=reordered)
    if found is not None:
        yield found


class _Lines:
    """Numbers of lines, from 1; offsets are asked for in ascending order."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._at = 0
        self._line = 1

    def where(self, offset: int) -> str:
        while self._at < offset:
            data = self._content.read(self._at, min(CHUNK, offset - self._at))
            if not data:
                break
            self._line += data.count(b"\n")
            self._at += len(data)
        return f"line {self._line}"


def _encoding(data: bytes) -> str:
    """ "" for ASCII, which is every encoding."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "UTF-8 with a byte order mark"
    if data.isascii():
        return ""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "not UTF-8"
    return "UTF-8"


def _endings(data: bytes) -> str:
    """ "" for a single line."""
    if b"\n" not in data:
        return ""
    crlf = data.count(b"\r\n")
    if not crlf:
        return "LF"
    return "CRLF" if crlf == data.count(b"\n") else "LF and CRLF"
