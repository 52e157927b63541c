"""BOOTSTRAP_HOME: the file system that it is on, the room there, and the store in it."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from bootstrap.doctor.finding import Finding
from bootstrap.store.layout import Layout
from bootstrap.store.schema import VERSION

LITTLE, TOO_LITTLE = 2 << 30, 64 << 20
"""Bytes of room: for the stages of this project with their sources, and for anything at all."""
FEW_INODES, TOO_FEW_INODES = 100_000, 1_000

_NETWORK = (
    "9p",
    "afs",
    "ceph",
    "cifs",
    "fuse.glusterfs",
    "fuse.sshfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
)

_ELSEWHERE = "set BOOTSTRAP_HOME (or give --home) to a directory on a local file system with room"


def home(path: Path, root: str = "/") -> list[Finding]:
    """The directory, or where it is to be made; nothing is made that stays."""
    place = _existing(path)
    return [*_writing(path, place), _file_system(place, root), _room(place), _inodes(place)]


def _existing(path: Path) -> Path:
    """The nearest directory at or above this path that is there."""
    while not path.is_dir() and path != path.parent:
        path = path.parent
    return path


def _writing(path: Path, place: Path) -> Iterator[Finding]:
    there = "" if place == path else f" (to be made beneath {place})"
    try:
        with tempfile.TemporaryDirectory(prefix=".doctor-", dir=place) as trial:
            one, other = os.path.join(trial, "one"), os.path.join(trial, "other")
            with open(one, "wb") as file:
                file.write(b"x" * 4096)
                os.fsync(file.fileno())
            yield Finding("home", "ok", f"{path}{there} can be written to")
            try:
                os.link(one, other)
            except OSError as error:
                yield Finding(
                    "hard links",
                    "warn",
                    f"none on this file system ({error.strerror}): files that are the same are kept twice",
                    _ELSEWHERE,
                )
            else:
                yield Finding("hard links", "ok", "files that are the same are kept once")
    except OSError as error:
        yield Finding("home", "bad", f"{path}{there} cannot be written to: {error.strerror}", _ELSEWHERE)


def _file_system(place: Path, root: str) -> Finding:
    kind = _kind(place, root)
    if kind in _NETWORK:
        says = f"{kind}, over the network: locks, renames and SQLite may not do what they promise"
        return Finding("file system", "warn", says, _ELSEWHERE)
    return Finding("file system", "ok", kind)


def _kind(place: Path, root: str) -> str:
    """The type of the file system that a directory is on: proc_pid_mountinfo(5)."""
    path = os.path.realpath(place)
    best, kind = "", "unknown"
    try:
        with open(os.path.join(root, "proc/self/mountinfo"), encoding="utf-8", errors="replace") as lines:
            for line in lines:
                before, _, after = line.partition(" - ")
                point = before.split(" ")[4].encode().decode("unicode_escape")
                beneath = path == point or path.startswith(point.rstrip("/") + "/")
                if beneath and len(point) >= len(best):
                    best, kind = point, after.split(" ")[0]
    except OSError:
        pass
    return kind


def _room(place: Path) -> Finding:
    status = os.statvfs(place)
    free = status.f_bavail * status.f_frsize
    says = f"{free / 1e9:.1f} GB free"
    if free < TOO_LITTLE:
        return Finding("disk space", "bad", f"{says}: no build fits", f"make room, or {_ELSEWHERE}")
    if free < LITTLE:
        says += f": the stages of this project take up to {LITTLE / 1e9:.0f} GB while they are built"
        return Finding("disk space", "warn", says, f"make room, or {_ELSEWHERE}")
    return Finding("disk space", "ok", says)


def _inodes(place: Path) -> Finding:
    status = os.statvfs(place)
    if status.f_files == 0:
        return Finding("inodes", "ok", "this file system has no limit on files")
    says = f"{status.f_favail:,} free"
    if status.f_favail < TOO_FEW_INODES:
        return Finding("inodes", "bad", f"{says}: no build fits", f"remove files, or {_ELSEWHERE}")
    if status.f_favail < FEW_INODES:
        return Finding(
            "inodes", "warn", f"{says}: a large build has more files", f"remove files, or {_ELSEWHERE}"
        )
    return Finding("inodes", "ok", says)


def store(path: Path) -> Finding:
    """The format of the store that is there, if one is; it is only read."""
    database = Layout(str(path)).database
    if not os.path.exists(database):
        return Finding("store", "ok", "there is none yet; the first build makes it")
    try:
        version = _version(database)
    except sqlite3.DatabaseError as error:
        todo = "what is stored is whole; move the file away and build again"
        return Finding("store", "bad", f"{database} cannot be read: {error}", todo)
    if version > VERSION:
        says = f"it has format {version}, and this program knows formats up to {VERSION}"
        return Finding("store", "bad", says, "use the newer program that wrote it, or another BOOTSTRAP_HOME")
    if not os.access(database, os.W_OK):
        says = f"format {version}, not to be written to: what is there can be used, nothing can be built"
        return Finding("store", "bad", says, f"become its owner, or {_ELSEWHERE}")
    older = "" if version == VERSION else f", brought to {VERSION} when it is next opened"
    return Finding("store", "ok", f"format {version}{older}")


def _version(database: str) -> int:
    # Where not even the index of the write-ahead log can be made, what is in the file itself must do.
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        with closing(sqlite3.connect(f"file:{quote(database)}?{mode}", uri=True)) as connection:
            try:
                return int(connection.execute("PRAGMA user_version").fetchone()[0])
            except sqlite3.OperationalError:
                continue
    raise sqlite3.DatabaseError("it cannot be opened")


def leftovers(path: Path) -> Finding:
    """Directories of builds that were killed, and those that somebody asked to keep."""
    layout = Layout(str(path))
    dead = sum(_is_free(f"{layout.tmp}/{name}") for name in _names(layout.tmp))
    kept = len(_names(layout.kept))
    told = []
    if dead:
        told.append(f"{dead} of builds that were killed, removed by the next run")
    if kept:
        told.append(f"{kept} of failed builds that were to be kept, in {layout.kept}")
    if not kept:
        return Finding("leftovers", "ok", "; ".join(told) or "none")
    return Finding("leftovers", "warn", "; ".join(told), f"remove what was looked at: rm -rf {layout.kept}")


def _names(directory: str) -> list[str]:
    try:
        return os.listdir(directory)
    except OSError:
        return []


def _is_free(path: str) -> bool:
    """Whether nobody holds the lock on a build directory (`bootstrap.store.places`)."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
