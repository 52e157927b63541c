"""How much a sandbox uses, seen from its own process 1: tasks and memory.

There is no call that tells either for a pid namespace, so /proc is read; it shows nothing else.
"""

from __future__ import annotations

import os

_PAGE = os.sysconf("SC_PAGESIZE")


def has_more_tasks(limit: int) -> bool:
    """Whether more processes and threads than `limit` are there."""
    with open("/proc/loadavg", "rb") as file:
        # Its last field is the newest pid of this namespace; pids are given out in ascending order.
        if int(file.read().split()[-1]) <= limit:
            return False
    tasks = 0
    for pid in _processes():
        try:
            tasks += os.stat(f"/proc/{pid}/task").st_nlink - 2
        except OSError:
            continue  # it has ended
        if tasks > limit:
            return True
    return False


def memory(in_memory: list[str]) -> int:
    """Bytes of memory that are no file's: of all processes, and of file systems that are `in_memory`.

    Pages that a process shares with its parent since a fork are counted for both.
    """
    pages = 0
    for pid in _processes():
        try:
            with open(f"/proc/{pid}/statm", "rb") as file:
                fields = file.read().split()
        except OSError:
            continue
        pages += int(fields[1]) - int(fields[2])
    used = pages * _PAGE
    for place in in_memory:
        status = os.statvfs(place)
        used += (status.f_blocks - status.f_bfree) * status.f_frsize
    return used


def _processes() -> list[str]:
    return [name for name in os.listdir("/proc") if name.isdigit()]
