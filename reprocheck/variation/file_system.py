"""The file system that the build lies on: its type and its blocks; the numbers of its inodes."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from reprocheck.variation.model import Variation
from reprocheck.variation.proof import became, differs

IN_MEMORY = Path("/dev/shm")  # where shm_open(3) has its files, on every Linux with glibc or musl
"""A directory in memory that every user may write to."""

_TMPFS = 0x01021994  # TMPFS_MAGIC: include/uapi/linux/magic.h
_ENOUGH = 1 << 30


def _why_not() -> str:
    mounts = [line.split(" - ") for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    types = {left.split()[4]: right.split()[0] for left, right in mounts}
    if types.get(str(IN_MEMORY)) != "tmpfs":
        return f"{IN_MEMORY} is no file system in memory here"
    if not os.access(IN_MEMORY, os.W_OK | os.X_OK):
        return f"{IN_MEMORY} may not be written to"
    status = os.statvfs(IN_MEMORY)
    if status.f_flag & os.ST_NOEXEC:
        return f"nothing in {IN_MEMORY} may be executed (mounted noexec)"
    if status.f_bavail * status.f_frsize < _ENOUGH:
        return f"{IN_MEMORY} has less than 1 GiB of room"
    return ""


ROWS = (
    Variation(
        name="fs.type",
        cause="fs.type",
        text="the file system: in memory (tmpfs)",
        cost="memory in place of disk",
        control=lambda c: replace(c, file_system="disk"),
        vary=lambda c: replace(c, file_system="memory"),
        took=became("file_system", _TMPFS),
        obstacle=_why_not,
    ),
    Variation(
        name="inode",
        cause="inode",
        text="inode numbers: others",
        cost="20 µs for each stat",
        control=lambda c: c.trap(inodes=1),
        vary=lambda c: c.trap(inodes=2),
        took=differs("inode"),
        needs_traps=True,
    ),
)
