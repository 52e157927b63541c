"""`bootstrap exec`: the calling process itself, with a closure at its logical place in the store.

No isolation: the program is the user's own, and sees the user's files, network, terminal and
processes. It only gets a mount namespace in which `/bootstrap/store` exists (law 8). What it may do
is what its user may do, with two exceptions that the kernel insists on in a user namespace: programs
with setuid bits or file capabilities (sudo, ping on some systems) gain nothing by them, and files of
other users are shown as those of nobody.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from sys import executable
from typing import NoReturn

from bootstrap.errors import BootstrapError, UsageError
from bootstrap.sandbox import mounts
from bootstrap.sandbox import syscalls as sys
from bootstrap.sandbox.grafts import graft
from bootstrap.sandbox.sources import attach_all
from bootstrap.sandbox.unavailable import diagnose

# The directory that holds the package `bootstrap`.
_HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

STORE = "/bootstrap/store"

_ROOT_OPTIONS = "mode=0755,size=16m"


def enter(
    closure: Iterable[tuple[str, str]], argv: Sequence[str], env: Mapping[str, str] | None = None
) -> NoReturn:
    """Become `argv`, with every (real path, store path) of `closure` read-only at its store path.

    argv[0] without a "/" is found on the PATH of `env`, which is the caller's own environment if
    None. Working directory, terminal, network, uid and inheritable descriptors stay. From a process of one
    thread it takes a millisecond or two; with more threads it needs a new interpreter first.

    SandboxUnavailable if the host forbids namespaces; UsageError if there is no such program.
    """
    closure = list(closure)
    environment = dict(os.environ if env is None else env)
    attached = attach_all((real, path, False) for real, path in closure)
    cwd = _working_directory()
    try:
        _unshare()
        mounts.new_root(sys.MS_SLAVE, _ROOT_OPTIONS)
        for operation in plan(attached):
            operation.execute()
        mounts.leave_host()
    except sys.CallFailed as error:
        # EINVAL, unshare(2): several threads, or a kernel without user namespaces
        if error.call == "unshare" and error.errno == 22 and len(os.listdir("/proc/self/task")) > 1:
            _start_anew(closure, argv, environment)
        raise diagnose(error.errno or 0, str(error.filename)) from None
    try:
        os.chdir(cwd)
    except OSError:
        os.chdir("/")
    try:
        os.execvpe(argv[0], list(argv), environment)
    except FileNotFoundError:
        raise UsageError(
            f"{argv[0]}: there is no such program", hint="its PATH is " + environment.get("PATH", "empty")
        ) from None
    except OSError as error:
        raise UsageError(f"{argv[0]} cannot be run: {error.strerror}") from None


_RESUME = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from bootstrap.sandbox.entry import resume; resume(int(sys.argv[2]))"
)


def _start_anew(closure: list[tuple[str, str]], argv: Sequence[str], environment: dict[str, str]) -> NoReturn:
    """Go on in a new interpreter: a user namespace can only be entered by a process of one thread."""
    wishes = os.memfd_create("enter", 0)
    with open(wishes, "wb", closefd=False) as file:
        file.write(json.dumps([closure, list(argv), environment]).encode())
    command = [executable, "-I", "-S", "-X", "utf8", "-c", _RESUME, _HOME, str(wishes)]
    os.execv(executable, command)


def resume(wishes: int) -> NoReturn:
    """`enter` with what `_start_anew` left in a file; ends the process with the error's exit status."""
    os.lseek(wishes, 0, os.SEEK_SET)
    with open(wishes, "rb") as file:
        closure, argv, environment = json.load(file)
    try:
        enter(closure, argv, environment)
    except BootstrapError as error:
        os.write(2, f"error: {error}\n".encode())
        os._exit(error.exit_status)


def plan(attached: list[mounts.Attach], host: str = mounts.HOST) -> Iterator[mounts.Operation]:
    """Every top-level name of the host's root as it is, and the closure in the store."""
    for name in sorted(os.listdir(host)):
        path = f"/{name}"
        if path == mounts.HOST or (path == "/bootstrap" and attached):
            continue
        yield from _graft(host, path)
    if not attached:
        return
    yield mounts.Directory("/bootstrap")
    yield mounts.Directory(STORE)
    taken = {attach.path for attach in attached}
    # A host that has such directories itself keeps all of them that the closure does not name.
    for parent, own in (("/bootstrap", {STORE}), (STORE, taken)):
        if os.path.isdir(host + parent) and not os.path.islink(host + parent):
            for name in sorted(os.listdir(host + parent)):
                if f"{parent}/{name}" not in own:
                    yield from _graft(host, f"{parent}/{name}")
    yield from sorted(attached, key=lambda attach: attach.path)


def _graft(host: str, path: str) -> Iterator[mounts.Operation]:
    return graft(host, path, lambda path, is_directory: mounts.Graft(path, path, is_directory))


def _working_directory() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        return "/"


def _unshare() -> None:
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0:
        try:
            # With real root's rights no user namespace is needed, and none is better: all uids stay.
            sys.unshare(sys.CLONE_NEWNS)
            return
        except sys.CallFailed:
            pass
    sys.unshare(sys.CLONE_NEWUSER | sys.CLONE_NEWNS)
    for name, content in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        path = f"/proc/self/{name}"
        try:
            with open(path, "w", encoding="ascii") as file:
                file.write(content)
        except OSError as error:
            raise sys.CallFailed(error.errno or 0, "write", path) from None
