"""How much memory there is, to those who ask. Both stories are constants: what is free never is."""

from __future__ import annotations

from reprocheck.circumstances import Circumstances
from reprocheck.variation.model import Mark, Variation
from reprocheck.variation.proof import became

_INFO = "/proc/meminfo"
_CONTROL_KIB = 8_124_356
_VARIED_KIB = 6_543_212


def _memory(circumstances: Circumstances, kib: int) -> Circumstances:
    rows = {
        "MemTotal": kib,
        "MemFree": kib // 2,
        "MemAvailable": kib // 4 * 3,
        "Buffers": 0,
        "Cached": kib // 4,
        "SwapCached": 0,
        "SwapTotal": 0,
        "SwapFree": 0,
    }
    text = "".join(f"{name + ':':<16}{value:>8} kB\n" for name, value in rows.items())
    return circumstances.trap(memory=kib << 10).file(_INFO, text.encode())


def _marks(circumstances: Circumstances) -> tuple[Mark, ...]:
    traps = circumstances.conditions.traps
    total = traps.memory if traps else None
    return () if total is None else (total, total >> 10, total >> 12, total >> 20)


ROWS = (
    Variation(
        name="mem.size",
        cause="mem.size",
        text="the size of memory: 6.2 GiB, where a control build sees 7.7",
        cost="20 µs for each question",
        control=lambda c: _memory(c, _CONTROL_KIB),
        vary=lambda c: _memory(c, _VARIED_KIB),
        marks=_marks,
        took=became("memory", _VARIED_KIB << 10),
        needs_traps=True,
    ),
)
