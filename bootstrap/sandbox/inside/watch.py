"""How much a sandbox uses, seen from its own process 1: tasks and memory.

There is no call that tells either for a pid namespace, so /proc is read; it shows nothing else.
"""

from __future__ import annotations

import os


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


def has_more_memory(limit: int, in_memory: list[str]) -> bool:
    """Whether more bytes than `limit` are used that are no file's: by all processes together, and by the
    file systems that are `in_memory`.

    What processes share is counted once for each at first, and only if that is too much in parts.
    Shared memory may be a mapped file of such a file system, so that of the two the larger counts.
    """
    files = 0
    for place in in_memory:
        status = os.statvfs(place)
        files += (status.f_blocks - status.f_bfree) * status.f_frsize
    for parts in (_RESIDENT, _PROPORTIONAL):
        used = [_memory(pid, parts) for pid in _processes()]
        if sum(anonymous for anonymous, _ in used) + max(sum(shared for _, shared in used), files) <= limit:
            return False
    return True


# proc_pid_status(5), Linux 4.5; proc_pid_smaps(5), Linux 5.9: of the file its anonymous and its shared bytes.
_RESIDENT = ("status", b"RssAnon:", b"RssShmem:")
_PROPORTIONAL = ("smaps_rollup", b"Pss_Anon:", b"Pss_Shmem:")


def _memory(pid: str, parts: tuple[str, bytes, bytes]) -> tuple[int, int]:
    name, anonymous, shared = parts
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:
            fields = dict(line.split(None, 1) for line in file if line.startswith((anonymous, shared)))
    except OSError:  # it has ended, or lets nobody look
        fields = {}
    if len(fields) < 2:
        return (0, 0) if parts == _RESIDENT else _memory(pid, _RESIDENT)
    return int(fields[anonymous].split()[0]) * 1024, int(fields[shared].split()[0]) * 1024


def _processes() -> list[str]:
    return [name for name in os.listdir("/proc") if name.isdigit()]
