"""What survives a power cut, without waiting for the disk after every build.

The kernel writes data to disk when it likes, a crash of the *machine* loses what it has not
written, and forcing it (syncfs(2)) waits for everything on that file system, also for what other
builds are just writing. So a path is registered at once, marked with the boot of the machine in
which that was. Some time later one syncfs settles all paths that were registered before it. Paths
that are marked with another boot than the present one have gone through a shutdown or a power cut
unsettled: they are hashed again when the store is next opened, and forgotten if they are not whole.

The kill of a process loses nothing: what was written is the kernel's.
"""

from __future__ import annotations

import os


def boot_id() -> str:
    """Of the running kernel (random(4), /proc/sys/kernel/random/boot_id); "" if there is none."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="utf-8") as file:
            return file.read().strip()
    except OSError:
        return ""


def sync_file_system(path: str) -> None:
    """syncfs(2) of the file system that `path` is on; OSError if the disk reports an error."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if libc.syncfs(fd) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), path)
    finally:
        os.close(fd)
