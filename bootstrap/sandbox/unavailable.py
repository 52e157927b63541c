"""Why this host does not give the namespaces a build needs, and how to allow them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from errno import EACCES, EINVAL, ENOSPC, ENOSYS, EPERM, EUSERS, errorcode

from bootstrap.errors import SandboxUnavailable


def diagnose(errno: int, call: str, *, root: str = "/", is_root: bool | None = None) -> SandboxUnavailable:
    """The error to raise when `call` failed with `errno` while a sandbox was made.

    Its hint holds every setting that is known to forbid it and is found to be set so, each with the
    command that allows it; `root` is where /proc, /sys and the like are read. `is_root`: whether the
    caller is root; None asks the system.
    """
    if is_root is None:
        is_root = os.geteuid() == 0
    found = list(_reasons(errno, call, root, is_root))
    if not found:
        found = [
            "no setting that is known to forbid it was found; `unshare --user --map-root-user --mount "
            "--pid --fork --mount-proc true` should succeed before this does"
        ]
    name = errorcode.get(errno, str(errno))
    return SandboxUnavailable(
        f"this host does not give the namespaces a build needs: {call} failed with {name} "
        f"({os.strerror(errno)})",
        hint="\n        ".join(found),
    )


def _reasons(errno: int, call: str, root: str, is_root: bool) -> Iterator[str]:
    if not os.path.exists(os.path.join(root, "proc/self")):
        yield "/proc is not mounted: `mount -t proc proc /proc`"
        return
    if not os.path.lexists(os.path.join(root, "proc/self/ns/user")):
        yield "the kernel was built without user namespaces (CONFIG_USER_NS); another kernel is needed"
    yield from settings(root, is_root=is_root)
    if errno in (ENOSPC, EUSERS):
        for kind in _KINDS:
            limit = _read(root, f"proc/sys/user/max_{kind}_namespaces")
            if limit and limit != "0":
                yield (
                    f"user.max_{kind}_namespaces is {limit}, and so many may be in use: "
                    f"`sudo sysctl -w user.max_{kind}_namespaces={max(15000, 2 * int(limit))}`"
                )
    if errno not in (EPERM, EACCES, ENOSYS, EINVAL):
        return
    if call.startswith("clone") and _is_chroot(root):
        yield "this process is in a chroot, where the kernel allows no user namespaces: start outside of it"
    container = _container(root)
    if container:
        if call.startswith("mount") and "proc" in call:
            yield (
                f"{container} covers parts of /proc, so that no other may be mounted: start it with "
                "`--security-opt systempaths=unconfined` (Docker) or `--security-opt unmask=ALL` (Podman)"
            )
        else:
            yield (
                f"{container} forbids it: start it with `--security-opt seccomp=unconfined "
                "--security-opt apparmor=unconfined --security-opt systempaths=unconfined` (Docker) or "
                "`--security-opt seccomp=unconfined --security-opt unmask=ALL` (Podman)"
            )
    elif _status(root, "Seccomp") == "2":
        yield (
            "a seccomp filter is on this process and may forbid it: start outside of the service or "
            "program that set it (systemd: RestrictNamespaces=, SystemCallFilter=)"
        )
    if call.startswith("prctl(PR_SET_SECCOMP"):
        yield "the kernel was built without CONFIG_SECCOMP_FILTER; another kernel is needed"
    if _read(root, "sys/fs/selinux/enforce") == "1":
        yield "SELinux is enforcing; `ausearch -m avc -ts recent` shows whether it was what refused"


_KINDS = ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup")


def settings(root: str = "/", *, is_root: bool) -> Iterator[str]:
    """Every kernel setting that forbids namespaces (to users other than root, unless `is_root`), and
    the command that allows them."""
    if not is_root and _read(root, "proc/sys/kernel/unprivileged_userns_clone") == "0":
        yield (
            "kernel.unprivileged_userns_clone is 0: `sudo sysctl -w kernel.unprivileged_userns_clone=1`, "
            "and the same line in /etc/sysctl.d/ to keep it"
        )
    if not is_root and _read(root, "proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1":
        yield (
            "kernel.apparmor_restrict_unprivileged_userns is 1 (Ubuntu 23.10 and later): `sudo sysctl -w "
            "kernel.apparmor_restrict_unprivileged_userns=0`, or an AppArmor profile with `userns,` for "
            "this Python"
        )
    for kind in _KINDS:
        if _read(root, f"proc/sys/user/max_{kind}_namespaces") == "0":
            yield f"user.max_{kind}_namespaces is 0: `sudo sysctl -w user.max_{kind}_namespaces=15000`"


def _read(root: str, path: str) -> str | None:
    try:
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return None


def _status(root: str, field: str) -> str | None:
    for line in (_read(root, "proc/self/status") or "").splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return value.strip()
    return None


def _is_chroot(root: str) -> bool:
    mounts = _read(root, "proc/self/mountinfo")
    return mounts is not None and not any(
        fields[4] == "/" for line in mounts.splitlines() if len(fields := line.split()) > 4
    )


def _container(root: str) -> str | None:
    if os.path.exists(os.path.join(root, ".dockerenv")):
        return "this Docker container"
    if os.path.exists(os.path.join(root, "run/.containerenv")):
        return "this Podman container"
    if os.path.exists(os.path.join(root, "var/run/secrets/kubernetes.io")):
        return "this Kubernetes pod"
    kind = _read(root, "run/systemd/container")
    return f"this {kind} container" if kind else None
