"""Control groups, where the host lets its user make some: limits that the kernel itself keeps.

They are no part of what a build sees. Without them, RLIMIT_NPROC (which does not hold for root) and
`watch` do the same, later and less exactly. Version 1 has a hierarchy per controller, version 2 one
for all (Documentation/admin-guide/cgroup-v1/, cgroup-v2.rst); both are in use, even at once.
"""

from __future__ import annotations

import os
from typing import NamedTuple

CONTROLLERS = ("memory", "pids")


class Home(NamedTuple):
    """A directory in which groups with some controller can be made."""

    path: str
    version: int


class Event(NamedTuple):
    """A counter that is not 0 once a limit was passed."""

    limit: str
    path: str
    key: bytes


class Group(NamedTuple):
    """One sandbox's groups: their directories, what tells of limits passed, what tells of the peak."""

    directories: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    peaks: tuple[str, ...] = ()


def find(root: str = "/") -> dict[str, Home]:
    """Where groups can be made, by controller; `root` is where /proc and /sys/fs/cgroup are read."""
    homes: dict[str, Home] = {}
    mounts = _mounts(root)
    for line in _lines(root, "proc/self/cgroup"):
        _, controllers, own = line.split(":", 2)
        for controller in CONTROLLERS:
            if controller in controllers.split(","):
                for directory in _places(mounts.get(controller), own):
                    if _may_make(root + directory):
                        homes[controller] = Home(directory, 1)
        if controllers == "":
            for directory in _places(mounts.get(""), own):
                # A group that holds processes has no controllers to give, but one beside it may have.
                for candidate in (directory, os.path.dirname(directory)):
                    given = " ".join(_lines(root, f"{candidate}/cgroup.subtree_control")).split()
                    if given and _may_make(root + candidate):
                        for controller in CONTROLLERS:
                            if controller in given:
                                homes.setdefault(controller, Home(candidate, 2))
    return homes


def _mounts(root: str) -> dict[str, tuple[str, str]]:
    """(mount point, root of the mount) by controller; "" is version 2."""
    found: dict[str, tuple[str, str]] = {}
    for line in _lines(root, "proc/self/mountinfo"):
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        fields = before.split(" ")
        if kind == "cgroup2":
            found.setdefault("", (fields[4], fields[3]))
        elif kind == "cgroup":
            for controller in set(CONTROLLERS) & set(options.split(",")):
                found.setdefault(controller, (fields[4], fields[3]))
    return found


def _places(mount: tuple[str, str] | None, own: str) -> list[str]:
    if mount is None:
        return []
    point, top = mount
    if top != "/":
        if own != top and not own.startswith(top + "/"):
            return []
        own = own[len(top) :]
    return [os.path.normpath(point + own)]


def _may_make(directory: str) -> bool:
    return os.access(directory, os.W_OK) and os.access(f"{directory}/cgroup.procs", os.W_OK)


def _lines(root: str, path: str) -> list[str]:
    try:
        with open(os.path.join(root, path.lstrip("/")), encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()
    except OSError:
        return []


def sweep(homes: dict[str, Home]) -> None:
    """Remove groups of launchers that were killed; the kernel keeps those that are in use."""
    for home in set(homes.values()):
        for name in os.listdir(home.path):
            if name.startswith("bootstrap-") and not os.path.exists(f"/proc/{name.split('-')[1]}"):
                _remove(f"{home.path}/{name}")


def make(homes: dict[str, Home], name: str, processes: int, memory: int | None) -> Group:
    """Groups for one sandbox; an empty `Group` if there are no homes, or no more groups to be had."""
    directories: list[str] = []
    events: list[Event] = []
    peaks: list[str] = []
    try:
        if "pids" in homes:
            directory = _make(homes["pids"], name, directories)
            # One more for process 1 itself.
            _write(f"{directory}/pids.max", str(processes + 1))
            events.append(Event("processes", f"{directory}/pids.events", b"max"))
        if "memory" in homes and memory is not None:
            directory = _make(homes["memory"], name, directories)
            if homes["memory"].version == 1:
                _write(f"{directory}/memory.limit_in_bytes", str(memory))
                events.append(Event("memory", f"{directory}/memory.oom_control", b"oom_kill"))
                peaks.append(f"{directory}/memory.max_usage_in_bytes")
            else:
                _write(f"{directory}/memory.max", str(memory))
                _write(f"{directory}/memory.oom.group", "1")
                if os.path.exists(f"{directory}/memory.swap.max"):
                    _write(f"{directory}/memory.swap.max", "0")
                events.append(Event("memory", f"{directory}/memory.events", b"oom_kill"))
                peaks.append(f"{directory}/memory.peak")
    except OSError:
        remove(Group(tuple(directories)))
        return Group()
    return Group(tuple(directories), tuple(events), tuple(peaks))


def _make(home: Home, name: str, made: list[str]) -> str:
    directory = f"{home.path}/{name}"
    if directory not in made:
        os.mkdir(directory)
        made.append(directory)
    return directory


def join(group: Group) -> None:
    """Move this process, and so all that it will start, into the groups."""
    for directory in group.directories:
        _write(f"{directory}/cgroup.procs", "0")


def open_events(group: Group) -> dict[str, tuple[int, bytes]]:
    """Descriptor and key by limit, for `passed`; they work where the path is no longer to be seen."""
    return {
        event.limit: (os.open(event.path, os.O_RDONLY | os.O_CLOEXEC), event.key) for event in group.events
    }


def has_passed(descriptor: int, key: bytes) -> bool:
    """Whether the counter `key` of an events file is not 0."""
    for line in os.pread(descriptor, 4096, 0).splitlines():
        name, _, count = line.partition(b" ")
        if name == key:
            return count.strip() != b"0"
    return False


def passed(group: Group) -> str | None:
    """The limit that was passed in a group, if one was."""
    for event in group.events:
        try:
            descriptor = os.open(event.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            if has_passed(descriptor, event.key):
                return event.limit
        finally:
            os.close(descriptor)
    return None


def peak(group: Group) -> int:
    """Bytes of memory that the group used at most; 0 if that is not to be known."""
    for path in group.peaks:
        try:
            with open(path, "rb") as file:
                return int(file.read())
        except OSError:
            continue
    return 0


def remove(group: Group) -> None:
    """Remove the groups of a sandbox of which nothing is left."""
    for directory in group.directories:
        _remove(directory)


def _remove(directory: str) -> None:
    try:
        os.rmdir(directory)
    except OSError:
        pass


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
