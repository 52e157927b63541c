"""EIO from one system call of a run, wherever it is: in the store, the fetcher, SQLite or a build.

A seccomp filter asks us before each call that reads or changes files (seccomp_unotify(2)); all go on
but one.
"""

from __future__ import annotations

import array
import ctypes
import errno
import fcntl
import os
import random
import select
import socket
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

from bootstrap.sandbox import syscalls
from bootstrap.sandbox.seccomp import (
    AUDIT_ARCH_X86_64,
    BPF_JMP_JEQ_K,
    BPF_LD_W_ABS,
    BPF_RET_K,
    SECCOMP_RET_ALLOW,
)
from tests.faults.project import Project
from tests.faults.tally import Tally, Watch

SYS_seccomp = 317  # arch/x86/entry/syscalls/syscall_64.tbl
ON_FILES = {"read": 0, "write": 1, "pread64": 17, "pwrite64": 18, "writev": 20, "sendfile": 40, "fsync": 74}
ON_FILES |= {"fdatasync": 75, "ftruncate": 77, "fchmod": 91, "getdents64": 217, "copy_file_range": 326}
ON_NAMES = {"rename": 82, "mkdir": 83, "rmdir": 84, "link": 86, "unlink": 87, "symlink": 88, "chmod": 90}
ON_NAMES |= {
    "utimensat": 280,
    "mkdirat": 258,
    "unlinkat": 263,
    "renameat": 264,
    "linkat": 265,
    "symlinkat": 266,
}
NAMES = {number: name for name, number in (ON_FILES | ON_NAMES).items()}

SECCOMP_SET_MODE_FILTER = 1  # include/uapi/linux/seccomp.h
SECCOMP_FILTER_FLAG_NEW_LISTENER = 1 << 3
SECCOMP_RET_USER_NOTIF = 0x7FC00000
SECCOMP_IOCTL_NOTIF_RECV = 0xC0502100
SECCOMP_IOCTL_NOTIF_SEND = 0xC0182101
SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1
_WHY = ("Input/output error", "disk I/O error", "database disk image is malformed")
"""What a run may say of it; the last is SQLite's word for a page that cannot be read."""
_NOTIF = struct.Struct("=QIIiIQ6Q")  # struct seccomp_notif
_RESPONSE = struct.Struct("=QqiI")  # struct seccomp_notif_resp


def io_errors(directory: Path, number: int) -> Tally:
    """`number` runs, each with one EIO, spread over all calls that an undisturbed run makes."""
    tally = Tally(fault="I/O error of a system call")
    project = Project(directory, directory / "home")
    project.round(0)
    calls, _, _ = run_with_error(project, lambda number, call: False)
    wrong = project.unfinished(0)
    for round in range(1, number + 1):
        project.round(round)
        nth = random.Random(round).randrange(calls * (round - 1) // number, calls * round // number)
        watch = Watch(project.home)
        _, failed, done = run_with_error(project, lambda number, call, nth=nth: number == nth)
        if "Traceback" in done.stderr or done.returncode not in (0, 1, 3, 4, 6, 8):
            wrong.append(f"ended with {done.returncode}: {done.stderr[-800:]}")
        if done.returncode and not says_why(done.stderr):
            wrong.append(f"does not say why: {done.stderr[-800:]}")
        tally.count(f"{failed}, call {nth}", [*wrong, *watch.compare(tally), *project.unfinished(round)])
        wrong = []
    return tally


def says_why(told: str) -> bool:
    return any(words in told for words in _WHY)


def run_with_error(
    project: Project, fails: Callable[[int, str], bool]
) -> tuple[int, str, subprocess.CompletedProcess[str]]:
    """A run of which the first call fails for which `fails`, given its number and what it is, is true.

    How many calls there were, which failed, how it ended.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = subprocess.Popen(
            project.command("run", "first"),
            cwd=project.root,
            env=project.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: _install(theirs),
            pass_fds=[theirs.fileno()],
        )
        listener = _receive(ours)
    with process:
        told = {process.stdout: b"", process.stderr: b""}
        count, failed = 0, "none"
        try:
            poll = select.poll()
            poll.register(listener, select.POLLIN)
            for pipe in told:
                assert pipe is not None
                poll.register(pipe, select.POLLIN)
            open_pipes = {pipe.fileno(): pipe for pipe in told if pipe is not None}
            while open_pipes:
                for fd, event in poll.poll(1000):
                    if fd in open_pipes:
                        data = os.read(fd, 65536)
                        told[open_pipes[fd]] += data
                        if not data:
                            poll.unregister(open_pipes.pop(fd))
                    elif event & select.POLLIN:
                        call = _next(listener, project.home)
                        if call is not None:
                            failing = failed == "none" and call[1] is not None and fails(count, call[1])
                            if failing:
                                failed = str(call[1])
                            count += call[1] is not None
                            _answer(listener, call[0], failing)
                    else:
                        poll.unregister(listener)
        finally:
            os.close(listener)
    out, err = (told[pipe].decode() for pipe in (process.stdout, process.stderr))
    return count, failed, subprocess.CompletedProcess(process.args, process.returncode, out, err)


def _next(listener: int, home: Path) -> tuple[int, str | None] | None:
    """The next call that waits for an answer: its id, and what it is if it concerns the home."""
    buffer = bytearray(_NOTIF.size)
    try:
        fcntl.ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, buffer)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EINTR):
            return None  # its process was killed
        raise
    id, pid, _, number, _, _, *arguments = _NOTIF.unpack(buffer)
    name = NAMES[number]
    if name in ON_NAMES:
        return id, name
    try:
        file = os.readlink(f"/proc/{pid}/fd/{arguments[0] & 0xFFFFFFFF}")
    except OSError:
        return id, None
    return id, f"{name} of {file}" if file.startswith(f"{home}/") else None


def _answer(listener: int, id: int, failing: bool) -> None:
    fate = (0, -errno.EIO, 0) if failing else (0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE)
    try:
        fcntl.ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, _RESPONSE.pack(id, *fate))
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise


class _SockFprog(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_char_p))  # struct sock_fprog, linux/filter.h


def _install(to: socket.socket) -> None:
    """In the child: the filter, whose listener goes to the parent."""
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1, name="PR_SET_NO_NEW_PRIVS")
    numbers = sorted(NAMES)
    program = [
        (BPF_LD_W_ABS, 0, 0, 4),
        (BPF_JMP_JEQ_K, 1, 0, AUDIT_ARCH_X86_64),
        (BPF_RET_K, 0, 0, SECCOMP_RET_ALLOW),
    ]
    program.append((BPF_LD_W_ABS, 0, 0, 0))
    program += [(BPF_JMP_JEQ_K, len(numbers) - index, 0, number) for index, number in enumerate(numbers)]
    program += [(BPF_RET_K, 0, 0, SECCOMP_RET_ALLOW), (BPF_RET_K, 0, 0, SECCOMP_RET_USER_NOTIF)]
    raw = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    fprog = _SockFprog(len(program), raw)
    call = ctypes.CDLL(None, use_errno=True).syscall
    listener = call(
        SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, ctypes.byref(fprog)
    )
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    to.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [listener]))])
    os.close(listener)


def _receive(ours: socket.socket) -> int:
    _, control, _, _ = ours.recvmsg(1, socket.CMSG_SPACE(4))
    return int(array.array("i", control[0][2])[0])
