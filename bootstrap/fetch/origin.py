"""What every kind of origin shares: how it fails, and how long it is waited for."""

from __future__ import annotations

from dataclasses import dataclass


class OriginFailed(Exception):
    """This origin does not give the file; the text is the reason, for people."""


class WrongBytes(OriginFailed):
    """This origin gave bytes, and they are not the pinned ones; the text says which came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long an origin is waited for. Times are seconds."""

    connect: float = 15.0
    """To reach one address of a host."""
    answer: float = 60.0
    """From the request to the answer's headers, TLS and all redirects included."""
    stall: float = 30.0
    """A transfer must bring `slowest` bytes a second over each span of this length."""
    slowest: int = 1024
    attempts: int = 4
    """Tries in all, while the faults are ones that pass."""
    first_delay: float = 0.5
    """Before the second try; doubled each time, and varied by a quarter so that many machines
    which failed together do not come back together."""
    longest_delay: float = 30.0
    """An origin that asks for more (Retry-After, RFC 9110 section 10.2.3) is given up."""
    redirects: int = 10
