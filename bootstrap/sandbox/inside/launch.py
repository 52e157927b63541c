"""The launcher process: one clone(2) per request, one message at each end.

It has one thread and few pages, so that a child costs little. Over its control socket comes a byte
per sandbox with file descriptors (`init.Descriptors`); over the status socket among them go

    "started" with a pidfd of the sandbox's process 1; whoever kills that kills all of the sandbox
    {"clone": errno}                            no namespaces; nothing follows
    what process 1 tells (see `init`)           nothing, if it was killed
    {"ended": [wait status, user s, system s, peak bytes], "passed": a limit or null}
                                                nothing of the sandbox is left

When the control socket's other end is gone, it kills what still runs and ends. When it is killed
itself, the kernel kills every process 1 (PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
from typing import Any, NamedTuple, NoReturn

from bootstrap.sandbox import mounts, seccomp
from bootstrap.sandbox import syscalls as sys
from bootstrap.sandbox.inside import cgroups, init
from bootstrap.sandbox.wire import receive

NAMESPACES = (
    sys.CLONE_NEWUSER
    | sys.CLONE_NEWNS
    | sys.CLONE_NEWPID
    | sys.CLONE_NEWNET
    | sys.CLONE_NEWIPC
    | sys.CLONE_NEWUTS
)
"""And CLONE_NEWCGROUP, once process 1 is in its group (`init`)."""

_MAX_DESCRIPTORS = 4


class _Running(NamedTuple):
    pid: int
    pidfd: int
    status: socket.socket
    group: cgroups.Group


def main(control: int) -> NoReturn:
    """Serve the control socket until its other end is closed."""
    # What is not the user's terminal's business: Ctrl-C goes to the caller, which then closes the socket.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Every process 1 waits for its children by sigtimedwait(2); commands start with nothing blocked.
    signal.pthread_sigmask(signal.SIG_SETMASK, {signal.SIGCHLD})
    os.chdir("/")
    _rename()
    if os.geteuid() == 0:
        try:
            os.setgroups([])
        except PermissionError:
            pass
    # A collection would touch, and so copy, pages that all children share.
    gc.disable()
    _serve(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, control))
    os._exit(0)


def _rename() -> None:
    """Take the command line, which names the user's directories, out of what /proc shows to builds."""
    with open("/proc/self/stat", "rb") as file:
        fields = file.read().rpartition(b")")[2].split()
    start, end = int(fields[45]), int(fields[46])  # proc_pid_stat(5): (48) arg_start, (49) arg_end
    if 0 < start < end:
        sys.fill_memory(start, end - start, b"sandbox")
    with open("/proc/self/comm", "wb") as file:
        file.write(b"sandbox")


def _serve(control: socket.socket) -> None:
    shared = init.Shared(
        launcher=os.pidfd_open(os.getpid()),
        uid=os.geteuid(),
        gid=os.getegid(),
        seccomp=seccomp.assemble(),
        mounts=tuple(mounts.fixed(mounts.names_in_proc())),
    )
    homes = cgroups.find()
    cgroups.sweep(homes)
    started_so_far = 0
    running: dict[int, _Running] = {}
    poll = select.poll()
    poll.register(control, select.POLLIN)
    while True:
        for descriptor, _ in poll.poll():
            if descriptor != control.fileno():
                poll.unregister(descriptor)
                _reap(running.pop(descriptor))
                continue
            message, received = receive(control, 1, _MAX_DESCRIPTORS)
            if not message:
                for sandbox in running.values():
                    signal.pidfd_send_signal(sandbox.pidfd, signal.SIGKILL)
                for sandbox in running.values():
                    _reap(sandbox)
                return
            started_so_far += 1
            name = f"bootstrap-{os.getpid()}-{started_so_far}"
            started = _start(init.Descriptors(*received), shared, homes, name)
            if started is not None:
                running[started.pidfd] = started
                poll.register(started.pidfd, select.POLLIN)


def _start(
    descriptors: init.Descriptors, shared: init.Shared, homes: dict[str, cgroups.Home], name: str
) -> _Running | None:
    header = os.pread(descriptors.request, init.HEADER.size, 0)
    _, processes, memory, has_conditions = init.HEADER.unpack(header)
    if has_conditions:
        # Once, for every such sandbox.
        from bootstrap.sandbox.inside import conditions, random_files  # noqa: F401
        from bootstrap.sandbox.inside.traps import supervised  # noqa: F401
    group = cgroups.make(homes, name, processes, None if memory < 0 else memory)
    status = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, descriptors.status)
    try:
        pid = sys.clone(NAMESPACES)
        if pid == 0:
            init.run(descriptors, shared, group)
    except sys.CallFailed as error:
        _send(status, {"clone": error.errno})
        status.close()
        cgroups.remove(group)
        return None
    finally:
        for descriptor in {descriptors.request, descriptors.log, descriptors.stdout}:
            os.close(descriptor)
    pidfd = os.pidfd_open(pid)
    try:
        socket.send_fds(status, [b"started"], [pidfd])
    except OSError:
        pass  # nobody waits for it any more; the control socket will say so
    return _Running(pid, pidfd, status, group)


def _reap(sandbox: _Running) -> None:
    _, status, usage = os.wait4(sandbox.pid, 0)
    os.close(sandbox.pidfd)
    peak = max(usage.ru_maxrss * 1024, cgroups.peak(sandbox.group))
    ended = [status, usage.ru_utime, usage.ru_stime, peak]
    passed = cgroups.passed(sandbox.group)
    cgroups.remove(sandbox.group)
    _send(sandbox.status, {"ended": ended, "passed": passed})
    sandbox.status.close()


def _send(status: socket.socket, message: dict[str, Any]) -> None:
    try:
        status.send(json.dumps(message).encode())
    except OSError:
        pass
