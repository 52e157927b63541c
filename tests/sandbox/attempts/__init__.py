"""What an evil build may try, as data: one file for each thing that it may be after.

processes.c   the host's processes, and process 1
files.c       the host's files, inputs, other outputs, devices, /proc, mounts
network.c     the network, sockets, IPC and keys of the host
rights.c      privileges, namespaces, the kernel's own interfaces
results.c     outputs that must not be kept
limits.c      more than it may use
ends.c        being there after the end

An attempt is a head and the body of a C function. The head has its name and, one on a line,

    claim F6             the sentence of docs/security.md that it puts to the test
    says EPERM EPERM     all that it writes, white space aside; several such lines: one of them
    ends time            how it ends if not "well": "status N", "signal N", "failed" without either, or
                         the limit that it passes; several such lines: one of them
    limit time 1         a limit other than those all attempts have
    stored kept          the store takes its output, or with "stored is a fifo" refuses it in these words

The body may use what escapes.h declares: `say(result)` writes "allowed" or the name of errno,
`call(...)` does so of a system call, `text(name)` and `number(name)` tell of the host, and INPUT, OUT
and DEV are the store paths that a build sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bootstrap.recipe.model import Limits

HERE = Path(__file__).parent
_LIMITS = Limits(time=20.0, processes=256, output=1 << 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One thing that an evil build may try."""

    name: str
    claim: str = ""
    says: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    """None: well, as most do; refused, and told so, the program goes on to its end."""
    limits: Limits = _LIMITS
    stored: str = ""
    body: str = ""


def _read(file: Path) -> Iterator[Attempt]:
    for chunk in file.read_text(encoding="utf-8").split("\n/*** ")[1:]:
        head, body = chunk.split("\n***/\n")
        name, *lines = head.splitlines()
        attempt = Attempt(name=name, body=body)
        limits: dict[str, float] = {}
        for line in lines:
            field, value = line.split(" ", 1)
            if field in ("says", "ends"):
                attempt = replace(attempt, **{field: (*getattr(attempt, field), value)})
            elif field == "limit":
                limit, number = value.split()
                limits[limit] = float(number) if limit == "time" else int(number)
            elif field in ("claim", "stored"):
                attempt = replace(attempt, **{field: value})
            else:
                raise ValueError(f"{file.name}: {name}: what is {line!r}?")
        yield replace(attempt, limits=replace(_LIMITS, **limits)) if limits else attempt


ATTEMPTS = tuple(attempt for file in sorted(HERE.glob("*.c")) for attempt in _read(file))
