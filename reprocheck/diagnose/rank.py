"""How likely each variation is to be a file's cause, before anything was tried."""

from __future__ import annotations

from collections.abc import Mapping

from reprocheck.diagnose.evidence import Evidence

COMMON: Mapping[str, float] = {
    "path.build": 0.20,
    "time.clock": 0.15,
    "rng": 0.09,
    "order.readdir": 0.07,
    "time.mtime": 0.06,
    "user.umask": 0.05,
    "env.var": 0.05,
    "order.hash": 0.06,
    "order.parallel": 0.04,
    "aslr": 0.04,
    "locale": 0.04,
    "host.name": 0.03,
    "user.name": 0.03,
    "kernel.version": 0.02,
    "cpu.count": 0.02,
    "cpu.features": 0.02,
    "time.tz": 0.02,
}
"""How often each is the cause: from the tags of Debian's packages (reproducible-notes), by family."""
_RARE = 0.008
_TRUST = 10_000.0
"""How much more likely the strongest clue makes a variation."""
RESTLESS = frozenset({"time.elapsed", "order.parallel", "aslr"})
"""Causes whose varied story is not constant."""
_MOVES_ADDRESSES = ("env.var", "env.path")
"""Causes whose size moves the stack."""
BEYOND_CONTROL = frozenset({"rng"})
"""Causes that a control story does not hold still wholly: processors have random numbers of their own."""
_PLAIN = 0.3
"""Strength of a clue from which looks count more than the variation's own cause."""
_STANDS_FOR: Mapping[str, tuple[str, ...]] = {
    "order.hash": ("rng", "aslr"),
    "uninit": ("aslr", "rng", "env.var"),
    "tmpname": ("rng", "pid", "aslr", "time.clock"),
    "benchmark": ("time.elapsed", "time.clock", "cpu.count"),
    "time.elapsed": ("time.clock",),
}
"""Causes that no variation of their own brings: those that do."""


def weights(evidence: Evidence, causes: Mapping[str, str]) -> dict[str, float]:
    """By variation; `causes` are the causes of all variations."""
    found: dict[str, float] = {}
    for name, cause in causes.items():
        trust = 0.0
        for clue in evidence.clues:
            if clue.name == name or (clue.name == cause and clue.name not in causes):
                trust = max(trust, clue.strength)
            elif cause == clue.name:
                trust = max(trust, clue.strength * 0.8)
            elif cause in _STANDS_FOR.get(clue.name, ()):
                trust = max(trust, clue.strength * (0.9 - 0.1 * _STANDS_FOR[clue.name].index(cause)))
        found[name] = round(COMMON.get(cause, _RARE) * _TRUST**trust, 4)
    return found


def refined(cause: str, evidence: Evidence) -> str:
    """The cause that is really meant where a variation of `cause` was shown: what the bytes look like
    tells a temporary name from a random identifier."""
    likely = {clue.name: clue.strength for clue in evidence.clues}
    own = max(likely.get(cause, 0.0), _PLAIN)
    better = [name for name, variations in _STANDS_FOR.items() if cause in variations]
    if cause in _MOVES_ADDRESSES:
        better.append("aslr")
    best = max(better, key=lambda name: likely.get(name, 0.0), default=cause)
    return best if likely.get(best, 0.0) > own else cause
