"""Addresses of memory (ASLR), which a sandbox otherwise fixes."""

from __future__ import annotations

from pathlib import Path

from reprocheck.variation.model import Observed, Variation
from reprocheck.variation.proof import seen

_ADDR_NO_RANDOMIZE = 0x0040000  # include/uapi/linux/personality.h


def _kernel_randomises() -> str:
    setting = Path("/proc/sys/kernel/randomize_va_space")
    if setting.read_text().strip() == "0":
        return f"the kernel gives no random addresses here: {setting} is 0"
    return ""


def _is_fixed(observed: Observed) -> bool:
    return bool(seen(observed, "personality") & _ADDR_NO_RANDOMIZE)


ROWS = (
    Variation(
        name="aslr",
        cause="aslr",
        text="addresses of memory: random",
        vary=lambda c: c.condition(randomise_addresses=True),
        took=lambda control, varied: _is_fixed(control) and not _is_fixed(varied),
        obstacle=_kernel_randomises,
    ),
)
