"""Launcher: any number of sandboxes at once, through one small process that is started when first needed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from bootstrap.errors import BootstrapError
from bootstrap.recipe.model import Limits
from bootstrap.sandbox.inside.commands import signal_name
from bootstrap.sandbox.inside.init import HEADER, PROGRESS
from bootstrap.sandbox.model import Outcome, Sandbox, with_defaults
from bootstrap.sandbox.request import request
from bootstrap.sandbox.supervise import LauncherDied, Watched
from bootstrap.sandbox.unavailable import diagnose

# The directory that holds the package `bootstrap`: the launcher process runs without site.
_HOME = str(Path(__file__).resolve().parents[2])

_START = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from bootstrap.sandbox.inside import launch; launch.main(int(sys.argv[2]))"
)


class Launcher:
    """Runs sandboxes; a context manager, at whose end every sandbox is killed and none is left.

    `run` may be called from several threads at once. The launcher process lives in a session of its
    own, so that a terminal's Ctrl-C reaches the caller only; when the caller dies, however it dies,
    the kernel closes its end of a socket and the process ends with all its sandboxes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints = -1

    def __enter__(self) -> Launcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the launcher process, without waiting until it is ready; `run` does so if need be."""
        with self._lock:
            if self._control is None:
                self._start()

    def close(self) -> None:
        """Kill every sandbox that still runs, and end the launcher process."""
        with self._lock:
            self._stop()

    def run(
        self,
        sandbox: Sandbox,
        *,
        log: str | Path,
        cancel: threading.Event | None = None,
        on_output: Callable[[bytes], None] | None = None,
    ) -> Outcome:
        """Run one sandbox to its end, whatever that is.

        `log` is made anew and gets what the commands write; `on_output` gets the same, in pieces as
        they come, in this thread. Setting `cancel` kills the sandbox.

        SandboxUnavailable if this host forbids it. BootstrapError if a bind's source does not exist
        or cannot be bound, or if its target lies within one of the host's own directories (`root`).
        ValueError for binds and links that do not go together (`mounts.plan`).
        """
        started = time.monotonic()
        limits = with_defaults(sandbox.limits)
        message = request(sandbox, limits)
        with ExitStack() as stack:
            log_file = _opened(stack, _create(log))
            stdout_file = None
            if sandbox.stdout_file is not None:
                stdout_file = _opened(stack, _create(sandbox.stdout_file))
            body = _opened(stack, os.memfd_create("sandbox"))
            memory = -1 if limits.memory is None else limits.memory
            _write_all(
                body, HEADER.pack(-1, limits.processes, memory, sandbox.conditions is not None) + message
            )
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            stack.enter_context(ours)
            with theirs:
                log_pipe, log_end = os.pipe()
                _opened(stack, log_pipe)
                ends = [log_end, log_end]
                stdout = None
                if stdout_file is not None:
                    stdout_pipe, ends[1] = os.pipe()
                    stdout = (_opened(stack, stdout_pipe), stdout_file)
                try:
                    self._send([body, theirs.fileno(), *ends])
                finally:
                    for end in {*ends}:
                        os.close(end)
            watched = Watched(
                status=ours,
                log=(log_pipe, log_file),
                stdout=stdout,
                limits=limits,
                writable=tuple(os.fspath(bind.source) for bind in sandbox.binds if bind.writable),
                cancel=cancel,
                on_output=on_output,
            )
            try:
                watched.follow()
            except LauncherDied:
                raise BootstrapError(
                    f"the sandbox launcher died{self._last_words()}",
                    hint="the machine may be out of memory; running the same again starts a new one",
                ) from None
            progress = PROGRESS.unpack(os.pread(body, PROGRESS.size, 0))[0]
            writers = _writers(watched.told, body)
        _refuse_unmade(watched.told)
        return _outcome(watched, sandbox, limits, progress, time.monotonic() - started, writers)

    def _send(self, descriptors: list[int]) -> None:
        with self._lock:
            if self._control is None:
                self._start()
            assert self._control is not None
            try:
                socket.send_fds(self._control, [b"!"], descriptors)
            except (BrokenPipeError, ConnectionResetError):
                # It was killed while nothing was asked of it.
                self._stop()
                self._start()
                socket.send_fds(self._control, [b"!"], descriptors)

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._complaints = os.memfd_create("sandbox-launcher-stderr")
        kept = {"LD_LIBRARY_PATH": os.environ["LD_LIBRARY_PATH"]} if "LD_LIBRARY_PATH" in os.environ else {}
        with theirs, ExitStack() as undo:
            undo.callback(ours.close)
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-X", "utf8", "-c", _START, _HOME, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._complaints,
                pass_fds=(theirs.fileno(),),
                # Nothing of the caller's environment may reach a build, not even through process 1.
                env=kept,
                start_new_session=True,
            )
            undo.pop_all()
        self._control = ours

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.wait()
            self._process = None
        if self._complaints >= 0:
            os.close(self._complaints)
            self._complaints = -1

    def _last_words(self) -> str:
        with self._lock:
            if self._complaints < 0:
                return " (it was closed)"
            text = os.pread(self._complaints, 1 << 16, 0).decode(errors="replace").strip()
        return f":\n{text}" if text else ""


def _opened(stack: ExitStack, descriptor: int) -> int:
    stack.callback(os.close, descriptor)
    return descriptor


def _create(path: str | Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _refuse_unmade(told: dict[str, Any]) -> None:
    """Raise what is to be raised if the sandbox could not be made."""
    if "clone" in told:
        raise diagnose(told["clone"], "clone")
    if "crash" in told:
        raise BootstrapError(f"the sandbox's process 1 crashed:\n{told['crash']}")
    if "setup" in told:
        call, about, errno = told["setup"]
        if errno in (2, 20) or not call:  # ENOENT, ENOTDIR: something of the caller's
            raise BootstrapError(f"the sandbox could not be made: {call}({about}): {os.strerror(errno)}")
        raise diagnose(errno, f"{call}({about})")


def _writers(told: dict[str, Any], body: int) -> dict[str, str]:
    """What process 1 wrote behind the request: too much for a message."""
    if "writers" not in told.get("done", {}):
        return {}
    offset, size = told["done"]["writers"]
    programs, paths = json.loads(os.pread(body, size, offset))
    return {path: programs[number] for path, number in paths.items()}


def _observed(told: dict[str, Any]) -> dict[str, Any]:
    observed: dict[str, Any] = told.get("observed", {})
    done = told.get("done", {})
    if "traps" in done:
        observed = {**observed, "traps": done["traps"]}
    if "refused" in done:
        observed = {**observed, "refused": {**observed.get("refused", {}), **done["refused"]}}
    return observed


def _outcome(
    watched: Watched,
    sandbox: Sandbox,
    limits: Limits,
    progress: int,
    wall: float,
    writers: dict[str, str],
) -> Outcome:
    wait_status, user, system, peak = watched.told["ended"]
    done = watched.told.get("done", {})
    limit = watched.limit or done.get("limit") or watched.told["passed"]
    running = done.get("index", progress if 0 <= progress < len(sandbox.commands) else None)
    usage = {
        "wall": wall,
        "user": user,
        "system": system,
        "peak_memory": peak,
        "command_walls": tuple(done.get("walls", ())),
        "observed": _observed(watched.told),
        "writers": writers,
    }
    if limit is not None:
        message = _limit_message(limit, limits)
        if sandbox.root != "host":  # where no recipe says so
            message += f"; limits({limit} = ...) in the recipe raises it"
        return Outcome(ok=False, limit=limit, failed_index=running, message=message, **usage)
    if done.get("ok"):
        # Even if it was cancelled a moment later: all has been done.
        return Outcome(ok=True, **usage)
    if watched.cancelled:
        return Outcome(ok=False, cancelled=True, failed_index=running, message="cancelled", **usage)
    if not done:
        number = os.WTERMSIG(wait_status) if os.WIFSIGNALED(wait_status) else None
        by = "" if number is None else f" by {signal_name(number)}"
        return Outcome(
            ok=False,
            failed_index=running,
            signal=number,
            message=f"the whole sandbox was killed{by} from outside; the kernel does so when memory runs out",
            **usage,
        )
    return Outcome(
        ok=False,
        failed_index=running,
        exit_status=done["status"],
        signal=done["signal"],
        message=done["message"],
        **usage,
    )


_UNITS = {
    "time": "{} seconds of wall time",
    "memory": "{} bytes of memory",
    "output": "{} bytes of output",
    "files": "{} files, directories and links where it may write",
    "log": "{} bytes of log",
    "processes": "{} processes and threads",
}


def _limit_message(limit: str, limits: Limits) -> str:
    value = getattr(limits, limit)
    allowed = _UNITS[limit].format(f"{value:g}" if isinstance(value, float) else f"{value:,}")
    return f"passed its limit of {allowed} and was killed whole"
