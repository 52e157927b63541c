"""Commands, mounts, limits → exit status and usage: one build in a sandbox that sees only its inputs.

    model.py        Bind, Sandbox, Outcome: what is to be run, and what came of it
    contract.py     what every build sees, as constants (docs/reference/sandbox.md is the prose)
    conditions.py   in what a sandbox may differ from the contract, for builds that are compared
    request.py      what process 1 is told: the contract's values, or those of the conditions
    launcher.py     Launcher: any number of sandboxes at once through one small process
    supervise.py    one running sandbox watched from outside: log, time, output
    usage.py        bytes beneath the directories a build may write to
    sources.py      where the source of a bind really lies
    unavailable.py  why this host has no namespaces, and how to allow them
    entry.py        `bootstrap exec`: the caller itself, with the store at its logical place
    mounts.py       mounts as values, planned before anything is mounted
    host_root.py    the plan of a root that is the host's own, read-only
    grafts.py       names of the host's root shown in another
    seccomp.py      the filter of system calls
    seccomp_host.py the one beneath the host's root
    syscalls.py     one thin function per system call
    wire.py         a message with file descriptors
    inside/         what runs in the small process and in the sandboxes; imports next to nothing

How a build is started. The launcher process (`inside/launch.py`) has one thread and few pages, so
that one clone(2) gives it a child in new user, mount, pid, net, ipc, uts and cgroup namespaces in
about a millisecond. That child is the sandbox's process 1 (`inside/init.py`): it makes the mounts,
gives up every right, and only then runs the commands one after another. It answers nothing and is
answered nothing; when it ends, the kernel ends all that is left in its namespaces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bootstrap.sandbox.entry import enter
    from bootstrap.sandbox.launcher import Launcher
    from bootstrap.sandbox.model import Bind, Outcome, Sandbox, base_environment
    from bootstrap.sandbox.unavailable import diagnose

__all__ = ["Bind", "Launcher", "Outcome", "Sandbox", "base_environment", "diagnose", "enter"]

_HOMES = {
    "Bind": "model",
    "Launcher": "launcher",
    "Outcome": "model",
    "Sandbox": "model",
    "base_environment": "model",
    "diagnose": "unavailable",
    "enter": "entry",
}


def __getattr__(name: str) -> Any:
    # Imported when asked for: the launcher process and `bootstrap exec` must start in milliseconds,
    # and neither needs the other names.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
