"""What lies in a directory after unpacking or patching, and whether anything around it was touched."""

from __future__ import annotations

import os
import stat
from pathlib import Path

TIME = 1_000_000_000
"""Nanoseconds: the time 1, which all has that is unpacked or patched."""

Tree = dict[bytes, tuple[object, ...]]
"""By relative path: ("file", mode, contents), ("directory", mode) or ("link", target)."""


def tree_of(directory: Path) -> Tree:
    """Everything beneath a directory, which must be as `bootstrap.fetch.unpack` promises: of the
    time 1, the caller's, one name for each file, modes 0644 and 0755, and no link that leads out."""
    top = os.fsencode(directory)
    found: Tree = {}
    for path, status in _walk(top):
        kind, mode = stat.S_IFMT(status.st_mode), stat.S_IMODE(status.st_mode)
        relative = path[len(top) + 1 :]
        assert status.st_mtime_ns == TIME, relative
        assert status.st_uid == os.geteuid(), relative
        if kind == stat.S_IFLNK:
            found[relative] = ("link", _target(path, top))
        elif kind == stat.S_IFDIR:
            assert mode == 0o755, relative
            found[relative] = ("directory", mode)
        else:
            assert kind == stat.S_IFREG, relative
            assert mode in (0o644, 0o755), relative
            assert status.st_nlink == 1, relative
            with open(path, "rb") as file:
                found[relative] = ("file", mode, file.read())
    assert os.stat(top).st_mtime_ns == TIME
    return found


def assert_harmless(directory: Path) -> None:
    """What a refused archive leaves may be incomplete, but is no danger: plain files, directories
    and links of ordinary modes, which are the caller's and do not lead out."""
    top = os.fsencode(directory)
    for path, status in _walk(top):
        kind = stat.S_IFMT(status.st_mode)
        assert kind in (stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK), path
        assert status.st_uid == os.geteuid(), path
        if kind == stat.S_IFLNK:
            _target(path, top)
        else:
            assert not stat.S_IMODE(status.st_mode) & 0o7022, path
            assert kind == stat.S_IFDIR or status.st_nlink == 1, path


def _walk(top: bytes) -> list[tuple[bytes, os.stat_result]]:
    found = []
    for base, directories, files in os.walk(top):
        for name in directories + files:
            path = os.path.join(base, name)
            found.append((path, os.lstat(path)))
    return found


def _target(path: bytes, top: bytes) -> bytes:
    target = os.readlink(path)
    try:
        fd = os.open(path, os.O_PATH)
    except OSError:  # it leads nowhere, or round in a circle
        return target
    try:
        real = os.readlink(b"/proc/self/fd/%d" % fd)
    finally:
        os.close(fd)
    top = os.path.realpath(top)
    assert real == top or real.startswith(top + b"/"), (path, target)
    return target


class Surroundings:
    """A directory to unpack into, ``target``, amid files that must stay as they are."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.target = directory / "target"
        self.target.mkdir()
        (directory / "beside").mkdir()
        for name in ("evil", "a", "beside/file"):
            (directory / name).write_bytes(b"untouched")
        (directory / "beside/link").symlink_to("file")
        self._before = self._state()

    def assert_untouched(self) -> None:
        assert self._state() == self._before

    def _state(self) -> list[tuple[object, ...]]:
        """Of all but what lies in `target`: names, contents, modes, owners, times."""
        state: list[tuple[object, ...]] = []
        for directory in (self.directory, self.directory / "beside"):
            for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
                status = entry.stat(follow_symlinks=False)
                if entry.name == "target":
                    state.append((entry.name, status.st_uid))
                    continue
                kept = (status.st_ino, status.st_uid, status.st_nlink, status.st_mode, status.st_mtime_ns)
                contents = Path(entry).read_bytes() if stat.S_ISREG(status.st_mode) else b""
                state.append((entry.name, contents, *kept))
        return state


def set_times(directory: Path) -> None:
    """Give a directory and all beneath it the time 1, as what was unpacked has."""
    for path in [*directory.rglob("*"), directory]:
        os.utime(path, ns=(TIME, TIME), follow_symlinks=False)
