"""How the limits of builds are kept, and what the host's own limits leave of what a build is to see."""

from __future__ import annotations

import os
import resource
from collections.abc import Mapping

from bootstrap.doctor.finding import Finding
from bootstrap.sandbox import contract
from bootstrap.sandbox.inside import cgroups

_DELEGATE = "as an ordinary user on a host with systemd: systemd-run --user --scope -p Delegate=yes COMMAND"


def control_groups(homes: Mapping[str, cgroups.Home] | None = None) -> Finding:
    """Which limits the kernel keeps by itself; a group is really made. `homes`: None asks the host."""
    homes = cgroups.find() if homes is None else dict(homes)
    group = cgroups.make(dict(homes), f"bootstrap-{os.getpid()}-0", contract.DEFAULT_PROCESSES, 1 << 30)
    cgroups.remove(group)
    kept = {name: home for name, home in homes.items() if group.directories}
    groups = ", ".join(f"{name} (version {home.version}, {home.path})" for name, home in sorted(kept.items()))
    missing = [name for name in cgroups.CONTROLLERS if name not in kept]
    if not missing:
        return Finding("control groups", "ok", f"limits on memory and processes are kept by {groups}")
    by = f"; {groups} can be made" if groups else ""
    names = " and ".join("processes" if name == "pids" else name for name in missing)
    says = f"none for {names}: such limits are kept by rlimit and by looking ten times a second{by}"
    return Finding("control groups", "warn", says, f"nothing, if recipes are trusted; {_DELEGATE}")


def host_limits() -> list[Finding]:
    """Whether the host's hard limits are lower than what the sandbox contract promises every build."""
    lower = []
    for name, _, promised in contract.LIMITS:
        hard = resource.getrlimit(getattr(resource, name))[1]
        if hard != resource.RLIM_INFINITY and (promised == contract.INFINITY or hard < promised):
            lower.append((name, hard, "unlimited" if promised == contract.INFINITY else str(promised)))
    if lower:
        told = ", ".join(f"{name} {hard} of {promised}" for name, hard, promised in lower)
        promises = Finding(
            "limits",
            "warn",
            f"lower than what builds are promised: {told}; one that notices may give other bytes",
            "raise the hard limits: limits.conf(5), or LimitNOFILE= and the like in systemd",
        )
    else:
        promises = Finding("limits", "ok", "all that builds are promised is below the host's")
    return [promises, _processes(resource.getrlimit(resource.RLIMIT_NPROC)[1])]


def _processes(hard: int) -> Finding:
    if os.geteuid() == 0 or hard == resource.RLIM_INFINITY or hard >= contract.DEFAULT_PROCESSES:
        return Finding("processes", "ok", "as many as builds may have by default")
    return Finding(
        "processes",
        "warn",
        f"{hard} for all that this user runs, and a build may want {contract.DEFAULT_PROCESSES}",
        "raise the hard limit (ulimit -Hu, limits.conf(5)), or build with fewer jobs (-j)",
    )
