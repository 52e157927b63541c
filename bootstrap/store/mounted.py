"""Store paths that some process sees in its mount namespace: sandboxes, and what `exec` started.

A second net beside the locks of `bootstrap.store.uses`: a program may close every descriptor that
it was started with.
"""

from __future__ import annotations

import os
import re

_MOUNT = re.compile(rb"/([a-z2-7]{32})-\S+ /bootstrap/store/\1-")
"""Root and mount point, the fourth and fifth field of a line of proc_pid_mountinfo(5)."""


def mounted() -> set[str]:
    """The hashes of all of them, as far as processes let us look."""
    found: set[str] = set()
    seen: set[str] = set()
    for process in os.listdir("/proc"):
        if not process.isdigit():
            continue
        try:
            namespace = os.readlink(f"/proc/{process}/ns/mnt")
            if namespace in seen:
                continue
            with open(f"/proc/{process}/mountinfo", "rb") as file:
                found.update(hash.decode() for hash in _MOUNT.findall(file.read()))
            seen.add(namespace)
        except OSError:
            continue  # has ended, or is another user's
    return found
