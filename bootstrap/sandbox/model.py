"""What is to be run in a sandbox, and what came of it, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bootstrap.recipe.model import (
    Command,
    Compare,
    Copy,
    Exec,
    Limits,
    MakeDirectory,
    MakeSymlink,
    Unhex,
    Write,
)
from bootstrap.sandbox import contract
from bootstrap.sandbox.conditions import Conditions


@dataclass(frozen=True, slots=True)
class Bind:
    """A file or directory of the host's (`source`) at an absolute path of the sandbox (`target`).

    A writable one belongs to the caller's own uid. Targets do not lie within one another.
    """

    source: str | Path
    target: str
    writable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """One build or check to be run: all that it sees, and what it does. Templates are filled in."""

    binds: tuple[Bind, ...] = ()
    """The closure of its inputs; its outputs and /build writable. Without a bind /build is in memory."""
    links: tuple[tuple[str, str], ...] = ()
    """(path, target): symbolic links outside of every bind, such as /bin/sh."""
    commands: tuple[Command, ...] = ()
    """Run in this order until the first that fails."""
    env: tuple[tuple[str, str], ...] = ()
    """The whole environment (see `base_environment`), sorted by name."""
    limits: Limits = field(default_factory=Limits)
    """Those that are None are filled in by `with_defaults`."""
    stdout_file: Path | None = None
    """Where the commands' standard output goes, if not to the log; the log's limit counts it."""
    root: Literal["contract", "host"] = "contract"
    """What lies beneath the binds: only what the contract gives, or the host's own files, read-only."""
    conditions: Conditions | None = None
    """In what it differs from the contract; None for every ordinary build."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a sandbox, once nothing of it is left."""

    ok: bool
    failed_index: int | None = None
    """The command that failed, or that ran when a limit was passed."""
    exit_status: int | None = None
    signal: int | None = None
    message: str = ""
    """What failed, for people: names the program, path or limit."""
    limit: str | None = None
    """The limit that was passed: "time", "memory", "output", "files", "log" or "processes"."""
    cancelled: bool = False
    wall: float = 0.0
    """Seconds, from the request to its end."""
    user: float = 0.0
    system: float = 0.0
    """Seconds of processor time of all processes, the sandbox's own set-up included."""
    peak_memory: int = 0
    """Bytes: of all together where a control group measures it (a memory limit was set and the host lets
    groups be made), else of the largest process; process 1 of the sandbox has some 12 MB."""
    command_walls: tuple[float, ...] = ()
    """Seconds of each command that ran to its end; empty if the sandbox was killed from outside."""
    observed: dict[str, Any] = field(default_factory=dict)
    """With conditions: what a process saw just before the first command (`inside/observe.py`)."""
    writers: dict[str, str] = field(default_factory=dict)
    """With `Traps.writers`: by path as the sandbox sees it, the program that made the file."""


def base_environment() -> dict[str, str]:
    """The part of a build's environment that the contract fixes; a new dict each time."""
    return dict(contract.ENVIRONMENT)


def with_defaults(limits: Limits) -> Limits:
    """The limits with none missing except `memory`, which has no default."""
    return Limits(
        time=contract.DEFAULT_TIME if limits.time is None else limits.time,
        memory=limits.memory,
        output=contract.DEFAULT_OUTPUT if limits.output is None else limits.output,
        files=contract.DEFAULT_FILES if limits.files is None else limits.files,
        log=contract.DEFAULT_LOG if limits.log is None else limits.log,
        processes=contract.DEFAULT_PROCESSES if limits.processes is None else limits.processes,
    )


def plain(command: Command) -> list[Any]:
    """The command as `inside/commands.py` takes it: its kind and its fields."""
    match command:
        case Exec():
            return ["exec", command.argv, command.cwd, command.stdout, command.stdin, command.env]
        case MakeDirectory():
            return ["mkdir", command.path]
        case Copy():
            return ["copy", command.source, command.target, command.executable]
        case Write():
            return ["write", command.path, command.text, command.executable]
        case MakeSymlink():
            return ["symlink", command.target, command.path]
        case Unhex():
            return ["unhex", command.source, command.target, command.executable]
        case Compare():
            return ["compare", command.left, command.right]
