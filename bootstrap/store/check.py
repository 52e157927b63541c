"""Whether what is stored is still what was stored, and where in it a path is mentioned.

Nothing is changed: stored trees are read with the names they have, and a path that is not normal
any more (mode, time, kind of file) is told as damage, too.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from bootstrap.digest import Digest, digest, hasher
from bootstrap.store.rewrite import Patch, patched, patched_digest
from bootstrap.store.scan import OVERLAP, Hashes
from bootstrap.store.survey import TIME
from bootstrap.store.trouble import shown
from bootstrap.store.values import Damage, PathInfo
from bootstrap.storepath import FILLER, StorePath, output_digest
from bootstrap.tree import Directory, File, Node, Symlink, root_digest

_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_CHUNK = 1 << 20


def check(real: str, info: PathInfo) -> Damage | None:
    """What is wrong with a registered path; None if it is as it was when it was added."""
    reading = _Reading(info.path.hash.encode())
    parent, base = os.path.split(os.fsencode(real))
    try:
        fd = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            node = reading.node(fd, base, b"")
        finally:
            os.close(fd)
    except OSError as error:
        return Damage(path=info.path, what=f"cannot be read: {error.strerror} ({error.filename!r})")
    if reading.odd:
        return Damage(path=info.path, what=f"{shown(reading.odd[0])} is not as a store keeps files")
    got = output_digest(info.path.name, root_digest(node), reading.own)
    if got != info.digest:
        return Damage(path=info.path, what="other contents", expected=info.digest, got=got)
    return None


def find_reference(real: str, to: StorePath) -> tuple[bytes, int] | None:
    """The first place, in canonical order, where a stored tree mentions a path: file and offset."""
    hashes = Hashes([to.hash.encode()])
    for path, data, start in _pieces(os.fsencode(real), b""):
        for offset, _ in hashes.find(data):
            return path, start + offset
    return None


def _pieces(real: bytes, path: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Names, link targets and contents of a tree: path, bytes, and their offset in the file."""
    mode = os.lstat(real).st_mode
    if stat.S_ISLNK(mode):
        yield path, os.readlink(real), 0
    elif stat.S_ISDIR(mode):
        for name in sorted(os.listdir(real)):
            below = path + b"/" + name if path else name
            yield below, name, 0
            yield from _pieces(real + b"/" + name, below)
    elif stat.S_ISREG(mode):
        fd = os.open(real, _FILE)
        try:
            start = 0
            while len(data := os.pread(fd, _CHUNK, start)) > OVERLAP:
                yield path, data, start
                start += len(data) - OVERLAP
        finally:
            os.close(fd)


class _Reading:
    def __init__(self, own: bytes) -> None:
        self.own: list[tuple[bytes, int]] = []
        self.odd: list[bytes] = []
        self._hashes = Hashes([own])

    def node(self, parent: int, name: bytes, path: bytes) -> Node:
        status = os.lstat(name, dir_fd=parent)
        mode = status.st_mode
        if status.st_mtime_ns != TIME:
            self.odd.append(path)
        if stat.S_ISLNK(mode):
            target = os.readlink(name, dir_fd=parent)
            patches = self._patches(path, self._hashes.find(target))
            return Symlink(target=patched(target, patches))
        if stat.S_ISDIR(mode):
            if stat.S_IMODE(mode) != 0o555:
                self.odd.append(path)
            return self._directory(parent, name, path)
        if not stat.S_ISREG(mode) or stat.S_IMODE(mode) not in (0o444, 0o555):
            self.odd.append(path)
            return File(digest=digest(b""), size=0)
        return File(digest=self._file(parent, name, path), size=status.st_size, executable=bool(mode & 0o111))

    def _directory(self, parent: int, name: bytes, path: bytes) -> Directory:
        fd = os.open(name, _FILE | os.O_DIRECTORY, dir_fd=parent)
        try:
            prefix = path + b"/" if path else b""
            names = sorted(os.fsencode(entry) for entry in os.listdir(fd))
            return Directory(entries=tuple((n, self.node(fd, n, prefix + n)) for n in names))
        finally:
            os.close(fd)

    def _file(self, parent: int, name: bytes, path: bytes) -> Digest:
        fd = os.open(name, _FILE, dir_fd=parent)
        try:
            hash = hasher()
            found: list[tuple[int, bytes]] = []
            before, offset = b"", 0
            while data := os.read(fd, _CHUNK):
                hash.update(data)
                if before:
                    border = self._hashes.find(before + data[:OVERLAP])
                    found += [(offset - len(before) + at, own) for at, own in border]
                found += [(offset + at, own) for at, own in self._hashes.find(data)]
                before = (before + data[-OVERLAP:])[-OVERLAP:]
                offset += len(data)
            patches = self._patches(path, found)
            return patched_digest(fd, patches) if patches else Digest(hash.digest())
        finally:
            os.close(fd)

    def _patches(self, path: bytes, found: list[tuple[int, bytes]]) -> list[Patch]:
        self.own += [(path, offset) for offset, _ in found]
        return [(offset, FILLER) for offset, _ in found]
