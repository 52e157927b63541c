"""The kernel's release and version."""

from __future__ import annotations

import os

from reprocheck.circumstances import Circumstances
from reprocheck.variation.model import Mark, Variation
from reprocheck.variation.proof import became, both

_RELEASE = "5.42.7-ohce"
"""Not so old that a C library refuses it."""
_VERSION = "#42 SMP PREEMPT_DYNAMIC Tue Aug 23 07:38:29 UTC 2022"


def _other(circumstances: Circumstances) -> Circumstances:
    return (
        circumstances.trap(release=_RELEASE, kernel_version=_VERSION)
        .file("/proc/sys/kernel/osrelease", f"{_RELEASE}\n".encode())
        .file("/proc/sys/kernel/version", f"{_VERSION}\n".encode())
        .file("/proc/version", f"Linux version {_RELEASE} (ohce@ohce) {_VERSION}\n".encode())
    )


def _marks(circumstances: Circumstances) -> tuple[Mark, ...]:
    traps = circumstances.conditions.traps
    if traps and traps.release is not None and traps.kernel_version is not None:
        return (traps.release, traps.kernel_version)
    there = os.uname()
    return (there.release, there.version)


ROWS = (
    Variation(
        name="kernel.version",
        cause="kernel.version",
        text=f"the kernel: {_RELEASE}",
        cost="20 µs for each question",
        vary=_other,
        marks=_marks,
        took=both(became("uname.release", _RELEASE), became("uname.version", _VERSION)),
        needs_traps=True,
    ),
)
