"""Copying a directory from outside, each file read once: written, hashed and scanned on the way.

The copy is made normal at once, so what comes of it is what `bootstrap.store.survey` would tell.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable

from bootstrap.digest import Digest, digest, hasher
from bootstrap.errors import OutputRefused
from bootstrap.store.scan import OVERLAP, Scanner
from bootstrap.store.survey import CONTENT, DEEPEST, LINK, NAME, TIME, Place, Survey
from bootstrap.store.trouble import shown
from bootstrap.tree import Directory, File, Node, Symlink

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_CHUNK = 1 << 20


class Copy:
    """One copy in the making, when it `began` (ns since the epoch), and the states that its files had
    before and after they were read."""

    def __init__(self, hashes: Iterable[bytes]) -> None:
        self.began = time.time_ns()
        self.states: dict[bytes, tuple[os.stat_result, os.stat_result]] = {}
        self._scanner: Scanner[Place] = Scanner(hashes)
        self._size = 0
        self._files = 0
        self._contents: list[tuple[bytes, File]] = []
        self._directories: list[bytes] = []

    def make(self, source: bytes, parent: int, name: bytes) -> Survey:
        """Copies `source` to `name` in the directory `parent`. OSError as the system raises it;
        OutputRefused for what a store must not hold."""
        directory, base = os.path.split(source)
        above = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            mode = os.lstat(base, dir_fd=above).st_mode
            root = self._node(above, base, mode, parent, name, b"", 0)
        finally:
            os.close(above)
        self._scanner.finish()
        return Survey(
            root=root,
            size=self._size,
            files=self._files,
            contents=self._contents,
            directories=self._directories,
            found=self._scanner.found,
        )

    def _node(
        self, above: int, base: bytes, mode: int, parent: int, name: bytes, path: bytes, depth: int
    ) -> Node:
        if stat.S_ISDIR(mode):
            return self._directory(above, base, parent, name, path, depth)
        if stat.S_ISREG(mode):
            return self._file(above, base, parent, name, path)
        if not stat.S_ISLNK(mode):
            raise OutputRefused(f"{shown(path)} is neither file, symlink nor directory")
        target = os.readlink(base, dir_fd=above)
        os.symlink(target, name, dir_fd=parent)
        os.utime(name, ns=(TIME, TIME), dir_fd=parent, follow_symlinks=False)
        self._scanner.add(Place(path, LINK), target)
        self._files += 1
        return Symlink(target=target)

    def _directory(
        self, above: int, base: bytes, parent: int, name: bytes, path: bytes, depth: int
    ) -> Directory:
        if depth > DEEPEST:
            raise OutputRefused(f"{shown(path[:60])}... is deeper than {DEEPEST} levels")
        self._directories.append(path)
        os.mkdir(name, 0o755, dir_fd=parent)
        flags = _READ | os.O_DIRECTORY
        source = os.open(base, flags, dir_fd=above)
        try:
            target = os.open(name, flags, dir_fd=parent)
            try:
                with os.scandir(source) as found:
                    listing = sorted([(os.fsencode(entry.name), entry) for entry in found])
                self._scanner.add(Place(path, NAME), b"/".join([each for each, _ in listing]))
                prefix = path + b"/" if path else b""
                entries: list[tuple[bytes, Node]] = []
                for each, entry in listing:
                    below = prefix + each
                    if entry.is_file(follow_symlinks=False):
                        entries.append((each, self._file(source, each, target, each, below)))
                        continue
                    mode = os.lstat(each, dir_fd=source).st_mode
                    node = self._node(source, each, mode, target, each, below, depth + 1)
                    entries.append((each, node))
            finally:
                os.close(target)
        finally:
            os.close(source)
        return Directory(entries=tuple(entries))

    def _file(self, above: int, base: bytes, parent: int, name: bytes, path: bytes) -> File:
        ours = os.open(base, _READ, dir_fd=above)
        try:
            before = os.fstat(ours)
            executable = bool(before.st_mode & 0o111)
            wanted = 0o555 if executable else 0o444
            theirs = os.open(name, _NEW, wanted, dir_fd=parent)
            try:
                content, size = self._contents_of(ours, theirs, before.st_size, path)
                if os.fstat(theirs).st_mode & 0o777 != wanted:
                    os.fchmod(theirs, wanted)
                os.utime(theirs, ns=(TIME, TIME))
            finally:
                os.close(theirs)
            self.states[path] = before, os.fstat(ours)
        finally:
            os.close(ours)
        file = File(digest=content, size=size, executable=executable)
        self._contents.append((path, file))
        self._size += size
        self._files += 1
        return file

    def _contents_of(self, ours: int, theirs: int, size: int, path: bytes) -> tuple[Digest, int]:
        where = Place(path, CONTENT)
        if size < _CHUNK:
            data = os.read(ours, size + 1)
            if len(data) == size:
                _write(theirs, data)
                self._scanner.add(where, data)
                return digest(data), size
            os.lseek(ours, 0, os.SEEK_SET)
        self._scanner.expect(size)
        hash = hasher()
        before, offset = b"", 0
        while data := os.read(ours, _CHUNK):
            _write(theirs, data)
            hash.update(data)
            self._scanner.add_part(where, before + data[:OVERLAP], offset - len(before))
            self._scanner.add_part(where, data, offset)
            before = (before + data[-OVERLAP:])[-OVERLAP:]
            offset += len(data)
        return Digest(hash.digest()), offset


def _write(fd: int, data: bytes) -> None:
    written = os.write(fd, data)
    while written < len(data):
        written += os.write(fd, data[written:])
