"""The cache of sources: files named by their sha256, grown aside and renamed when verified.

    <sha256>        a whole file, mode 0444; it was verified before it got this name, and its time
                    is that of its last use
    <sha256>.part   what has come so far; kept after a break, continued by the next run
    <sha256>.lock   held (flock(2)) by whoever is fetching it
    <sha256>.apt/   where apt downloads to

A file under its final name was right when it got there, so looking it up compares the size only;
whoever hands its bytes on (`lay`, `collect`) hashes them again while reading.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import TracebackType

from bootstrap.digest import Sha256
from bootstrap.errors import Interrupted, StoreError
from bootstrap.fetch.origin import WrongBytes
from bootstrap.recipe.model import Source

_FILE = re.compile(r"[0-9a-f]{64}(\.part)?")

CHUNK = 1 << 18
"""Bytes read at once."""

_REPORT_EVERY = 0.1
"""Seconds between two reports of progress."""


class Cache:
    """The sources of one home. Any number of threads and processes use one at once."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def path(self, sha256: Sha256) -> Path:
        """Where a verified file lies, or would lie."""
        return self.directory / sha256.hex

    def have(self, source: Source) -> Path | None:
        """The verified file, or None. Compares the size, not the bytes."""
        path = self.path(source.sha256)
        try:
            found = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return path if stat.S_ISREG(found.st_mode) and found.st_size == source.size else None

    def note_use(self, path: Path) -> None:
        """Notes that a file is used now, where that may be written."""
        try:
            os.utime(path)
        except OSError:
            pass

    def unused(self, *, older_than: float) -> list[tuple[Path, int]]:
        """Files, whole or in part, that were not used for so many seconds, and their bytes."""
        before = time.time() - older_than
        found = []
        try:
            for path in sorted(self.directory.iterdir()):
                status = path.lstat()
                if _FILE.fullmatch(path.name) and stat.S_ISREG(status.st_mode) and status.st_mtime < before:
                    found.append((path, status.st_size))
        except FileNotFoundError:
            pass
        return found

    @contextmanager
    def lock(self, sha256: Sha256, cancelled: Event) -> Iterator[None]:
        """Only one thread of one process is inside for the same digest; others wait for it."""
        path = self.directory / f"{sha256.hex}.lock"
        with _disk_faults(self.directory):
            self.directory.mkdir(parents=True, exist_ok=True)
            fd = _lock(path, cancelled)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
            os.close(fd)

    def incoming(self, source: Source, report: Callable[[int], None]) -> Incoming:
        """The file in the making. The digest's lock must be held."""
        return Incoming(self, source, report)


def _lock(path: Path, cancelled: Event) -> int:
    wait = 0.005
    while True:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
        try:
            while True:
                try:
                    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if cancelled.wait(wait):
                        raise Interrupted("interrupted while another process was fetching") from None
                    wait = min(wait * 2, 0.1)
            # Whoever held it before has removed the name; a lock on a nameless file locks nothing.
            try:
                named = os.stat(path)
            except FileNotFoundError:
                named = None
            if named is not None and os.path.samestat(named, os.fstat(fd)):
                return fd
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)


class Incoming:
    """One source's bytes as they come: hashed, counted, and never more than were pinned."""

    def __init__(self, cache: Cache, source: Source, report: Callable[[int], None]) -> None:
        self.source = source
        self.done = 0
        """Bytes at hand."""
        self._final = cache.path(source.sha256)
        self._part = self._final.with_name(f"{source.sha256.hex}.part")
        self._report = report
        self._reported = 0.0
        self._hash = hashlib.sha256()
        with _disk_faults(self._part):
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            self._file = os.fdopen(os.open(self._part, flags, 0o644), "r+b", buffering=0)
        try:
            self._take_up()
        except BaseException:
            self._file.close()
            raise

    @property
    def directory(self) -> Path:
        """A place of its own, for what an origin has to write before it can be read."""
        return self._final.with_name(f"{self.source.sha256.hex}.apt")

    def _take_up(self) -> None:
        with _disk_faults(self._part):
            if os.fstat(self._file.fileno()).st_size > self.source.size:
                self._file.truncate(0)
            while data := self._file.read(CHUNK):
                self._hash.update(data)
                self.done += len(data)

    def __enter__(self) -> Incoming:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if self.done == 0:
            self._part.unlink(missing_ok=True)

    def restart(self) -> None:
        """Forget what has come; the next byte written is the first."""
        with _disk_faults(self._part):
            self._file.seek(0)
            self._file.truncate(0)
        self._hash = hashlib.sha256()
        self.done = 0

    def write(self, data: bytes | memoryview) -> None:
        """The next bytes. WrongBytes as soon as there are more than were pinned."""
        if self.done + len(data) > self.source.size:
            raise WrongBytes(f"sends more than the {self.source.size} bytes pinned")
        with _disk_faults(self._part):
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]
        self._hash.update(data)
        self.done += len(data)
        self.report(self.done)

    def report(self, done: int) -> None:
        """Tell how many bytes there are, not too often."""
        now = time.monotonic()
        if now - self._reported >= _REPORT_EVERY:
            self._reported = now
            self._report(done)

    def verify(self) -> None:
        """WrongBytes unless all bytes are there and are the pinned ones."""
        if self.done != self.source.size:
            raise WrongBytes(f"gives {self.done} bytes, not {self.source.size}")
        if self._hash.hexdigest() != self.source.sha256.hex:
            raise WrongBytes(f"gives other bytes: sha256 {self._hash.hexdigest()}")

    def keep(self) -> Path:
        """The file under its final name. `verify` must have passed."""
        with _disk_faults(self._final):
            # Else a power cut may leave the name with other contents, which nothing would notice.
            os.fsync(self._file.fileno())
            os.rename(self._part, self._final)
            # Not before: whoever is killed in between must be able to take it up again.
            os.fchmod(self._file.fileno(), 0o444)
        self._report(self.done)
        return self._final


@contextmanager
def _disk_faults(path: Path) -> Iterator[None]:
    """An OSError of the cache's own directory is no fault of an origin."""
    try:
        yield
    except OSError as error:
        hint = ""
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            hint = "make room; what has come so far is kept, and the next run goes on from there"
        elif error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            hint = "the directory must be writable by whoever builds"
        raise StoreError(f"the cache of sources: {path}: {error.strerror}", hint=hint) from error
