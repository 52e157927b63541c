"""What a failed build says: which derivation, defined where, which command, how it ended, its log."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from bootstrap.errors import BuildError, LimitExceeded
from bootstrap.recipe.model import (
    Command,
    Compare,
    Copy,
    Exec,
    Location,
    MakeDirectory,
    MakeSymlink,
    Unhex,
    Write,
)
from bootstrap.sandbox import Outcome, Sandbox

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
            if command.stdin:
                text = f"{text} < {command.stdin}"
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
        case Unhex():
            text = f"unhex({command.source!r}, {command.target!r})"
        case Compare():
            text = f"compare({command.left!r}, {command.right!r})"
    return "\n    ".join(printable(line) for line in _short(text).split("\n"))


def tail(path: str, lines: int = LOG_LINES) -> list[str]:
    """The last lines of a log, as they can be shown to a person; [] if there are none."""
    try:
        with open(path, "rb") as log:
            size = os.fstat(log.fileno()).st_size
            log.seek(max(0, size - _TAIL_BYTES))
            data = log.read()
    except FileNotFoundError:
        return []
    text = data.decode("utf-8", "backslashreplace").removesuffix("\n")
    return [_short(printable(line)) for line in text.split("\n")[-lines:]] if text else []


def printable(line: str) -> str:
    """A line that cannot steer the terminal it is shown on: control characters become escapes, and
    of what a carriage return writes over only the last is left."""
    line = line.removesuffix("\r").rpartition("\r")[2]
    return "".join(c if c.isprintable() or c == "\t" else _escape(ord(c)) for c in line)


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a build or check gave no result."""

    kind: type[BuildError]
    what: str
    number: int | None = None
    """Which of the commands failed, from 1; None if it was none of them."""
    command: Command | None = None
    hint: str = ""


def failure_of(sandbox: Sandbox, outcome: Outcome, kind: type[BuildError]) -> Failure | None:
    """What is wrong with how the commands ended; None if nothing is, or if they were cancelled.

    `kind` is the error of a command that failed; that of a limit passed is LimitExceeded.
    """
    if outcome.ok or outcome.cancelled:
        return None
    index = outcome.failed_index
    return Failure(
        kind=LimitExceeded if outcome.limit is not None else kind,
        what=outcome.message,
        number=None if index is None else index + 1,
        command=None if index is None else sandbox.commands[index],
    )


def failure_text(
    failure: Failure,
    *,
    title: str,
    check: str,
    where: Location,
    target: str,
    lines: Sequence[str],
    kept: str,
) -> str:
    """The whole message of a failed build or check.

    `check` is its name, "" for a build; `target` what the command line calls it; `lines` the end of
    its log; `kept` where its directory is now, "" if it is gone.
    """
    subject = f'check "{check}" of {title}' if check else f"build of {title}"
    parts = [f"{subject} failed: {failure.what}", f"  defined at  {where}"]
    if failure.command is not None:
        parts.append(f"  command {failure.number}   {spell(failure.command)}")
    if kept:
        parts.append(f"  kept        {kept}")
    words = ["bootstrap", "log", target, *(["--check", check] if check else [])]
    parts.append(f"  whole log   {shlex.join(words)}")
    if lines:
        parts.append(f"  the log's last {len(lines)} lines:" if len(lines) > 1 else "  the log's last line:")
        parts += [f"    | {line}" for line in lines]
    else:
        parts.append("  the log is empty")
    return "\n".join(parts)
