"""One command: what it does, its program found and started, and in which words it failed.

A command crosses from the caller as a list: its kind and its fields in the order of
`bootstrap.recipe.model`. Everything here runs in process 1 after it has given up its rights.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any, NamedTuple

from bootstrap.sandbox.inside import files

# signal(7): all but those that cannot be set and those the C library keeps for itself.
SETTABLE_SIGNALS = [number for number in range(1, 65) if number not in (9, 19, 32, 33)]


class Failed(Exception):
    """A command failed: what a person should read, and exit status or signal if a program had one."""

    def __init__(self, message: str, *, exit_status: int | None = None, signal: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.exit_status = exit_status
        self.signal = signal


class Streams(NamedTuple):
    """File descriptors that programs are started with."""

    stdin: int
    stdout: int
    stderr: int


Spawn = Callable[[str, list[str], dict[str, str], Streams], int]
"""Starts a program, with its argv, environment and streams; gives its pid, or raises OSError."""


def perform(
    command: list[Any],
    build: str,
    environment: dict[str, str],
    streams: Streams,
    wait: Callable[[int], int],
    spawn: Spawn,
) -> None:
    """Carry out one command in the working directory `build`; `Failed` unless it succeeds.

    `wait` gives a program's wait status.
    """
    kind, *fields = command
    if kind == "exec":
        _perform_exec(*fields, build=build, environment=environment, streams=streams, wait=wait, spawn=spawn)
        return
    os.chdir(build)
    try:
        _BUILTINS[kind](*fields)
    except (files.Differs, files.NotHex) as fault:
        raise Failed(f"{kind}: {fault}") from None
    except OSError as error:
        raise Failed(f"{kind}: {describe(error)}") from None


_BUILTINS: dict[str, Callable[..., None]] = {
    "mkdir": files.make_directory,
    "copy": files.copy,
    "write": files.write,
    "symlink": files.make_symlink,
    "unhex": files.unhex,
    "compare": files.compare,
}


def describe(error: OSError) -> str:
    """path: what was wrong with it."""
    if error.filename is None:
        return str(error.strerror)
    names = f"{error.filename}" if error.filename2 is None else f"{error.filename2} -> {error.filename}"
    return f"{names}: {error.strerror}"


def _perform_exec(
    argv: list[str],
    cwd: str,
    stdout: str,
    stdin: str,
    env: list[list[str]],
    *,
    build: str,
    environment: dict[str, str],
    streams: Streams,
    wait: Callable[[int], int],
    spawn: Spawn,
) -> None:
    environment = {**environment, **dict(env)}
    opened = []
    try:
        os.chdir(os.path.join(build, cwd))
        if stdin:
            opened.append(os.open(stdin, os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC))
            streams = streams._replace(stdin=opened[-1])
        if stdout:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOCTTY | os.O_CLOEXEC
            opened.append(os.open(stdout, flags, 0o666))
            streams = streams._replace(stdout=opened[-1])
    except OSError as error:
        for descriptor in opened:
            os.close(descriptor)
        raise Failed(f"{argv[0]} was not started: {describe(error)}") from None
    try:
        status = wait(_start(argv, environment, streams, spawn))
    finally:
        for descriptor in opened:
            os.close(descriptor)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        note = _SIGNAL_NOTES.get(number, "")
        raise Failed(f"{argv[0]} was killed by {signal_name(number)}{note}", signal=number)
    if os.WEXITSTATUS(status):
        code = os.WEXITSTATUS(status)
        raise Failed(f"{argv[0]} ended with exit status {code}", exit_status=code)


_SIGNAL_NOTES: dict[int, str] = {
    signal.SIGXFSZ: ": no single file may be larger than 64 GiB",
    signal.SIGSYS: ": it made a system call of another architecture than x86_64",
}


def signal_name(number: int) -> str:
    """Signal 11 (SIGSEGV)."""
    try:
        return f"signal {number} ({signal.Signals(number).name})"
    except ValueError:
        return f"signal {number}"


def _start(argv: list[str], environment: dict[str, str], streams: Streams, spawn: Spawn) -> int:
    program = find_program(argv[0], environment.get("PATH", ""))
    try:
        return spawn(program, argv, environment, streams)
    except OSError as error:
        raise Failed(f"{program} cannot be run: {_why_not(program, error)}") from None


def spawn(program: str, argv: list[str], environment: dict[str, str], streams: Streams) -> int:
    """`Spawn` by posix_spawn(3), with no signal blocked or ignored."""
    return os.posix_spawn(
        program,
        argv,
        environment,
        file_actions=[
            (os.POSIX_SPAWN_DUP2, streams.stdin, 0),
            (os.POSIX_SPAWN_DUP2, streams.stdout, 1),
            (os.POSIX_SPAWN_DUP2, streams.stderr, 2),
        ],
        setsigmask=[],
        setsigdef=SETTABLE_SIGNALS,
    )


def find_program(name: str, path: str) -> str:
    """The file that `name` means: itself if it holds a "/", else the first on `path` that can be run."""
    if "/" in name:
        return name
    for directory in path.split(":"):
        candidate = os.path.join(directory or ".", name)
        if os.path.isfile(candidate) and os.access(candidate, os.X_OK):
            return candidate
    raise Failed(f"{name} is not on PATH, which is {path!r}")


def _why_not(program: str, error: OSError) -> str:
    """The error in words; a file that is there but "not found" lacks its interpreter."""
    if error.errno == 2 and os.path.isfile(program):
        try:
            with open(program, "rb") as file:
                head = file.read(256)
        except OSError:
            return str(error.strerror)
        if head.startswith(b"#!"):
            interpreter = head[2:].split(b"\n")[0].strip().split(b" ")[0]
            return f"its interpreter {os.fsdecode(interpreter)} does not exist in the sandbox"
        return "its dynamic loader does not exist in the sandbox"
    if error.errno == 8:
        return f"{error.strerror} (neither an ELF file of this machine nor a script with #!)"
    return str(error.strerror)
