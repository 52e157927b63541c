"""Namespaces: what forbids them, and whether a sandbox can really be made."""

from __future__ import annotations

import os
import stat
import tempfile
import time

from bootstrap.doctor.finding import Finding
from bootstrap.errors import BootstrapError
from bootstrap.recipe.model import Exec, Limits
from bootstrap.sandbox import Bind, Launcher, Sandbox, contract
from bootstrap.sandbox.unavailable import settings

PROGRAM = bytes.fromhex(
    # ELF header: 64-bit, little-endian, version 1, System V; executable, x86-64, entry 0x400078
    "7f454c46020101000000000000000000 02003e0001000000 7800400000000000 4000000000000000 0000000000000000"
    "00000000 4000 3800 0100 0000 0000 0000"
    # program header: PT_LOAD, readable and executable, all of the file's 0x90 bytes at 0x400000
    "01000000 05000000 0000000000000000 0000400000000000 0000400000000000"
    "9000000000000000 9000000000000000 0010000000000000"
    "bf15000000"  # mov edi, 21      PR_GET_SECCOMP (include/uapi/linux/prctl.h)
    "b89d000000"  # mov eax, 157     prctl (arch/x86/entry/syscalls/syscall_64.tbl)
    "0f05"  #       syscall
    "8d78fe"  #     lea edi, [rax-2] 0 if the answer was 2, SECCOMP_MODE_FILTER
    "b83c000000"  # mov eax, 60      exit
    "0f05"  #       syscall
    "9090"  #       nop nop
)
"""Ends with 0 if its system calls are filtered; needs nothing of the host's but the kernel."""

_TIME = 60.0

_MINOR = {"null": 3, "zero": 5, "full": 7, "random": 8, "urandom": 9}
"""Minor numbers of major 1 (Documentation/admin-guide/devices.txt)."""


def namespaces(root: str = "/") -> Finding:
    """The settings that forbid namespaces to users other than root, whoever asks."""
    found = list(settings(root, is_root=False))
    if not found:
        return Finding("namespaces", "ok", "no setting forbids them")
    says = "forbidden to some users: at most root can build here"
    return Finding("namespaces", "warn", says, "\n".join(found))


def devices(root: str = "/") -> Finding:
    """The device nodes that every sandbox binds."""
    missing = [name for name in contract.DEVICES if not _is_device(os.path.join(root, "dev", name))]
    if not missing:
        return Finding("devices", "ok", "/dev has those that builds see")
    names = " ".join(f"/dev/{name}" for name in missing)
    todo = "\n".join(
        f"as root: rm -f /dev/{name} && mknod -m 666 /dev/{name} c 1 {_MINOR[name]}" for name in missing
    )
    return Finding("devices", "bad", f"missing, or no device: {names}", todo)


def _is_device(path: str) -> bool:
    try:
        return stat.S_ISCHR(os.stat(path).st_mode)
    except OSError:
        return False


def sandbox() -> Finding:
    """A sandbox is made, and a program run in it under the filter of system calls."""
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="bootstrap-doctor-") as directory, Launcher() as launcher:
            program = os.path.join(directory, "program")
            with open(program, "wb") as file:
                file.write(PROGRAM)
            os.chmod(program, 0o555)
            trial = Sandbox(
                binds=(Bind(program, "/bootstrap/program"),),
                commands=(Exec(argv=("/bootstrap/program",)),),
                limits=Limits(time=_TIME),
            )
            outcome = launcher.run(trial, log=os.path.join(directory, "log"))
    except BootstrapError as error:
        return Finding("sandbox", "bad", error.message, error.hint)
    except OSError as error:
        return Finding(
            "sandbox",
            "bad",
            f"no trial could be made: {error}",
            "make room in the directory for temporary files, or name another in TMPDIR",
        )
    if not outcome.ok:
        says = f"no program runs in it: {outcome.message}"
        return Finding("sandbox", "bad", says, _why(outcome.exit_status))
    milliseconds = 1000 * (time.monotonic() - began)
    says = f"made, and a program run in it, its system calls filtered ({milliseconds:.0f} ms)"
    return Finding("sandbox", "ok", says)


def _why(status: int | None) -> str:
    if status is not None:
        return "the kernel took the filter of system calls and does not keep it: start another kernel"
    return (
        "name a directory in TMPDIR from which programs may be run (no mount option noexec), and ask what "
        "security modules this host has"
    )
