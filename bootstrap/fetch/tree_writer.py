"""Members on disk: files, directories and links of one normal form, never written through a link.

Directories and executable files are 0755, other files 0644; everything belongs to the caller and
has the time 1. A hard link becomes a file of its own with the same contents: a build that changes
one in place changes no other, and the result is the same on file systems without hard links.
Symbolic links are made last, when it is known where all of them lead.
"""

from __future__ import annotations

import os
import stat
from types import TracebackType

from bootstrap.fetch.beneath import TIMES, Beneath
from bootstrap.fetch.member import Bounds, Data, Kind, Refused
from bootstrap.fetch.names import LinkWalk, shown

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_CHUNK = 1 << 20

_FILE, _EXECUTABLE = 0o644, 0o755
_DIRECTORY = 0o755


class TreeWriter:
    """Writes into a directory that exists. Paths are joined components, already checked."""

    def __init__(self, target: str | bytes | os.PathLike[str], bounds: Bounds) -> None:
        self._bounds = bounds
        self._beneath = Beneath(target)
        self._kinds: dict[bytes, Kind] = {b"": Kind.DIRECTORY}
        self._links: dict[bytes, bytes] = {}
        self._size = 0

    def __enter__(self) -> TreeWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._beneath.close()

    def directory(self, path: bytes) -> None:
        """A directory and those above it; that it is there already is no fault."""
        missing = []
        at = path
        while (kind := self._kinds.get(at)) is None:
            missing.append(at)
            at = at.rpartition(b"/")[0]
        if kind is not Kind.DIRECTORY:
            raise Refused(f"in its way is a {kind.value} of the archive: {shown(at)}")
        for new in reversed(missing):
            self._count(new, Kind.DIRECTORY)
            name, parent = self._beneath.parent(new)
            try:
                os.mkdir(name, _DIRECTORY, dir_fd=parent)
            except FileExistsError:
                if not stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
                    raise Refused(f"something else lies there already: {shown(new)}") from None
            os.fchmod(self._beneath.directory(new), _DIRECTORY)

    def file(self, path: bytes, data: Data, *, size: int, executable: bool) -> None:
        """A file. The same name again with the same contents is no fault."""
        if size < 0:
            raise Refused("its size is negative")
        self._room(size)
        mode = _EXECUTABLE if executable else _FILE
        fd = self._new_file(path, mode)
        if fd < 0:
            self._compare(path, data, mode)
            return
        written = 0
        try:
            for piece in data:
                written += len(piece)
                if written > size:
                    raise Refused(f"holds more than the {size} bytes it is said to have")
                while piece:
                    piece = memoryview(piece)[os.write(fd, piece) :]
            if written < size:
                raise Refused(f"ends after {written} of {size} bytes")
            os.fchmod(fd, mode)
            os.utime(fd, ns=TIMES)
        finally:
            os.close(fd)
        self._size += size

    def hard_link(self, path: bytes, of: bytes) -> None:
        """A copy of a file, or of a link, that was written earlier."""
        kind = self._kinds.get(of)
        if kind is Kind.SYMLINK:
            self.symlink(path, self._links[of])
            return
        if kind is not Kind.FILE:
            raise Refused("is a hard link to what is not an earlier file of the archive")
        if path == of:
            return
        name, parent = self._beneath.parent(of)
        old = os.open(name, _OLD, dir_fd=parent)
        try:
            found = os.fstat(old)
            pieces = iter(lambda: os.read(old, _CHUNK), b"")
            self.file(path, pieces, size=found.st_size, executable=bool(found.st_mode & 0o100))
        finally:
            os.close(old)

    def symlink(self, path: bytes, target: bytes) -> None:
        """A symbolic link, made by `finish` if it stays inside."""
        kind = self._kinds.get(path)
        if kind is Kind.SYMLINK and self._links[path] == target:
            return
        if kind is not None:
            raise Refused(f"the archive has a {kind.value} of the same name")
        self.directory(path.rpartition(b"/")[0])
        self._count(path, Kind.SYMLINK)
        self._links[path] = target

    def finish(self) -> None:
        """Make the links and set the times of directories. Refused, with the member, for a link
        that leads out of the tree: as it is written, or by way of other links."""
        walk = LinkWalk(self._link_at)
        for path, target in self._links.items():
            try:
                walk.refuse_outward(path, target)
            except Refused as refused:
                raise Refused(str(refused), member=path) from None
        for path, target in self._links.items():
            name, parent = self._beneath.parent(path)
            try:
                os.symlink(target, name, dir_fd=parent)
            except FileExistsError:
                raise Refused("something of this name lies there already", member=path) from None
            os.utime(name, ns=TIMES, dir_fd=parent, follow_symlinks=False)
        for path, kind in self._kinds.items():
            if kind is Kind.DIRECTORY:
                self._beneath.set_directory_times(path)

    def _new_file(self, path: bytes, mode: int) -> int:
        """A descriptor of a new file, or -1 if the archive has had one of this name."""
        kind = self._kinds.get(path)
        if kind is Kind.FILE:
            return -1
        if kind is not None:
            raise Refused(f"the archive has a {kind.value} of the same name")
        above, _, name = path.rpartition(b"/")
        self.directory(above)
        self._count(path, Kind.FILE)
        try:
            return os.open(name, _NEW, mode, dir_fd=self._beneath.directory(above))
        except FileExistsError:
            raise Refused("something of this name lies there already") from None

    def _compare(self, path: bytes, data: Data, mode: int) -> None:
        name, parent = self._beneath.parent(path)
        fd = os.open(name, _OLD, dir_fd=parent)
        try:
            same = stat.S_IMODE(os.fstat(fd).st_mode) == mode
            for piece in data:
                at = 0
                while same and at < len(piece):
                    old = os.read(fd, len(piece) - at)
                    same = bool(old) and old == bytes(piece[at : at + len(old)])
                    at += len(old)
            same = same and not os.read(fd, 1)
        finally:
            os.close(fd)
        if not same:
            raise Refused("the archive has another file of the same name")

    def _link_at(self, path: bytes) -> bytes | None:
        kind = self._kinds.get(path)
        if kind is not None:
            return self._links.get(path)
        try:  # it may have been there before
            name, parent = self._beneath.parent(path)
            return os.readlink(name, dir_fd=parent)
        except OSError:
            return None

    def _count(self, path: bytes, kind: Kind) -> None:
        if len(self._kinds) > self._bounds.entries:
            raise Refused(f"the archive has more than {self._bounds.entries} entries")
        self._kinds[path] = kind

    def _room(self, size: int) -> None:
        if self._size + size > self._bounds.size:
            raise Refused(f"the archive unpacks to more than {self._bounds.size} bytes")
