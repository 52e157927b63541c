"""What looking closely at one pair of files may cost.

Whether two files differ, and in which bytes, is always found out: that costs one pass over both.
Bounded is all that readers do beyond it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass


class Refused(Exception):
    """A reader gives up on a content; the text is the reason, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """For each pair of files; sizes are bytes."""

    seconds: float = 30
    """For readers; after that they give up, and byte ranges are told."""
    depth: int = 8
    """Containers within containers."""
    unpacked: int = 4 << 30
    """Decompressed bytes of both sides together; beyond 1 MiB each they lie in a temporary file."""
    members: int = 200_000
    """Members, fields, sections, objects that may be taken note of, of both sides together;
    each takes about 1 kB of memory."""
    differences: int = 1000
    """Listed for one pair of files."""
    ranges: int = 16
    """Listed for one difference."""
    excerpt: int = 64
    """Of each side of each range, `context` included."""
    context: int = 16
    """Shown before the first differing byte."""


class Budget:
    """What is left of the bounds for one pair of files."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self._end = time.monotonic() + bounds.seconds
        self._unpacked = bounds.unpacked
        self._members = bounds.members

    def check(self) -> None:
        """Refused when the time is over."""
        if time.monotonic() > self._end:
            raise Refused(f"not done after {self.bounds.seconds:g} s")

    def member(self, count: int = 1) -> None:
        """Takes note of members; Refused if they are too many, or the time is over."""
        self._members -= count
        if self._members < 0:
            raise Refused(f"more than {self.bounds.members} members")
        self.check()

    def unpack(self, size: int) -> None:
        """Takes note of decompressed bytes; Refused if they are too many, or the time is over."""
        self._unpacked -= size
        if self._unpacked < 0:
            raise Refused(f"unpacks to more than {self.bounds.unpacked} bytes")
        self.check()
