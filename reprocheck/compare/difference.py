"""What is found: one `Difference` for each thing that is not the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

Place = tuple[bytes, ...]
"""Where in two trees: the path of a file from the top (b"" for the top itself), then, for each
container that was opened, the name of the member, b"" for the one content of a compressed file."""


class Kind(StrEnum):
    """What of a place is not the same."""

    BYTES = "bytes"
    MODE = "mode"
    """Permission bits; of trees known from an index only whether a file may be executed."""
    TYPE = "type"
    """File, directory, symlink, ..."""
    TARGET = "symlink target"
    ONLY_LEFT = "only left"
    ONLY_RIGHT = "only right"
    ORDER = "order"
    """The same members, lines or strings in another order."""
    METADATA = "metadata"
    """A field that a format has beside its contents."""
    UNREADABLE = "unreadable"
    """It cannot be told; `Difference.note` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Bytes on one side."""

    start: int
    """Offset in the content that `Difference.place` names, in bytes."""
    size: int
    excerpt: bytes = b""
    """The bytes from `excerpt_start` on: a little before, and as many as `Bounds.excerpt` allows."""
    excerpt_start: int = 0
    where: str = ""
    """What a reader calls this offset: "line 12", "main+0x1c"."""

    @property
    def hex(self) -> str:
        """The excerpt, two digits to a byte, divided by spaces."""
        return self.excerpt.hex(" ")

    @property
    def text(self) -> str:
        """The excerpt as printable ASCII, with "." for all else."""
        return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in self.excerpt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Bytes that differ, and what stands in their place; one of the two may be empty."""

    left: Span
    right: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs.

    Where it has ranges: put the bytes of each right span in the place of its left one, and (if all
    ranges are listed) the left content, or the part of it that `field` names, becomes the right one.
    """

    place: Place
    kind: Kind
    field: str = ""
    """What a reader calls it: "gzip header: MTIME"; "" for the content as a whole."""
    left: str = ""
    """The value for people, where there is one; so is `right`."""
    right: str = ""
    ranges: tuple[Range, ...] = ()
    """The first of them, ascending."""
    range_count: int = 0
    """Of all ranges, listed or not."""
    left_bytes: int = 0
    """In all ranges together; so is `right_bytes`."""
    right_bytes: int = 0
    follows: bool = False
    """It may well be only a consequence of others: a checksum, a size, an offset, a build id."""
    note: str = ""
    """Why it is not known better, or not known at all."""

    @property
    def path(self) -> str:
        """`place` for people: "lib/a.tar.gz//dir/file"; a "//" at the end stands for "uncompressed"."""
        top, *members = self.place
        path = shown(top) or "."
        named = [shown(member) for member in members if member]
        return "//".join([path, *named]) + ("//" if members and not members[-1] else "")

    def swapped(self) -> Difference:
        """The same with its sides exchanged."""
        only = {Kind.ONLY_LEFT: Kind.ONLY_RIGHT, Kind.ONLY_RIGHT: Kind.ONLY_LEFT}
        return replace(
            self,
            kind=only.get(self.kind, self.kind),
            left=self.right,
            right=self.left,
            ranges=tuple(Range(left=range.right, right=range.left) for range in self.ranges),
            left_bytes=self.right_bytes,
            right_bytes=self.left_bytes,
        )


def shown(name: bytes) -> str:
    """A name of any bytes as people read it: what cannot be printed is escaped."""
    text = name.decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
