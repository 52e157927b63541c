"""What is read from the kernel's random devices when `Traps.random` says so: plain files in their place.

Made in the sandbox, as it is more than what else is asked of one.
"""

from __future__ import annotations

from hashlib import shake_128

_SIZE = 1 << 20
"""Bytes of each; whoever reads further comes to an end."""


def random_files(seed: bytes) -> tuple[tuple[str, bytes], ...]:
    """(path, content), as `Conditions.files` has them; every reader begins at the beginning."""
    return (
        ("/dev/random", _stream(seed, b"random", _SIZE)),
        ("/dev/urandom", _stream(seed, b"urandom", _SIZE)),
        ("/proc/sys/kernel/random/boot_id", _uuid(_stream(seed, b"boot_id", 16))),
        ("/proc/sys/kernel/random/uuid", _uuid(_stream(seed, b"uuid", 16))),
    )


def _stream(seed: bytes, name: bytes, size: int) -> bytes:
    return shake_128(b"%d:" % len(seed) + seed + name).digest(size)


def _uuid(content: bytes) -> bytes:
    """As a random one is spelt: RFC 9562, section 5.4."""
    number = int.from_bytes(content, "big") & ~(0xF << 76) & ~(0x3 << 62) | 0x4 << 76 | 0x2 << 62
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])).encode() + b"\n"
