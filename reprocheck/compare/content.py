"""Bytes that can be read anywhere, in pieces: of a file, at hand, or in a window of either."""

from __future__ import annotations

import errno
import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Protocol, cast

from bootstrap.fetch.decompress import COMPRESSIONS
from bootstrap.fetch.member import Refused as Damaged
from reprocheck.compare.bounds import Budget, Refused

_AT_ONCE = 16 << 20
"""Bytes of one header or table that a reader may take into memory."""
_IN_MEMORY = 1 << 20
"""Decompressed bytes that are kept in memory; more go to a temporary file."""


class Content(ABC):
    """`size` bytes."""

    size: int

    @abstractmethod
    def read(self, start: int, count: int) -> bytes:
        """Up to `count` bytes from `start` on; fewer only at the end."""

    def data_from(self, start: int) -> int:
        """The first offset from `start` on where anything but zeros may stand (or `size`)."""
        return start

    def exactly(self, start: int, count: int) -> bytes:
        """`count` bytes from `start` on; Refused if there are not so many, or far too many."""
        if not 0 <= count <= _AT_ONCE:
            raise Refused(f"a header or table claims {count} bytes")
        if start < 0 or start + count > self.size:
            raise Refused("it ends too soon")
        return self.read(start, count)


class Bytes(Content):
    """Bytes at hand."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.size = len(data)

    def read(self, start: int, count: int) -> bytes:
        return self._data[start : start + count]


class _Open(Protocol):
    def fileno(self) -> int: ...


class FileContent(Content):
    """An open regular file, which it keeps open; its holes are known (lseek(2), SEEK_DATA)."""

    def __init__(self, file: _Open) -> None:
        self._file = file
        self._fd = file.fileno()
        self.size = os.fstat(self._fd).st_size

    def read(self, start: int, count: int) -> bytes:
        count = min(count, self.size - start)
        if count <= 0:
            return b""
        data = os.pread(self._fd, count, start)
        while len(data) < count:
            more = os.pread(self._fd, count - len(data), start + len(data))
            if not more:
                raise Refused("it became shorter while it was read")
            data += more
        return data

    def data_from(self, start: int) -> int:
        try:
            return min(os.lseek(self._fd, start, os.SEEK_DATA), self.size)
        except OSError as error:
            return self.size if error.errno == errno.ENXIO else start


class Window(Content):
    """A part of another content; Refused unless it lies within."""

    def __init__(self, content: Content, start: int, size: int) -> None:
        if start < 0 or size < 0 or start + size > content.size:
            raise Refused("a part of it would lie beyond its end")
        self._content = content
        self._start = start
        self.size = size

    def read(self, start: int, count: int) -> bytes:
        return self._content.read(self._start + start, min(count, max(self.size - start, 0)))

    def data_from(self, start: int) -> int:
        return min(self._content.data_from(self._start + start) - self._start, self.size)


class _Temporary:
    """A file without a name, which is gone when nobody reads it any more."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - lives as long as this object

    def __del__(self) -> None:
        self._file.close()

    def fileno(self) -> int:
        return self._file.fileno()

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]


class Spool:
    """Takes decompressed bytes as they come, and gives them as a content."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._memory = bytearray()
        self._file: _Temporary | None = None

    def write(self, data: bytes) -> None:
        """Refused when the budget is used up, or there is no room for temporary files."""
        self._budget.unpack(len(data))
        if self._file is None and len(self._memory) + len(data) <= _IN_MEMORY:
            self._memory += data
            return
        try:
            if self._file is None:
                self._file = _Temporary()
                self._file.write(bytes(self._memory))
                self._memory.clear()
            self._file.write(data)
        except OSError as error:
            raise Refused(f"no room to unpack it: {error.strerror}") from error

    def content(self) -> Content:
        """All that was written."""
        return Bytes(bytes(self._memory)) if self._file is None else FileContent(self._file)


def unpacked(content: Content, compression: str, budget: Budget) -> Callable[[], Content]:
    """What a content decompresses to, done when it is called; `compression` is one of `COMPRESSIONS`.

    Calling raises Refused for damaged data and beyond the budget.
    """

    def unpack() -> Content:
        file = cast(BinaryIO, _Reading(content))
        spool = Spool(budget)
        for piece in _pieces(COMPRESSIONS[compression](file)):
            spool.write(piece)
        return spool.content()

    return unpack


def _pieces(decompressed: Iterable[bytes]) -> Iterator[bytes]:
    """What a decompressor gives; Refused for what it raises on damaged data."""
    stream = iter(decompressed)
    while True:
        try:
            piece = next(stream)
        except StopIteration:
            return
        except (Refused, MemoryError):
            raise
        except Damaged as error:
            raise Refused(str(error)) from error
        except Exception as error:  # each library has its own class for damaged data
            raise Refused(f"the compressed data are damaged: {error}") from error
        yield piece


class _Reading:
    """A content as a file that is read forwards."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._at = 0

    def read(self, size: int) -> bytes:
        data = self._content.read(self._at, size)
        self._at += len(data)
        return data
