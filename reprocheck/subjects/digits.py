"""Store paths with other digits of the same length, and back: what then differs hides a reference.

A scan finds the digits of a store path where they stand as they are. In compressed data, in UTF-16 or
in the immediates of instructions it cannot. So a build is shown its inputs and outputs under other
digits, and these are put back in its results: whatever a scan can see is then as it was.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bootstrap.digest import digest
from bootstrap.store.rewrite import Patch, patched, write_file, write_symlink
from bootstrap.store.scan import OVERLAP, Hashes
from bootstrap.store.survey import NAME, seal, survey
from bootstrap.storepath import StorePath
from bootstrap.tree import File, Symlink, walk

Digits = Mapping[bytes, bytes]
"""Digits of a store path, and those in their place."""

_CHUNK = 1 << 20


def other(path: StorePath) -> StorePath:
    """The same name with other digits, always the same for the same path."""
    return StorePath(digest(b"reprocheck other digits 1\n" + path.hash.encode()).base32, path.name)


def copy_with(source: str, target: str, digits: Digits) -> None:
    """A copy of a stored path in which digits are changed, in contents, symlinks and names.

    Modes and times are kept. Files without such digits are linked where that can be. OSError.
    """
    _Copy(digits).entry(os.fsencode(source), os.fsencode(target))


class _Copy:
    def __init__(self, digits: Digits) -> None:
        self._digits = digits
        self._hashes = Hashes(digits)

    def entry(self, source: bytes, target: bytes) -> None:
        status = os.lstat(source)
        if stat.S_ISDIR(status.st_mode):
            os.mkdir(target, 0o700)
            for name in sorted(os.listdir(source)):
                self.entry(os.path.join(source, name), os.path.join(target, self._changed(name)))
            os.chmod(target, stat.S_IMODE(status.st_mode))
        elif stat.S_ISLNK(status.st_mode):
            os.symlink(self._changed(os.readlink(source)), target)
        else:
            self._file(source, target, stat.S_IMODE(status.st_mode))
            if os.stat(target).st_ino == status.st_ino:
                return
        os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns), follow_symlinks=False)

    def _changed(self, data: bytes) -> bytes:
        return patched(data, self._patches(data))

    def _patches(self, data: bytes, offset: int = 0) -> list[Patch]:
        return [(offset + at, self._digits[found]) for at, found in self._hashes.find(data)]

    def _file(self, source: bytes, target: bytes, mode: int) -> None:
        with open(source, "rb", buffering=0) as file:
            patches = list(self._in_file(file.fileno()))
            if not patches:
                try:
                    os.link(source, target)
                    return
                except OSError:  # another file system, or a file with as many names as there may be
                    pass
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with open(descriptor, "wb", buffering=0) as copy:
                size = os.fstat(file.fileno()).st_size
                while (done := copy.tell()) < size:
                    copy.seek(done + os.sendfile(copy.fileno(), file.fileno(), done, size - done))
                for offset, new in patches:
                    os.pwrite(copy.fileno(), new, offset)
                os.fchmod(copy.fileno(), mode)

    def _in_file(self, descriptor: int) -> Iterator[Patch]:
        offset = 0
        while data := os.pread(descriptor, _CHUNK + OVERLAP, offset):
            # what begins within the overlap is found with the next piece
            yield from ((at, new) for at, new in self._patches(data, offset) if at < offset + _CHUNK)
            offset += _CHUNK


def put_back(real: Path, digits: Digits) -> None:
    """Makes a finished output normal, as the store would, and changes digits in it.

    Errors: OutputRefused for what a store must not hold, StoreError, OSError.
    """
    directory, base = os.path.split(os.fsencode(real))
    parent = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        found = survey(parent, base, digits)
        patches: dict[bytes, list[Patch]] = {}
        for place, offset, old in found.found:
            if place.kind != NAME:
                patches.setdefault(place.path, []).append((offset, digits[old]))
        for path, node in walk(found.root):
            below = os.path.join(base, path) if path else base
            if path in patches and isinstance(node, Symlink):
                write_symlink(parent, below, patched(node.target, patches[path]))
            elif path in patches and isinstance(node, File):
                write_file(parent, below, patches[path], executable=node.executable)
        _rename(parent, base, {place.path for place, _, _ in found.found if place.kind == NAME}, digits)
        if found.directories:
            again = survey(parent, base, ()) if any(p.kind == NAME for p, _, _ in found.found) else found
            seal(parent, base, reversed(again.directories))
    finally:
        os.close(parent)


def _rename(parent: int, base: bytes, directories: Iterable[bytes], digits: Digits) -> None:
    """Changes digits in the names of these directories' entries, the deepest first."""
    hashes = Hashes(digits)
    for path in sorted(directories, key=lambda path: path.count(b"/") + bool(path), reverse=True):
        above = os.path.join(base, path) if path else base
        descriptor = os.open(above, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=parent)
        try:
            for name in map(os.fsencode, os.listdir(descriptor)):
                new = patched(name, [(at, digits[old]) for at, old in hashes.find(name)])
                if new != name:
                    os.rename(name, new, src_dir_fd=descriptor, dst_dir_fd=descriptor)
        finally:
            os.close(descriptor)
