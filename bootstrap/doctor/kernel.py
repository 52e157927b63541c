"""The kernel and the processor."""

from __future__ import annotations

import os

from bootstrap.doctor.finding import Finding

OLDEST = (5, 4)
"""docs/reference/sandbox.md; pidfd_open(2) is from 5.3."""
OWN_PROCESS_COUNT = (5, 14)
"""From here on RLIMIT_NPROC counts by user namespace (getrlimit(2))."""


def kernel(system: os.uname_result) -> Finding:
    """Which kernel runs, and whether it has what a sandbox is made of."""
    try:
        major, minor = (
            int("".join(c for c in part if c.isdigit())) for part in system.release.split(".")[:2]
        )
    except ValueError:
        says = f"{system.sysname} {system.release} is no version that can be read"
        return Finding("kernel", "warn", says, "nothing, if a sandbox can be made (below)")
    says = f"{system.sysname} {system.release}"
    if system.sysname != "Linux" or (major, minor) < OLDEST:
        return Finding(
            "kernel",
            "bad",
            f"{says}: sandboxes need Linux {OLDEST[0]}.{OLDEST[1]} or later",
            "start a later kernel",
        )
    if (major, minor) < OWN_PROCESS_COUNT:
        return Finding(
            "kernel",
            "warn",
            f"{says}: before 5.14 the limit on processes is kept by counting only, ten times a second",
            "nothing, if the recipes are trusted",
        )
    return Finding("kernel", "ok", says)


def processor(system: os.uname_result) -> Finding:
    """Whether programs of the recipes' system run here."""
    if system.machine == "x86_64":
        return Finding("processor", "ok", system.machine)
    return Finding(
        "processor",
        "bad",
        f"{system.machine}: recipes are for x86_64, and so is the filter of system calls",
        "build on a machine with an x86_64 kernel",
    )


def overlayfs(root: str = "/") -> Finding:
    """For information: nothing here needs it."""
    try:
        with open(os.path.join(root, "proc/filesystems"), encoding="ascii") as file:
            known = any(line.split()[-1:] == ["overlay"] for line in file)
    except OSError:
        known = False
    return Finding("overlayfs", "ok", f"{'known to' if known else 'not loaded in'} the kernel; not needed")
