"""The limits of a process (getrlimit(2)): those that programs ask for."""

from __future__ import annotations

from reprocheck.variation.model import Variation
from reprocheck.variation.proof import became, both

_FILES = 3217
_STACK_KIB = 12345
"""Below 128 MiB the kernel lays memory out as with any other."""

ROWS = (
    Variation(
        name="rlimit",
        cause="rlimit",
        text=f"limits: {_FILES} open files, {_STACK_KIB} KiB of stack",
        vary=lambda c: c.limit("RLIMIT_NOFILE", _FILES, 4096).limit(
            "RLIMIT_STACK", _STACK_KIB << 10, 64 << 20
        ),
        marks=lambda c: (_FILES, _STACK_KIB, _STACK_KIB << 10) if c.conditions.limits else (),
        took=both(
            became("limits.RLIMIT_NOFILE", [_FILES, 4096]),
            became("limits.RLIMIT_STACK", [_STACK_KIB << 10, 64 << 20]),
        ),
    ),
)
