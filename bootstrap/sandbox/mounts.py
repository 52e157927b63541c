"""Mounts as values: what a sandbox's file system consists of, planned before anything is mounted.

`fixed` and `plan` are pure and give the operations in the order in which they must be carried out,
inside a new mount namespace, with a fresh tmpfs as the root and the host's root at `HOST`. Each operation can
`describe` itself in a line and be `execute`d.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bootstrap.sandbox import contract
from bootstrap.sandbox import syscalls as sys

HOST = "/.host"
"""Where the host's root is while the sandbox is made; it is gone before any command runs."""


class Directory(NamedTuple):
    """A directory of the root's own tmpfs; those above it must be there, itself may be."""

    path: str

    def describe(self) -> str:
        return f"directory {self.path}"

    def execute(self) -> None:
        _make_directory(self.path)


class File(NamedTuple):
    """A file of the root's own tmpfs."""

    path: str
    content: str

    def describe(self) -> str:
        return f"file {self.path} ({len(self.content)} bytes)"

    def execute(self) -> None:
        descriptor = os.open(self.path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644)
        os.write(descriptor, self.content.encode())
        os.close(descriptor)


class Link(NamedTuple):
    """A symbolic link in the root's own tmpfs."""

    path: str
    target: str

    def describe(self) -> str:
        return f"link {self.path} -> {self.target}"

    def execute(self) -> None:
        os.symlink(self.target, self.path)


class Tmpfs(NamedTuple):
    """An empty file system in memory that the build may write to."""

    path: str
    options: str

    def describe(self) -> str:
        return f"tmpfs {self.path} ({self.options})"

    def execute(self) -> None:
        _make_directory(self.path)
        sys.mount("tmpfs", self.path, "tmpfs", sys.MS_NOSUID | sys.MS_NODEV, self.options)


class Attach(NamedTuple):
    """A bind mount of something of the host's."""

    source: str
    path: str
    writable: bool
    is_directory: bool
    is_device: bool = False

    def describe(self) -> str:
        return f"bind {self.source} on {self.path} ({'rw' if self.writable else 'ro'})"

    def execute(self) -> None:
        _make_mount_point(self.path, self.is_directory)
        # Recursive: the kernel refuses to show a less privileged namespace what lies under a mount.
        sys.mount(HOST + self.source, self.path, None, sys.MS_BIND | sys.MS_REC)
        attributes = sys.MOUNT_ATTR_NOSUID
        if self.is_device:
            attributes |= sys.MOUNT_ATTR_NOEXEC
        else:
            attributes |= sys.MOUNT_ATTR_NODEV
        if not self.writable:
            attributes |= sys.MOUNT_ATTR_RDONLY
        restrict(self.path, attributes)


class Graft(NamedTuple):
    """Something of the host's with all that is mounted beneath it, as it is."""

    source: str
    path: str
    is_directory: bool

    def describe(self) -> str:
        return f"rbind {self.source} on {self.path}"

    def execute(self) -> None:
        _make_mount_point(self.path, self.is_directory)
        sys.mount(HOST + self.source, self.path, None, sys.MS_BIND | sys.MS_REC)


class Proc(NamedTuple):
    """/proc of this pid namespace, read-only, with some names covered by something empty.

    Read-only as a whole: what a build does not need to write there, a build that is run by root
    could write (/proc/sys takes the owner's rights from the host's uid, without any capability).
    """

    directories: tuple[str, ...]
    files: tuple[str, ...]

    def describe(self) -> str:
        return f"proc /proc (ro, {len(self.directories) + len(self.files)} names covered)"

    def execute(self) -> None:
        os.mkdir("/proc", 0o555)
        # Read-only from the first: a new proc must not be more open than the host's (mount_too_revealing
        # in fs/namespace.c), whose own may be read-only in a container.
        flags = sys.MS_RDONLY | sys.MS_NOSUID | sys.MS_NODEV | sys.MS_NOEXEC
        sys.mount("proc", "/proc", "proc", flags)
        if self.directories:
            os.mkdir("/.empty", 0o555)
            first = f"/proc/{self.directories[0]}"
            sys.mount("/.empty", first, None, sys.MS_BIND)
            remount(first, flags)
            for name in self.directories[1:]:
                # Read-only like the mount that it is a copy of.
                sys.mount(first, f"/proc/{name}", None, sys.MS_BIND)
            # What is mounted stays, without a name.
            os.rmdir("/.empty")
        for name in self.files:
            sys.mount("/dev/null", f"/proc/{name}", None, sys.MS_BIND)


class Cover(NamedTuple):
    """A read-only file of one's own in place of one that is there: ENOENT if none is."""

    path: str
    content: str
    """A character for each byte."""

    def describe(self) -> str:
        return f"cover {self.path} ({len(self.content)} bytes)"

    def execute(self) -> None:
        descriptor = os.open(_COVER, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o444)
        try:
            with open(descriptor, "wb", buffering=0) as file:
                content = memoryview(self.content.encode("latin-1"))
                while content:
                    content = content[file.write(content) :]
            sys.mount(_COVER, self.path, None, sys.MS_BIND)
            remount(self.path, sys.MS_RDONLY | sys.MS_NOSUID | sys.MS_NODEV)
        finally:
            # What is mounted stays, without a name.
            os.unlink(_COVER)


_COVER = "/.cover"

Operation = Directory | File | Link | Tmpfs | Attach | Graft | Proc | Cover

_KINDS = {kind.__name__: kind for kind in (Directory, File, Link, Tmpfs, Attach, Proc, Cover)}


def pack(operations: Iterable[Operation]) -> list[list[object]]:
    """What `plan` gives as plain lists, for `unpack` in another process."""
    return [[type(operation).__name__, *operation] for operation in operations]


def unpack(packed: list[list[object]]) -> list[Operation]:
    """What `pack` was given."""
    return [_KINDS[str(kind)](*fields) for kind, *fields in packed]  # type: ignore[arg-type]


def names_in_proc() -> dict[str, bool]:
    """The names in the host's /proc, true for directories."""
    with os.scandir("/proc") as entries:
        return {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}


def fixed(names: Mapping[str, bool], files: Iterable[tuple[str, str]] = contract.FILES) -> list[Operation]:
    """What every sandbox has, before what the caller gives it (`plan`).

    `names` are those in the host's /proc (`names_in_proc`): the same as in every other /proc, but for
    processes.
    """
    return [
        Directory("/etc"),
        *(File(path, content) for path, content in files),
        *kernel(names),
    ]


def kernel(names: Mapping[str, bool]) -> list[Operation]:
    """/dev and /proc, as they are in every sandbox, whatever its root."""
    covered = [name for name in contract.PROC_COVERED if name in names]
    return [
        Directory("/dev"),
        *(Attach(f"/dev/{name}", f"/dev/{name}", False, False, True) for name in contract.DEVICES),
        *(Link(path, target) for path, target in contract.LINKS),
        Proc(
            tuple(name for name in covered if names[name]),
            tuple(name for name in covered if not names[name]),
        ),
    ]


def plan(
    attached: Iterable[Attach],
    links: Iterable[tuple[str, str]] = (),
    writable: Iterable[str] = (contract.BUILD, "/tmp"),
) -> list[Operation]:
    """What the caller attaches, and its links; those that are `writable` are attached, or else empty and
    in memory.

    ValueError for targets that are not absolute and normal, that meet, or that lie beneath one another
    or where the contract puts something of its own.
    """
    attached = sorted(attached, key=lambda attach: attach.path)
    links = sorted(links)
    targets = {attach.path for attach in attached}
    own = [Tmpfs(path, contract.TMP_OPTIONS) for path in writable if path not in targets]
    places = [*(attach.path for attach in attached), *(path for path, _ in links), *(o.path for o in own)]
    _refuse_clashes(places)
    return [
        *(Directory(path) for path in _above(places)),
        *own,
        *attached,
        *(Link(path, target) for path, target in links),
    ]


def _above(paths: Iterable[str]) -> list[str]:
    """Every directory above one of these, those above first; without "/"."""
    above: set[str] = set()
    for path in paths:
        parent = os.path.dirname(path)
        while parent != "/" and parent not in above:
            above.add(parent)
            parent = os.path.dirname(parent)
    return sorted(above)


def _refuse_clashes(targets: list[str]) -> None:
    own = ("/dev", "/proc", *(path for path, _ in contract.FILES))
    taken = set(own)
    for path in targets:
        if not path.startswith("/") or os.path.normpath(path) != path or path == "/" or "\0" in path:
            raise ValueError(f"not an absolute, normal path: {path!r}")
        if path in taken:
            raise ValueError(f"two things at one place of the sandbox: {path}")
        taken.add(path)
    for path in targets:
        above = os.path.dirname(path)
        while above != "/":
            # Nothing is mounted into a mount: its mount point would be made in the host's directory,
            # at the mercy of whatever links lie there.
            if above in taken:
                raise ValueError(f"{path} lies within {above}, which is something of its own")
            above = os.path.dirname(above)
    for path in own:
        if os.path.dirname(path) in targets:
            raise ValueError(f"{path} lies within {os.path.dirname(path)}, which is something of its own")


def _make_directory(path: str) -> None:
    try:
        os.mkdir(path, 0o755)
    except FileExistsError:
        pass


def _make_mount_point(path: str, is_directory: bool) -> None:
    if is_directory:
        _make_directory(path)
    else:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o644))


def restrict(path: str, attributes: int) -> None:
    """Add attributes to a bind mount and all that is mounted beneath it."""
    try:
        sys.mount_setattr(path, attributes)
    except sys.CallFailed as error:
        if error.errno != 38:  # ENOSYS: before Linux 5.12 only one mount at a time can be changed
            raise
        if _has_mounts_beneath(path):
            raise
        # MOUNT_ATTR_{RDONLY,NOSUID,NODEV,NOEXEC} have the values of MS_*.
        remount(path, attributes)


def remount(path: str, flags: int) -> None:
    """Change the flags of the one mount at `path`, keeping those that are there.

    A less privileged user namespace may not clear what the host has set, so they are read first.
    """
    there = os.statvfs(path).f_flag
    for st, ms in _STATVFS_TO_MOUNT:
        if there & st:
            flags |= ms
    sys.mount("none", path, None, sys.MS_REMOUNT | sys.MS_BIND | flags)


# statvfs(3) against mount(2)
_STATVFS_TO_MOUNT = (
    (os.ST_RDONLY, sys.MS_RDONLY),
    (os.ST_NOSUID, sys.MS_NOSUID),
    (os.ST_NODEV, sys.MS_NODEV),
    (os.ST_NOEXEC, sys.MS_NOEXEC),
    (os.ST_NOATIME, sys.MS_NOATIME),
    (os.ST_NODIRATIME, sys.MS_NODIRATIME),
    (os.ST_RELATIME, sys.MS_RELATIME),
)


def _has_mounts_beneath(path: str) -> bool:
    with open(f"{HOST}/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as lines:
        return any(line.split(" ", 5)[4].startswith(path + "/") for line in lines)


def new_root(propagation: int, options: str) -> None:
    """Make an empty tmpfs the root, in a mount namespace of one's own, and the host's root `HOST`."""
    sys.mount("none", "/", None, sys.MS_REC | propagation)
    # Some directory to mount upon; after the pivot nothing is mounted upon it any more. Every host has
    # this one, and nothing that is to be bound lies beneath it.
    place = "/proc"
    sys.mount("tmpfs", place, "tmpfs", sys.MS_NOSUID | sys.MS_NODEV, options)
    os.mkdir(place + HOST, 0o700)
    sys.pivot_root(place, place + HOST)
    os.chdir("/")


def leave_host() -> None:
    """Take the host's root away and make the new one read-only."""
    sys.umount2(HOST, sys.MNT_DETACH)
    os.rmdir(HOST)
    remount("/", sys.MS_RDONLY)
