"""One walk over a finished output: refuse, normalise, hash and scan, each file opened once.

Directories are walked by descriptor and symlinks are never followed, so nothing in an output can
lead the walk out of it. Files get their final mode and time here; directories last, by `seal`,
since until then entries may still be replaced.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from bootstrap.digest import Digest, digest, hasher
from bootstrap.errors import OutputRefused
from bootstrap.store.scan import OVERLAP, Scanner
from bootstrap.store.trouble import shown, system_error
from bootstrap.tree import Directory, File, Node, Symlink

TIME = 1_000_000_000
"""Modification time of all that is stored, in nanoseconds: one second after the epoch."""

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_DIRECTORY = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_DIRECTORY
_CHUNK = 1 << 20
DEEPEST = 200
"""Levels of directories in an output; each holds a descriptor open during the walk."""
LONGEST = 3900
"""Bytes of a path from the output's top; PATH_MAX (limits.h) is 4096, with the store path before."""
_FAULTS = 10

CONTENT, LINK, NAME = "content", "symlink target", "name"


class Place(NamedTuple):
    """Where something stands: path from the top, and in what of it."""

    path: bytes
    kind: str


@dataclass(kw_only=True)
class Survey:
    """What an output is."""

    root: Node
    size: int
    files: int
    contents: list[tuple[bytes, File]]
    """Every regular file with its path, in canonical order."""
    directories: list[bytes]
    """Every directory, parents first."""
    found: list[tuple[Place, int, bytes]] = field(default_factory=list)
    """Where hashes stand: place, offset, hash; in canonical order of paths for each kind."""


def survey(parent: int, name: bytes, hashes: Iterable[bytes]) -> Survey:
    """The output `name` in the directory `parent`, which gets normal while looking at it.

    Errors: OutputRefused for what a store must not hold, StoreError if the system does not let us.
    """
    walk = _Walk(Scanner(hashes))
    try:
        root = walk.top(parent, name)
    except OSError as error:
        raise system_error("store an output", error) from error
    if walk.faults:
        more = len(walk.faults) - _FAULTS
        lines = walk.faults[:_FAULTS] + ([f"and {more} more"] if more > 0 else [])
        raise OutputRefused("what was built must not be stored:\n  " + "\n  ".join(lines))
    walk.scanner.finish()
    return Survey(
        root=root,
        size=walk.size,
        files=walk.files,
        contents=walk.contents,
        directories=walk.directories,
        found=walk.scanner.found,
    )


def seal(parent: int, name: bytes, directories: Iterable[bytes]) -> None:
    """Gives directories their final mode and time; nothing in them can be replaced afterwards."""
    for path in directories:
        full = name + b"/" + path if path else name
        os.chmod(full, 0o555, dir_fd=parent)
        os.utime(full, ns=(TIME, TIME), dir_fd=parent, follow_symlinks=False)


class _Walk:
    def __init__(self, scanner: Scanner[Place]) -> None:
        self.scanner = scanner
        self.size = 0
        self.files = 0
        self.contents: list[tuple[bytes, File]] = []
        self.directories: list[bytes] = []
        self.faults: list[str] = []
        self.owner = os.geteuid()

    def top(self, parent: int, name: bytes) -> Node:
        mode = os.lstat(name, dir_fd=parent).st_mode
        if stat.S_ISLNK(mode):
            return self._symlink(parent, name, b"")
        if stat.S_ISDIR(mode):
            return self._directory(parent, name, b"", 0)
        if stat.S_ISREG(mode):
            return self._file(parent, name, b"")
        self._refuse(b"", kind_of(mode))
        return Directory()

    def _refuse(self, path: bytes, why: str) -> None:
        self.faults.append(f"{shown(path)}: {why}")

    def _directory(self, parent: int, name: bytes, path: bytes, depth: int) -> Directory:
        if depth > DEEPEST or len(path) > LONGEST:
            self._refuse(path[:60] + b"...", f"deeper than {DEEPEST} levels or longer than {LONGEST} bytes")
            return Directory()
        fd = _open_directory(parent, name)
        entries: list[tuple[bytes, Node]] = []
        try:
            self.directories.append(path)
            if os.fstat(fd).st_uid != self.owner:
                os.fchown(fd, self.owner, -1)
            _drop_attributes(fd)
            with os.scandir(fd) as found:
                listing = sorted([(os.fsencode(entry.name), entry) for entry in found])
            names = b"/".join([entry for entry, _ in listing])
            self.scanner.add(Place(path, NAME), names)
            prefix = path + b"/" if path else b""
            for entry, kind in listing:
                below = prefix + entry
                if kind.is_symlink():
                    entries.append((entry, self._symlink(fd, entry, below)))
                elif kind.is_dir(follow_symlinks=False):
                    entries.append((entry, self._directory(fd, entry, below, depth + 1)))
                elif kind.is_file(follow_symlinks=False):
                    entries.append((entry, self._file(fd, entry, below)))
                else:
                    self._refuse(below, kind_of(os.lstat(entry, dir_fd=fd).st_mode))
        finally:
            os.close(fd)
        return Directory(entries=tuple(entries))

    def _symlink(self, parent: int, name: bytes, path: bytes) -> Symlink:
        target = os.readlink(name, dir_fd=parent)
        os.utime(name, ns=(TIME, TIME), dir_fd=parent, follow_symlinks=False)
        self.scanner.add(Place(path, LINK), target)
        self.files += 1
        return Symlink(target=target)

    def _file(self, parent: int, name: bytes, path: bytes) -> File:
        fd = _open_file(parent, name)
        try:
            status = os.fstat(fd)
            mode = status.st_mode
            if status.st_uid != self.owner:
                os.fchown(fd, self.owner, -1)
            if mode & (stat.S_ISUID | stat.S_ISGID):
                self._refuse(path, "is setuid or setgid")
            if status.st_nlink > 1:
                fd = _own_copy(parent, name, fd)
            executable = bool(mode & 0o111)
            size = status.st_size
            where = Place(path, CONTENT)
            data = os.read(fd, size + 1) if size < _CHUNK else b""
            if size < _CHUNK and len(data) == size:
                content = digest(data)
                self.scanner.add(where, data)
            else:
                content, size = self._large(fd, where)
            if _drop_attributes(fd):
                self._refuse(path, "has file capabilities")
            wanted = 0o555 if executable else 0o444
            if mode & 0o7777 != wanted or status.st_nlink > 1:
                os.fchmod(fd, wanted)
            os.utime(fd, ns=(TIME, TIME))
        finally:
            os.close(fd)
        file = File(digest=content, size=size, executable=executable)
        self.contents.append((path, file))
        self.size += size
        self.files += 1
        return file

    def _large(self, fd: int, where: Place) -> tuple[Digest, int]:
        os.lseek(fd, 0, os.SEEK_SET)
        self.scanner.expect(os.fstat(fd).st_size)
        hash = hasher()
        before = b""
        offset = 0
        while data := os.read(fd, _CHUNK):
            hash.update(data)
            self.scanner.add_part(where, before + data[:OVERLAP], offset - len(before))
            self.scanner.add_part(where, data, offset)
            before = (before + data[-OVERLAP:])[-OVERLAP:]
            offset += len(data)
        return Digest(hash.digest()), offset


def _open_file(parent: int, name: bytes) -> int:
    try:
        return os.open(name, _READ, dir_fd=parent)
    except PermissionError:
        os.chmod(name, 0o600 | os.lstat(name, dir_fd=parent).st_mode & 0o7111, dir_fd=parent)
        return os.open(name, _READ, dir_fd=parent)


def _open_directory(parent: int, name: bytes) -> int:
    mode = os.lstat(name, dir_fd=parent).st_mode
    if mode & 0o7777 != 0o755:
        os.chmod(name, 0o755, dir_fd=parent)
    return os.open(name, _DIRECTORY, dir_fd=parent)


def _own_copy(parent: int, name: bytes, fd: int) -> int:
    """A file that has other names is replaced by a copy, so that nothing writes through them."""
    aside = b".copy-" + os.urandom(8).hex().encode()
    copy = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=parent)
    try:
        while data := os.read(fd, _CHUNK):
            os.write(copy, data)
        os.rename(aside, name, src_dir_fd=parent, dst_dir_fd=parent)
        os.lseek(copy, 0, os.SEEK_SET)
    except BaseException:
        os.close(copy)
        raise
    os.close(fd)
    return copy


def _drop_attributes(fd: int) -> bool:
    """Removes extended attributes and access lists; whether a capability was among them."""
    try:
        names = os.listxattr(fd)
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENOSYS):
            return False
        raise
    privileged = False
    for name in names:
        if name == "security.capability":
            privileged = True
        elif name.startswith(("user.", "system.posix_acl_")):
            os.removexattr(fd, name)
    return privileged


def kind_of(mode: int) -> str:
    for test, kind in (
        (stat.S_ISFIFO, "a fifo"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a character device"),
        (stat.S_ISBLK, "a block device"),
    ):
        if test(mode):
            return f"is {kind}"
    return "is neither file, symlink nor directory"
