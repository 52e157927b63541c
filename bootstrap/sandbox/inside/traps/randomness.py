"""Random bytes that are the same each time: a stream for each process, by its place among its kin."""

from __future__ import annotations

from hashlib import shake_128

from bootstrap.sandbox.inside.traps import memory
from bootstrap.sandbox.inside.traps.listener import Call, Handler
from bootstrap.sandbox.inside.traps.tracing import Lineage, Tracer

_EINVAL = 22
_GRND_FLAGS = 0x7  # include/uapi/linux/random.h: GRND_NONBLOCK, GRND_RANDOM, GRND_INSECURE


class Randomness:
    """What getrandom(2) gives."""

    def __init__(self, seed: bytes, tracer: Tracer) -> None:
        self._seed = seed
        self._tracer = tracer

    def handlers(self) -> dict[str, Handler]:
        return {"getrandom": self._getrandom}

    def _getrandom(self, call: Call) -> int:
        address, size, flags = call.arguments[:3]
        if flags & 0xFFFFFFFF & ~_GRND_FLAGS:
            return -_EINVAL
        # A longer one may come out short, as if a signal had come.
        size = min(size, memory.LARGEST)
        lineage = self._tracer.lineage(call.pid)
        lineage.draws += 1
        call.write(address, _stream(self._seed, lineage, b"draw %d" % lineage.draws, size))
        return size


def at_random(seed: bytes, lineage: Lineage) -> bytes:
    """The sixteen bytes that the kernel gives a new program (AT_RANDOM)."""
    return _stream(seed, lineage, b"program %d" % lineage.programs, 16)


def _stream(seed: bytes, lineage: Lineage, occasion: bytes, size: int) -> bytes:
    return shake_128(b"%d:" % len(seed) + seed + lineage.name + occasion).digest(size)
