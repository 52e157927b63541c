"""What a format of archives gives: members one by one, and the bounds they must keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO

Data = Iterable[bytes | memoryview]
"""A file's contents in pieces; each piece is good until the next is taken."""


class Kind(Enum):
    """What a member is."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symbolic link"
    HARD_LINK = "hard link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member, its name as the archive has it."""

    name: bytes
    kind: Kind
    size: int = 0
    """Bytes of a file, holes included."""
    executable: bool = False
    """Whether any x bit is set."""
    link: bytes = b""
    """A symbolic link's target; a hard link's: the name of an earlier member."""
    data: Data = ()
    """Must be taken before the next member is asked for; what is left of it then is skipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What an archive may grow to. Sizes are bytes."""

    size: int = 16 << 30
    """Of all contents together, and of the decompressed stream."""
    ratio: int = 1000
    """Decompressed to compressed size, from `ratio_from` on."""
    ratio_from: int = 100 << 20
    entries: int = 1_000_000
    """Files, directories and links, with the directories that are only implied."""
    depth: int = 256
    """Components of a name."""


class Refused(Exception):
    """A member, or the whole archive, is not unpacked; the text is the reason, for people."""

    def __init__(self, reason: str, *, hint: str = "", member: bytes | None = None) -> None:
        super().__init__(reason)
        self.hint = hint
        self.member = member
        """Which one, where it is not the one just read."""


Format = Callable[[BinaryIO, Bounds], Iterator[Member]]
"""The members of an archive in an open file, in order. Raises Refused for what is not of the
format, with the member's name where it has one."""
