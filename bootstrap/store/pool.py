"""Equal files are one file on disk: hard links between store paths and a pool.

A file is known by its contents and executable bit, which is all that a stored file has. Before a
file is replaced by the pool's, both are compared byte by byte, so that what was damaged on disk
does not spread. Where there are no (or no more) hard links, every path keeps a copy of its own.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable

from bootstrap.store.layout import Layout
from bootstrap.tree import File

NO_LINKS = frozenset({errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES, errno.EINVAL})
_CHUNK = 1 << 20
_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}x?")


def share(layout: Layout, parent: int, name: bytes, contents: Iterable[tuple[bytes, File]]) -> int:
    """Links every file beneath `name` in the directory `parent` with the pool; bytes saved.

    `contents` are paths from `name`, b"" for itself. Directories must still be writable. OSError as
    the system calls raise it, except that missing hard links are no error.
    """
    saved = 0
    files = os.open(layout.files, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    aside = b".link-" + os.urandom(8).hex().encode()
    try:
        for path, file in contents:
            if file.size == 0:
                continue
            full = name + b"/" + path if path else name
            try:
                saved += _share(files, parent, full, file, aside)
            except OSError as error:
                if error.errno == errno.EMLINK:
                    continue
                if error.errno in NO_LINKS:
                    return saved
                raise
    finally:
        os.close(files)
    return saved


def pooled(file: File) -> str:
    """Where a file lies in the pool."""
    name = file.digest.raw.hex()
    return f"{name[:2]}/{name[2:]}x" if file.executable else f"{name[:2]}/{name[2:]}"


def is_pooled(name: str) -> bool:
    """Whether something in the pool has a name that `pooled` gives."""
    return _NAME.fullmatch(name) is not None


def _share(files: int, parent: int, full: bytes, file: File, aside: bytes) -> int:
    place = pooled(file)
    while True:
        try:
            os.link(full, place, src_dir_fd=parent, dst_dir_fd=files, follow_symlinks=False)
            return 0
        except FileNotFoundError:
            os.makedirs(f"/proc/self/fd/{files}/{place[:2]}", mode=0o755, exist_ok=True)
        except FileExistsError:
            break
    if not _same(files, place, parent, full):
        os.rename(full, aside, src_dir_fd=parent, dst_dir_fd=parent)
        try:
            _replace_pooled(files, place, parent, aside)
        finally:
            os.rename(aside, full, src_dir_fd=parent, dst_dir_fd=parent)
        return 0
    try:
        os.link(place, aside, src_dir_fd=files, dst_dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return 0
    os.rename(aside, full, src_dir_fd=parent, dst_dir_fd=parent)
    return file.size


def _replace_pooled(files: int, place: str, parent: int, good: bytes) -> None:
    """Puts a good file in the place of a damaged one of the pool."""
    other = f"{place}.{os.urandom(4).hex()}"
    os.link(good, other, src_dir_fd=parent, dst_dir_fd=files, follow_symlinks=False)
    os.rename(other, place, src_dir_fd=files, dst_dir_fd=files)


def _same(files: int, place: str, parent: int, full: bytes) -> bool:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    ours = os.open(full, flags, dir_fd=parent)
    try:
        try:
            theirs = os.open(place, flags, dir_fd=files)
        except FileNotFoundError:
            return False
        try:
            return _same_contents(ours, theirs)
        finally:
            os.close(theirs)
    finally:
        os.close(ours)


def _same_contents(ours: int, theirs: int) -> bool:
    here, there = os.fstat(ours), os.fstat(theirs)
    if here.st_size != there.st_size or stat.S_IMODE(there.st_mode) != stat.S_IMODE(here.st_mode):
        return False
    if here.st_mtime_ns != there.st_mtime_ns:
        return False
    rest = here.st_size
    while rest:
        a = os.read(ours, min(rest, _CHUNK))
        try:
            b = os.read(theirs, len(a))
        except OSError:
            return False  # the disk has lost it
        if a != b or not a:
            return False
        rest -= len(a)
    return True
