"""Whether what is stored is still what was stored, and where in it a path is mentioned.

Nothing is changed. Trees are listed in one thread, while others hash the inodes that were not met
before; then each tree's digest is put together from those of its files. Only a path that mentions
itself needs more: its own hash is looked for while its files are read, so such paths come first,
and files that they share are read again. Memory grows by some 200 bytes with each distinct file.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

from bootstrap.digest import Digest
from bootstrap.store.contents import Contents, Mentions, Named
from bootstrap.store.form import odd_attributes, odd_form
from bootstrap.store.helper import Helper
from bootstrap.store.layout import Layout
from bootstrap.store.pool import is_pooled, pooled
from bootstrap.store.rewrite import patched
from bootstrap.store.scan import OVERLAP, Hashes
from bootstrap.store.trouble import shown
from bootstrap.store.values import Damage, PathInfo, PoolDamage
from bootstrap.storepath import FILLER, StorePath, output_digest
from bootstrap.tree import Directory, File, Node, Symlink, root_digest

_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_DIRECTORY = _FILE | os.O_DIRECTORY
_CHUNK = 1 << 20
_BATCH_FILES = 64
_BATCH_BYTES = 4 << 20
"""What one thread reads before it asks for more: a few milliseconds' work."""
_MANY = 1000
"""Files for which processes to read them are worth their start."""
_AHEAD = 4
"""Batches, and trees, that wait for each thread while more are listed."""


def check(layout: Layout, info: PathInfo) -> Damage | None:
    """What is wrong with a registered path; None if it is as it was when it was added."""
    with checking(layout, threads=1) as checks:
        return next(checks.paths([info]))[1]


@contextmanager
def checking(
    layout: Layout, *, threads: int, files: int = 0, on_read: Callable[[int], None] = lambda count: None
) -> Iterator[Checks]:
    """Checks with so many threads, of about so many files; `on_read` is told how many bytes were read,
    in any thread.

    What was not read when the block is left, is not read any more.
    """
    helpers = _helpers(threads) if threads > 1 and files >= _MANY else []
    contents = Contents(on_read, helpers)
    pool = ThreadPoolExecutor(threads, "check")
    try:
        yield Checks(layout, pool, threads, contents)
    finally:
        contents.stop()
        pool.shutdown(cancel_futures=True)
        for helper in helpers:
            helper.close()


def _helpers(number: int) -> list[Helper]:
    helpers: list[Helper] = []
    try:
        for _ in range(number):
            helpers.append(Helper())
    except OSError:
        pass  # no more processes; threads do it, too
    return helpers


class Checks:
    """Checks that share what they have read. For one thread."""

    def __init__(self, layout: Layout, pool: ThreadPoolExecutor, threads: int, contents: Contents) -> None:
        self._layout = layout
        self._pool = pool
        self._most = threads * _AHEAD
        self._contents = contents
        self._sound: dict[int, bool] = {}
        """By inode, whether it is executable, of files whose form was found right in a path."""
        store = os.stat(layout.store)
        self._device, self._owner = store.st_dev, store.st_uid

    @property
    def contents(self) -> dict[int, Digest | str]:
        """By inode, what was read in it, or why it could not be."""
        return self._contents.of

    @property
    def size(self) -> int:
        """Bytes read so far."""
        return self._contents.size

    def paths(self, infos: Iterable[PathInfo]) -> Iterator[tuple[PathInfo, Damage | None]]:
        """What is wrong with each path; those that mention themselves come first."""
        waiting: deque[tuple[PathInfo, _Tree]] = deque()
        batches = 0
        try:
            for info in sorted(infos, key=lambda info: not info.self_references):
                tree = _Tree(self._layout.real(info.path), info, self._owner)
                waiting.append((info, tree))
                self._submit(tree)
                batches += len(tree.futures)
                while max(len(waiting), batches) > self._most:
                    batches -= len(waiting[0][1].futures)
                    yield self._judged(*waiting.popleft())
            while waiting:
                yield self._judged(*waiting.popleft())
        finally:
            for _, tree in waiting:
                self._contents.stop()
                wait(tree.futures)
                tree.close()

    def at(self, real: str, info: PathInfo) -> Damage | None:
        """What is wrong with a tree that lies elsewhere and is to become this path."""
        tree = _Tree(real, info, self._owner)
        self._submit(tree)
        return self._judged(info, tree)[1]

    def pool(self, *, only_known: bool = False) -> Iterator[PoolDamage]:
        """Files of the pool that are not what their names say; with `only_known` of those that were
        read for a path. What has no name of the pool's is not looked at."""
        for start in sorted(os.listdir(self._layout.files)):
            try:
                fd = os.open(f"{self._layout.files}/{start}", _DIRECTORY)
            except NotADirectoryError:
                continue
            try:
                with os.scandir(fd) as found:
                    statuses = {
                        each.name: each.stat(follow_symlinks=False)
                        for each in found
                        if not self._is_sound(start + each.name, each.inode())
                        and is_pooled(f"{start}/{each.name}")
                        and (not only_known or each.inode() in self._contents.of)
                    }
                unread = [
                    (os.fsencode(name), status)
                    for name, status in statuses.items()
                    if stat.S_ISREG(status.st_mode) and status.st_ino not in self._contents.of
                ]
                self._finish([self._pool.submit(self._contents.read, fd, part) for part in _batches(unread)])
            finally:
                os.close(fd)
            for name, status in sorted(statuses.items()):
                if what := self._wrong_in_pool(f"{start}/{name}", status):
                    yield PoolDamage(name=f"{start}/{name}", what=what)

    def _is_sound(self, name: str, inode: int) -> bool:
        """Whether a path has this file, and it is what the pool calls it; without a system call."""
        executable = self._sound.get(inode)
        if executable is None:
            return False
        content = self._contents.of[inode]
        return isinstance(content, Digest) and name == content.hex + ("x" if executable else "")

    def _wrong_in_pool(self, name: str, status: os.stat_result) -> str:
        if not stat.S_ISREG(status.st_mode):
            return "is no file"
        content = self._contents.of[status.st_ino]
        if isinstance(content, str):
            return content
        file = File(digest=content, size=status.st_size, executable=name.endswith("x"))
        if pooled(file) != name:
            return "other contents than its name says"
        return odd_form(status, self._owner, executable=file.executable) or self._wrong_attributes(status)

    def _wrong_attributes(self, status: os.stat_result) -> str:
        names = self._contents.attributes.get(status.st_ino)
        return f"has extended attributes: {names}" if names else ""

    def _submit(self, tree: _Tree) -> None:
        """Lists a tree, and begins to read its files."""
        for batch in _batches(self._unread(tree)):
            if tree.own:
                future = self._pool.submit(self._contents.search, tree.fd, batch, tree.own, tree.mentions)
            else:
                future = self._pool.submit(self._contents.read, tree.fd, batch)
            tree.futures.append(future)

    def _unread(self, tree: _Tree) -> Iterator[Named]:
        """Files of a tree as they are listed, except those that were read, or are being read, before."""
        contents = self._contents.of
        known: dict[int, Digest | str] = {} if tree.own else contents
        for path, status in tree.listed():
            number = status.st_ino
            if number not in known and status.st_dev == self._device:
                known[number] = "was not read"
                contents.setdefault(number, "was not read")
                yield tree.name(path), status

    def _judged(self, info: PathInfo, tree: _Tree) -> tuple[PathInfo, Damage | None]:
        try:
            self._finish(tree.futures)
        finally:
            tree.close()
        return info, self._judge(info, tree)

    def _finish(self, futures: Sequence[Future[None]]) -> None:
        """Waits for what is being read; when that is interrupted, reading ends first."""
        try:
            for future in futures:
                future.result()
        except BaseException:
            self._contents.stop()
            wait(futures)
            raise

    def _judge(self, info: PathInfo, tree: _Tree) -> Damage | None:
        contents, attributes = self._contents.of, self._contents.attributes
        got = tree.digest(info.path.name, contents)
        faults = []
        if got is not None and got != info.digest:
            faults += self._other_contents(info, tree)
        for path, status in tree.files.items():
            number = status.st_ino
            content = contents.get(number, "is on another file system")
            if isinstance(content, str):
                faults.append(f"{shown(path)}: {content}")
            elif path in tree.odd or number in attributes:
                faults.append(f"{shown(path)}: {tree.odd.get(path) or self._wrong_attributes(status)}")
            else:
                self._sound[number] = bool(status.st_mode & 0o111)
        faults += tree.faults
        if not faults:
            return None
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        different = got is not None and got != info.digest
        return Damage(
            path=info.path,
            what=faults[0] + more,
            expected=info.digest if different else None,
            got=got if different else None,
        )

    def _other_contents(self, info: PathInfo, tree: _Tree) -> list[str]:
        """Which files are to blame, if the pool tells: it has no file by the name of what is in them."""
        count = len(tree.files) + len(tree.links)
        if count != info.files:
            return [f"other contents: {count} files in place of {info.files}"]
        strangers = []
        sized = {path: status for path, status in tree.files.items() if status.st_size}
        for path, status in sized.items():
            content = self._contents.of[status.st_ino]
            assert isinstance(content, Digest)
            file = File(digest=content, size=status.st_size, executable=bool(status.st_mode & 0o111))
            if self._is_in_pool(file, status):
                continue
            other = file._replace(executable=not file.executable)
            if self._is_in_pool(other, status):
                odd = odd_form(status, self._owner, executable=other.executable)
                strangers.append(f"{shown(path)}: {odd}")
            else:
                strangers.append(f"{shown(path)}: other contents")
        if not strangers or len(strangers) == len(sized) > 1:
            return ["other contents"]  # a name or a symlink; or this store shares no files
        return strangers

    def _is_in_pool(self, file: File, status: os.stat_result) -> bool:
        try:
            there = os.lstat(f"{self._layout.files}/{pooled(file)}")
        except FileNotFoundError:
            return False
        return there.st_ino == status.st_ino


class _Tree:
    """What is listed of a path: names, kinds and states, but no contents. To be used when all of
    `listed` was taken."""

    def __init__(self, real: str, info: PathInfo, owner: int) -> None:
        self.own = info.path.hash.encode() if info.self_references else b""
        self.files: dict[bytes, os.stat_result] = {}
        self.odd: dict[bytes, str] = {}
        """Of files whose form is not right, what is wrong."""
        self.links: dict[bytes, bytes] = {}
        self.directories: dict[bytes, list[bytes]] = {}
        self.mentions: dict[int, Mentions] = {}
        """By inode; only of a path that mentions itself."""
        self.faults: list[str] = []
        self.futures: list[Future[None]] = []
        """Its files being read."""
        self._owner = owner
        self._is_complete = True
        self._left: list[bytes] = []
        """Directories that are still to be listed."""
        self._base = os.path.basename(os.fsencode(real))
        self.fd = -1
        """The directory that `name` is relative to."""
        try:
            self.fd = os.open(os.path.dirname(real), _DIRECTORY)
            status = os.lstat(self._base, dir_fd=self.fd)
            if stat.S_ISDIR(status.st_mode):
                parent, self.fd = self.fd, os.open(self._base, _DIRECTORY, dir_fd=self.fd)
                os.close(parent)
                self._base = b"."
            self._enter(b"", status, self.fd)
        except FileNotFoundError:
            self._miss("is missing")
        except OSError as error:
            self._miss(f"cannot be read: {error.strerror}")

    def listed(self) -> Iterator[Named]:
        """Every regular file, by its path from the top, as it is met."""
        yield from list(self.files.items())
        while self._left:
            yield from self._list(self._left.pop())

    def close(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1

    def name(self, path: bytes) -> bytes:
        """What a path from the top is called from `fd`."""
        return path or self._base

    def digest(self, name: str, contents: Mapping[int, Digest | str]) -> Digest | None:
        """The output digest; None if not all could be read."""
        own: list[tuple[bytes, int]] = []

        def node(path: bytes) -> Node | None:
            status = self.files.get(path)
            if status is not None:
                return file(path, status)
            if path in self.directories:
                prefix = path + b"/" if path else b""
                names = self.directories[path]
                entries = [(name, below) for name in names if (below := node(prefix + name)) is not None]
                return Directory(entries=tuple(entries))
            target = self.links[path]
            offsets = [offset for offset, _ in Hashes([self.own]).find(target)] if self.own else []
            own.extend((path, offset) for offset in offsets)
            return Symlink(target=patched(target, [(offset, FILLER) for offset in offsets]))

        def file(path: bytes, status: os.stat_result) -> File | None:
            content = contents.get(status.st_ino)
            if status.st_ino in self.mentions:
                mentions = self.mentions[status.st_ino]
                own.extend((path, offset) for offset in mentions.offsets)
                content = mentions.filled
            if not isinstance(content, Digest):
                self._is_complete = False
                return None
            return File(digest=content, size=status.st_size, executable=bool(status.st_mode & 0o111))

        root = node(b"") if self._is_complete else None
        if root is None or not self._is_complete:
            return None
        return output_digest(name, root_digest(root), own)

    def _miss(self, what: str) -> None:
        self.faults.append(what)
        self._is_complete = False

    def _enter(self, path: bytes, status: os.stat_result, directory: int) -> None:
        """Notes an entry; a directory is still to be listed."""
        odd = odd_form(status, self._owner)
        if stat.S_ISREG(status.st_mode):
            self.files[path] = status
            if odd:
                self.odd[path] = odd
            return
        if odd:
            self.faults.append(f"{shown(path)}: {odd}")
        if stat.S_ISLNK(status.st_mode):
            self.links[path] = os.readlink(os.path.basename(self.name(path)), dir_fd=directory)
        elif stat.S_ISDIR(status.st_mode):
            self._left.append(path)
        else:
            self._is_complete = False

    def _list(self, path: bytes) -> Iterator[Named]:
        try:
            fd = os.open(self.name(path), _DIRECTORY, dir_fd=self.fd)
        except OSError as error:
            self._miss(f"{shown(path)}: cannot be read: {error.strerror}")
            return
        prefix = path + b"/" if path else b""
        try:
            names = self.directories[path] = []
            with os.scandir(fd) as found:
                for each in found:
                    name = os.fsencode(each.name)
                    names.append(name)
                    status = each.stat(follow_symlinks=False)
                    self._enter(prefix + name, status, fd)
                    if stat.S_ISREG(status.st_mode):
                        yield prefix + name, status
            names.sort()
            if odd := odd_attributes(fd):
                self.faults.append(f"{shown(path)}: has extended attributes: {', '.join(odd)}")
        except OSError as error:
            self._miss(f"{shown(path)}: cannot be read: {error.strerror}")
        finally:
            os.close(fd)


def _batches(files: Iterable[Named]) -> Iterator[list[Named]]:
    batch: list[Named] = []
    size = 0
    for file in files:
        batch.append(file)
        size += file[1].st_size
        if len(batch) == _BATCH_FILES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


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
