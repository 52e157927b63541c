"""What this machine has to give: cores and memory. The only door to psutil."""

from __future__ import annotations

import os


def cores() -> int:
    """Cores that this process may run on (sched_getaffinity(2))."""
    return len(os.sched_getaffinity(0))


def available_memory() -> int:
    """Bytes that can be handed out without swapping (MemAvailable of proc(5))."""
    import psutil

    return int(psutil.virtual_memory().available)


def total_memory() -> int:
    """Bytes of memory in all."""
    import psutil

    return int(psutil.virtual_memory().total)
