"""Reading files once each, by inode, however many names they have.

Files are read, not mapped: from a disk that gives no data comes an error, not a signal. blake3
and read(2) let go of the interpreter's lock, so threads do use all cores for large files; small
ones are given to helpers, if there are any.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bootstrap.digest import BASE32_DIGITS, Digest, digest, hasher
from bootstrap.store.form import odd_attributes
from bootstrap.store.helper import Helper, Read
from bootstrap.store.rewrite import patched_digest
from bootstrap.store.scan import OVERLAP
from bootstrap.storepath import FILLER

_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_CHUNK = 4 << 20
"""Bytes read at a time: enough for all cores to hash at once."""
_SMALL = 1 << 20
"""Bytes up to which a file is read at once: less than what pays to hash with all cores."""


Named = tuple[bytes, os.stat_result]
"""A file to be read: one of its names, and its state."""


class Mentions(NamedTuple):
    """Where a file mentions the path it is in, and its digest with the filler in these places."""

    offsets: tuple[int, ...]
    filled: Digest


class Contents:
    """What the inodes of one file system hold; filled by many threads, for many names at once."""

    def __init__(self, on_read: Callable[[int], None], helpers: Sequence[Helper] = ()) -> None:
        """The helpers are one for each thread, or none."""
        self.of: dict[int, Digest | str] = {}
        """By inode: its digest, or why it could not be read."""
        self.attributes: dict[int, str] = {}
        """By inode: extended attributes that should not be there."""
        self.size = 0
        """Bytes read so far."""
        self._guard = threading.Lock()
        self._on_read = on_read
        self._stop = threading.Event()
        self._own = threading.local()
        self._helpers = list(helpers)
        """Those that nothing is asked of now."""

    def stop(self) -> None:
        """Nothing more is read, in any thread; what is told of the files being read means nothing."""
        self._stop.set()

    def read(self, directory: int, batch: Sequence[Named]) -> None:
        """Reads files, by names from a directory."""
        self._each(directory, self._helped(directory, batch), b"", {})

    def search(self, directory: int, batch: Sequence[Named], hash: bytes, found: dict[int, Mentions]) -> None:
        """Reads files and looks for a path's hash (32 digits) in them; `found` tells of all of them."""
        self._each(directory, batch, hash, found)

    def _helped(self, directory: int, batch: Sequence[Named]) -> Sequence[Named]:
        """Has the small files read by a helper; those that are still to be read."""
        small = [file for file in batch if file[1].st_size <= _SMALL]
        if not small or not self._helpers or self._stop.is_set():
            return batch
        helper = self._helpers.pop()
        try:
            reads = helper.read(directory, [(name, status.st_size) for name, status in small])
        except OSError:
            return batch  # it was killed
        self._helpers.append(helper)
        left = [file for file in batch if file[1].st_size > _SMALL]
        read = 0
        for file, what in zip(small, reads, strict=True):
            if self._told(file[1].st_ino, what):
                read += file[1].st_size
            else:
                left.append(file)
        self._count(read)
        return left

    def _told(self, number: int, what: Read) -> bool:
        """Notes what a helper read; whether it could tell."""
        if what.raw:
            self.of[number] = Digest(what.raw)
            if what.attributes:
                self.attributes[number] = what.attributes
        elif what.error:
            self.of[number] = f"cannot be read: {what.error}"
        return bool(what.raw or what.error)

    def _count(self, read: int) -> None:
        if read:
            with self._guard:
                self.size += read
            self._on_read(read)

    def _each(self, directory: int, batch: Sequence[Named], hash: bytes, found: dict[int, Mentions]) -> None:
        read = 0
        for name, status in batch:
            if self._stop.is_set():
                return
            number, size = status.st_ino, status.st_size
            try:
                fd = os.open(name, _FILE, dir_fd=directory)
                try:
                    data = os.read(fd, size + 1) if size <= _SMALL else b""
                    offsets: list[int] = []
                    if len(data) == size:
                        content = digest(data)
                        if hash:
                            offsets = _find(data, hash, 0, size)
                    else:
                        content, offsets = self._read(fd, hash)
                    if odd := odd_attributes(fd):
                        self.attributes[number] = ", ".join(odd)
                    if hash:
                        fill = [(offset, FILLER) for offset in offsets]
                        filled = patched_digest(fd, fill) if fill else content
                        found[number] = Mentions(tuple(offsets), filled)
                finally:
                    os.close(fd)
                self.of[number] = content
            except OSError as error:
                self.of[number] = f"cannot be read: {error.strerror}"
            read += size
        self._count(read)

    def _read(self, fd: int, hash: bytes) -> tuple[Digest, list[int]]:
        """The digest of a file of any size, and where the hash is in it."""
        buffer = self._buffer()
        view = memoryview(buffer)[OVERLAP:]
        offsets: list[int] = []
        whole = hasher(many_cores=True)
        done = before = 0
        while count := os.preadv(fd, [view], done):
            whole.update(view[:count])
            if hash:
                end = OVERLAP + count
                offsets += [done + at - OVERLAP for at in _find(buffer, hash, OVERLAP - before, end)]
                before = min(OVERLAP, before + count)
                buffer[OVERLAP - before : OVERLAP] = buffer[end - before : end]
            done += count
            if self._stop.is_set():
                break
        return Digest(whole.digest()), offsets

    def _buffer(self) -> bytearray:
        """Of this thread; before what is read there is room for the end of what was read before."""
        buffer: bytearray | None = getattr(self._own, "buffer", None)
        if buffer is None:
            buffer = self._own.buffer = bytearray(OVERLAP + _CHUNK)
        return buffer


def _find(data: bytes | bytearray, hash: bytes, start: int, end: int) -> list[int]:
    found = []
    at = data.find(hash, start, end)
    while at >= 0:
        found.append(at)
        at = data.find(hash, at + BASE32_DIGITS, end)
    return found
