"""Sizes and ages as people type them."""

from __future__ import annotations

import re

from bootstrap.errors import UsageError

_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)")
_BYTES = {"": 1, "B": 1}
for _power, _letter in enumerate("KMGT", 1):
    _BYTES |= {_letter: 1000**_power, f"{_letter}B": 1000**_power, f"{_letter}IB": 1024**_power}
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


def parse_size(text: str) -> int:
    """Bytes: "20G", "500 MB" (powers of 1000), "4GiB" (of 1024), "4096". UsageError for else."""
    match = _NUMBER.fullmatch(text.strip())
    if not match or match[2].upper() not in _BYTES:
        raise UsageError(f'"{text}" is no size', hint="for instance 20G, 500M, 4GiB")
    return int(float(match[1]) * _BYTES[match[2].upper()])


def parse_age(text: str) -> float:
    """Seconds: "14d", "12h", "30min", "90s", "2w", and "0". UsageError for else."""
    match = _NUMBER.fullmatch(text.strip())
    if match and float(match[1]) == 0:
        return 0.0
    if not match or match[2] not in _SECONDS:
        raise UsageError(f'"{text}" is no age', hint="for instance 14d, 12h, 30min, 90s, 2w, 0")
    return float(match[1]) * _SECONDS[match[2]]
