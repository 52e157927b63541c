"""Store paths that some process sees in its mount namespace: sandboxes, and what `exec` started.

A second net beside the locks of `bootstrap.store.uses`: a program may close every descriptor that
it was started with.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple

_MOUNT = re.compile(rb"(?m)^\d+ \d+ (\S+) (\S*)/([a-z2-7]{32})-\S+ /bootstrap/store/\3-")
"""Device, directory on it, and hash, of a line of proc_pid_mountinfo(5)."""
_LINE = re.compile(rb"(?m)^\d+ \d+ (\S+) (\S+) (\S+) ")
"""Device, root and mount point of any line."""
_ESCAPED = re.compile(rb"\\([0-7]{3})")


class Place(NamedTuple):
    """A directory as every mount namespace names it."""

    device: bytes
    """major:minor."""
    path: bytes
    """From the root of the file system, not from where that is mounted."""


def mounted(store: str) -> set[str]:
    """The hashes of those that lie in this directory, as far as processes let us look; of those in
    other stores, too, if it cannot be told where the directory is."""
    own = place_of(store)
    found: set[str] = set()
    seen: set[str] = set()
    for process in os.listdir("/proc"):
        if not process.isdigit():
            continue
        try:
            namespace = os.readlink(f"/proc/{process}/ns/mnt")
            if namespace in seen:
                continue
            found |= _mounted(_read(process), own)
            seen.add(namespace)
        except OSError:
            continue  # has ended, or is another user's
    return found


def place_of(directory: str) -> Place | None:
    """Where a directory is by the mounts that this process sees; None if they cannot be read."""
    path = os.fsencode(os.path.realpath(directory))
    place, length = None, -1
    try:
        lines = _LINE.findall(_read("self"))
    except OSError:
        return None
    for device, root, point in lines:
        point = _plain(point).rstrip(b"/")
        if (path + b"/").startswith(point + b"/") and len(point) >= length:
            place, length = Place(device, _plain(root).rstrip(b"/") + path[len(point) :]), len(point)
    return place


def _mounted(mounts: bytes, own: Place | None) -> set[str]:
    return {
        hash.decode()
        for device, directory, hash in _MOUNT.findall(mounts)
        if own is None or own == Place(device, _plain(directory))
    }


def _read(process: str) -> bytes:
    with open(f"/proc/{process}/mountinfo", "rb") as file:
        return file.read()


def _plain(field: bytes) -> bytes:
    """Without the escapes of blanks and backslashes."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 8)]), field)
