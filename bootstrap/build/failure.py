"""What a failed build says: which derivation, defined where, which command, how it ended, its log."""

from __future__ import annotations

import os
import shlex
import signal as signals
from collections.abc import Sequence

from bootstrap.recipe.model import (
    Command,
    Compare,
    Copy,
    Exec,
    Location,
    MakeDirectory,
    MakeSymlink,
    Write,
)

LOG_LINES = 25
"""Lines of the log's end that an error shows."""

_TAIL_BYTES = 64 << 10
_LONGEST = 400


def spell(command: Command) -> str:
    """A command as a person would type or write it, shortened if it is very long."""
    match command:
        case Exec():
            text = shlex.join(command.argv)
            if command.cwd:
                text = f"(in {command.cwd}) {text}"
            if command.stdout:
                text = f"{text} > {command.stdout}"
        case MakeDirectory():
            text = f"mkdir({command.path!r})"
        case Copy():
            text = f"copy({command.source!r}, {command.target!r})"
        case Write():
            text = f"write({command.path!r}, …)"
        case MakeSymlink():
            text = f"symlink({command.target!r}, {command.path!r})"
        case Compare():
            text = f"compare({command.left!r}, {command.right!r})"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def how_it_ended(status: int | None, signal: int | None) -> str:
    """ "exit status 2", or "killed by SIGSEGV (Segmentation fault)"."""
    if signal is not None:
        try:
            name = signals.Signals(signal).name
        except ValueError:
            name = f"signal {signal}"
        return f"killed by {name} ({signals.strsignal(signal)})"
    return f"exit status {status}"


def tail(path: str, lines: int = LOG_LINES) -> list[str]:
    """The last lines of a log, undecodable bytes shown as escapes; [] if there is no log."""
    try:
        with open(path, "rb") as log:
            size = os.fstat(log.fileno()).st_size
            log.seek(max(0, size - _TAIL_BYTES))
            data = log.read()
    except FileNotFoundError:
        return []
    text = data.decode("utf-8", "backslashreplace")
    return [printable(line) for line in text.splitlines()[-lines:]]


def printable(line: str) -> str:
    """A line that cannot steer the terminal it is shown on: control characters become escapes."""
    line = line.rpartition("\r")[2] if not line.endswith("\r") else line[:-1]
    return "".join(c if c.isprintable() or c == "\t" else f"\\x{ord(c):02x}" for c in line)


def failure_text(
    *,
    title: str,
    where: Location,
    what: str,
    number: int | None,
    command: Command | None,
    log: str,
    lines: Sequence[str],
    kept: str = "",
    check: str = "",
) -> str:
    """The whole message of a failed build or check, without a full stop at its end."""
    subject = f'check "{check}" of {title}' if check else f"build of {title}"
    parts = [f"{subject} failed: {what}", f"  defined at  {where}"]
    if command is not None and number is not None:
        parts.append(f"  command {number}   {spell(command)}")
    if kept:
        parts.append(f"  kept        {kept}")
    parts.append(f"  whole log   bootstrap log {title}")
    if lines:
        parts.append(f"  the log's last {len(lines)} lines:" if len(lines) > 1 else "  the log:")
        parts += [f"    | {line}" for line in lines]
    else:
        parts.append(f"  the log is empty ({log})")
    return "\n".join(parts)
