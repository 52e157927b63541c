"""Directories read in another order: getdents64(2), getdents(2).

The whole directory is read once, when its description stands at the beginning, and then served from
memory. Where its reader stands is kept where the kernel keeps it, in the offset of the open file
description: so it is shared by whoever shares that, and lseek(2) works as ever. No two listings share
an offset, so that it tells which of them it is in.
"""

from __future__ import annotations

import ctypes
import os
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import blake2b
from typing import NamedTuple

from bootstrap.sandbox import syscalls as sys
from bootstrap.sandbox.inside.traps import memory
from bootstrap.sandbox.inside.traps.file_status import Inodes
from bootstrap.sandbox.inside.traps.listener import Call, Handler
from bootstrap.sandbox.inside.traps.places import name_of

SYS_getdents64 = 217  # arch/x86/entry/syscalls/syscall_64.tbl
SYS_pidfd_getfd = 438

_EINVAL, _EIO = 22, 5

_DIRENT64 = struct.Struct("=QqHB")  # struct linux_dirent64, include/linux/dirent.h
_DIRENT = struct.Struct("=QQH")  # struct linux_dirent, fs/readdir.c
_DIRENT_NARROW = struct.Struct("=IIH")  # struct compat_linux_dirent

_SMALLEST = 12  # bytes of a record

_LAST_OFFSET = (1 << 31) - 1  # what a 32-bit program and every file system can hold
_KEPT = 1 << 26
"""Bytes of names kept in memory; beyond that the listings that were used longest ago are forgotten."""

_chunk = ctypes.create_string_buffer(1 << 18)

_syscall = ctypes.PyDLL(None, use_errno=True).syscall
_syscall.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_long)
_syscall.restype = ctypes.c_long


class Entry(NamedTuple):
    name: bytes
    inode: int
    type: int


Order = Callable[[Entry], bytes]

ORDERS: dict[str, tuple[Order, bool]] = {
    "sorted": (lambda entry: entry.name, False),
    "reversed": (lambda entry: entry.name, True),
    "shuffled": (lambda entry: blake2b(entry.name, digest_size=8).digest(), False),
}
"""The key of each, and whether it is turned round."""


class _Listing(NamedTuple):
    first: int
    """The offset of its first entry, which is one more than nothing."""
    entries: list[Entry]
    size: int


class Directories:
    """Every directory in one order."""

    def __init__(self, order: str, inodes: Inodes | None) -> None:
        self._key, self._reverse = ORDERS[order]
        self._inodes = inodes
        self._listings: dict[int, _Listing] = {}
        """By their first offset, those used last at the end."""
        self._firsts: list[int] = []
        self._next = 1
        self._kept = 0

    def handlers(self) -> dict[str, Handler]:
        return {"getdents": self._getdents, "getdents64": self._getdents}

    def _getdents(self, call: Call) -> int | None:
        directory = _take(call)
        try:
            offset = os.lseek(directory, 0, os.SEEK_CUR)
            listing = self._list(directory) if offset == 0 else self._find(offset)
            if listing is None:
                return None if offset == 0 else -_EIO
            index = max(offset - listing.first, 0)
            content, count = _pack(call, listing, index)
            if not count and index < len(listing.entries):
                return -_EINVAL
            call.write(call.arguments[1], content)
            os.lseek(directory, listing.first + index + count, os.SEEK_SET)
            return len(content)
        finally:
            os.close(directory)

    def _list(self, directory: int) -> _Listing | None:
        entries = sorted(_read(directory), key=self._key, reverse=self._reverse)
        if self._inodes is not None:
            entries = list(_renumbered(entries, directory, self._inodes))
        if self._next + len(entries) > _LAST_OFFSET:
            self._next = 1
        listing = _Listing(self._next, entries, sum(len(entry.name) + 100 for entry in entries))
        self._next += len(entries) + 1
        try:
            os.lseek(directory, listing.first, os.SEEK_SET)
        except OSError:
            os.lseek(directory, 0, os.SEEK_SET)
            return None
        self._keep(listing)
        return listing

    def _keep(self, listing: _Listing) -> None:
        self._listings[listing.first] = listing
        self._kept += listing.size
        while self._kept > _KEPT and len(self._listings) > 1:
            self._kept -= self._listings.pop(next(iter(self._listings))).size
        if len(self._firsts) > 2 * len(self._listings) + 16:
            self._firsts = sorted(self._listings)
        else:
            self._firsts.append(listing.first)

    def _find(self, offset: int) -> _Listing | None:
        place = bisect_right(self._firsts, offset)
        listing = self._listings.pop(self._firsts[place - 1], None) if place else None
        if listing is None or offset > listing.first + len(listing.entries):
            return None
        self._listings[listing.first] = listing
        return listing


def _renumbered(entries: list[Entry], directory: int, inodes: Inodes) -> Iterator[Entry]:
    # A mount point's own number is told here, its root's by stat(2): they are not the same anyway.
    device = os.fstat(directory).st_dev
    top = name_of(directory)
    beneath = top.rstrip("/") + "/"
    for entry in entries:
        if entry.name == b".":
            name = top
        elif entry.name == b"..":
            name = os.path.dirname(top)
        else:
            name = beneath + os.fsdecode(entry.name)
        yield entry._replace(inode=inodes.number(device, entry.inode, name))


def _take(call: Call) -> int:
    """The caller's open file description, as a descriptor of ours."""
    process = os.pidfd_open(_process(call.pid))
    try:
        directory = _syscall(SYS_pidfd_getfd, process, call.arguments[0] & 0xFFFFFFFF, 0)
        if directory < 0:
            raise sys.CallFailed(ctypes.get_errno(), "pidfd_getfd")
    finally:
        os.close(process)
    return int(directory)


def _process(tid: int) -> int:
    """The process that a thread belongs to."""
    with open(f"/proc/{tid}/status", "rb") as file:
        for line in file:
            if line.startswith(b"Tgid:"):
                return int(line.split()[1])
    raise ProcessLookupError(3, "No such process")


def _read(directory: int) -> list[Entry]:
    entries: list[Entry] = []
    while True:
        size = _syscall(SYS_getdents64, directory, _chunk, len(_chunk))
        if size < 0:
            raise sys.CallFailed(ctypes.get_errno(), "getdents64")
        if size == 0:
            return entries
        content = ctypes.string_at(_chunk, size)
        place = 0
        while place < size:
            inode, _, length, type = _DIRENT64.unpack_from(content, place)
            name = content[place + _DIRENT64.size : place + length].partition(b"\0")[0]
            entries.append(Entry(name, inode, type))
            place += length


def _pack(call: Call, listing: _Listing, index: int) -> tuple[bytes, int]:
    """As many entries as the caller has room for, and how many."""
    room = min(call.arguments[2] & 0xFFFFFFFF, memory.LARGEST)
    packed: list[bytes] = []
    size = 0
    pack = _pack_64 if call.name == "getdents64" else partial(_pack_old, narrow=call.narrow)
    possible = listing.entries[index : index + room // _SMALLEST + 1]
    for offset, entry in enumerate(possible, listing.first + index + 1):
        record = pack(entry, offset)
        size += len(record)
        if size > room:
            break
        packed.append(record)
    return b"".join(packed), len(packed)


def _pack_64(entry: Entry, offset: int) -> bytes:
    length = (_DIRENT64.size + len(entry.name) + 1 + 7) & ~7
    return (_DIRENT64.pack(entry.inode, offset, length, entry.type) + entry.name).ljust(length, b"\0")


def _pack_old(entry: Entry, offset: int, narrow: bool) -> bytes:
    head, align = (_DIRENT_NARROW, 4) if narrow else (_DIRENT, 8)
    length = (head.size + len(entry.name) + 2 + align - 1) & -align
    inode = entry.inode & 0xFFFFFFFF if narrow else entry.inode
    # The type is the record's last byte.
    return (head.pack(inode, offset, length) + entry.name).ljust(length - 1, b"\0") + bytes([entry.type])
