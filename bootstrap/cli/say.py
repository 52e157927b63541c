"""Answers go to standard output, all else to standard error; colour only where it is wanted."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any, TextIO

from bootstrap.errors import BootstrapError

_RED, _BOLD, _DIM, _PLAIN = "\x1b[31m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


def has_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal that wants colour (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def answer(text: str) -> None:
    """A line of the answer that was asked for."""
    sys.stdout.write(text + "\n")


def answer_json(value: Any) -> None:
    """The answer as JSON, for programs."""
    import json

    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def note(text: str) -> None:
    """A remark that is no answer; lost if standard error takes no more, as of a terminal that was closed."""
    with suppress(OSError):
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def report(error: BootstrapError) -> None:
    """What is wrong and what to do."""
    colour = has_colour(sys.stderr)
    mark = f"{_RED}{_BOLD}error{_PLAIN}: " if colour else "error: "
    with suppress(OSError):
        sys.stdout.flush()
    note(mark + _lines(error.message))
    if error.hint:
        note((f"{_BOLD}hint{_PLAIN}: " if colour else "hint: ") + _lines(error.hint))


def _lines(text: str) -> str:
    """Text that may hold names of files; none of it can steer the terminal."""
    from bootstrap.build.failure import printable

    return "\n".join(map(printable, text.split("\n")))


def counted(number: int, thing: str) -> str:
    """How many of something: "1 path", "5,000 paths"."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def size(count: int) -> str:
    """Bytes for people: "812 B", "1.4 MB" (powers of 1000)."""
    if count < 1000:
        return f"{count} B"
    value = float(count)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 999.5:
            return f"{value:.1f} {unit}"
    return f"{value / 1000:.1f} TB"


def seconds(span: float) -> str:
    """A span of time for people: "0.3 s", "42 s", "3 min 05 s"."""
    if span < 9.95:
        return f"{span:.1f} s"
    if span < 99.5:
        return f"{span:.0f} s"
    minutes, rest = divmod(round(span), 60)
    return f"{minutes} min {rest:02d} s"
