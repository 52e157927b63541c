"""A sandbox's process 1: makes the mounts, gives up every right, runs the commands, tells what came of it.

It comes into being by clone(2) with new namespaces (see `launch`) and never returns. What it tells
goes as one JSON object to the caller: ``{"setup": …}`` if the sandbox could not be made, else
``{"done": …}``. Its commands have exactly its own rights after `_give_up_rights`; from within the
namespace no signal reaches it, and its memory cannot be looked at (PR_SET_DUMPABLE).
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import struct
import time
import traceback
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from bootstrap.sandbox import contract, mounts
from bootstrap.sandbox import syscalls as sys
from bootstrap.sandbox.inside import cgroups, commands, watch

if TYPE_CHECKING:
    from bootstrap.sandbox.inside.conditions import Carried
    from bootstrap.sandbox.inside.traps.supervised import Supervised

# A request's file begins with numbers: of the command that runs, which process 1 writes and the caller
# can look up without being woken for it; of processes and bytes of memory allowed (-1: no limit), and
# whether there are conditions, which the launcher process must know.
PROGRESS = struct.Struct("=q")
HEADER = struct.Struct("=qqq?")

_WATCH_INTERVAL = 0.1
_PROCESSES_SLACK = 256


class Descriptors(NamedTuple):
    """What the caller sent with a request."""

    request: int
    status: int
    log: int
    stdout: int


Events = dict[str, tuple[int, bytes]]
"""What `cgroups.open_events` gives."""


class LimitPassed(Exception):
    """The sandbox uses more than it may."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class Shared(NamedTuple):
    """What the launcher process has ready for every sandbox."""

    launcher: int
    """A pidfd of it."""
    uid: int
    gid: int
    """Its own, to which those of the contract are mapped."""
    seccomp: bytes
    mounts: tuple[mounts.Operation, ...]


def run(descriptors: Descriptors, shared: Shared, group: cgroups.Group) -> NoReturn:
    """Be a sandbox's process 1."""
    try:
        try:
            _die_with(shared.launcher)
            _close_others(descriptors)
            request = _read(descriptors.request)
            events = _join(group)
            carried, supervised = None, None
            if request["conditions"] is not None:
                # For those who have some only; the launcher process has imported it.
                from bootstrap.sandbox.inside.conditions import Carried

                carried = Carried(request)
                if request["conditions"]["traps"] is not None:
                    from bootstrap.sandbox.inside.traps.supervised import Supervised

                    supervised = Supervised(request["conditions"]["traps"], request["build"])
            _make(request, shared, carried, descriptors.status)
        except sys.CallFailed as error:
            _tell(descriptors, {"setup": [error.call, error.about, error.errno]})
        except OSError as error:
            _tell(descriptors, {"setup": ["", str(error.filename or ""), error.errno or 0]})
        else:
            _tell(descriptors, {"done": _perform_all(request, descriptors, events, carried, supervised)})
    except BaseException:
        _tell(descriptors, {"crash": traceback.format_exc()})
    finally:
        os._exit(0)


def _tell(descriptors: Descriptors, message: dict[str, Any]) -> None:
    os.write(descriptors.status, json.dumps(message).encode())


def _die_with(launcher: int) -> None:
    sys.prctl(sys.PR_SET_PDEATHSIG, signal.SIGKILL, name="PR_SET_PDEATHSIG")
    # It may have died before that was said; a pidfd is readable once its process has ended.
    if select.select([launcher], [], [], 0)[0]:
        os._exit(0)


def _close_others(descriptors: Descriptors) -> None:
    kept = sorted({0, 1, 2, *descriptors})
    for low, high in zip(kept, [*kept[1:], 1 << 30], strict=True):
        os.closerange(low + 1, high)


def _read(descriptor: int) -> Any:
    size = os.fstat(descriptor).st_size - HEADER.size
    return json.loads(os.pread(descriptor, size, HEADER.size))


def _join(group: cgroups.Group) -> Events:
    events = cgroups.open_events(group)
    cgroups.join(group)
    # Only now, so that the group is the topmost that the build knows of.
    sys.unshare(sys.CLONE_NEWCGROUP)
    return events


def _make(request: dict[str, Any], shared: Shared, carried: Carried | None, status: int) -> None:
    seccomp = shared.seccomp
    if request["root"] == "host":
        from bootstrap.sandbox import seccomp_host

        seccomp = seccomp_host.assemble()
    uid, gid = request["uid"], request["gid"]
    emulates = carried is not None and request["conditions"]["emulator"] is not None
    # Whoever tells the kernel of an emulator is its namespace's root; commands are so in none.
    _map_ids((0 if emulates else uid, shared.uid), (0 if emulates else gid, shared.gid))
    os.setsid()
    sys.sethostname(request["host_name"])
    sys.setdomainname(request["domain_name"])
    sys.raise_loopback()
    if carried is not None:
        carried.before_the_root()
    # Whatever mode the operations ask for is what they get.
    os.umask(0)
    mounts.new_root(sys.MS_PRIVATE, contract.ROOT_OPTIONS)
    fixed = () if request["is_complete"] else shared.mounts
    for operation in (*fixed, *mounts.unpack(request["mounts"])):
        operation.execute()
    if carried is not None:
        carried.within_the_root(status)
    host_proc = os.open(f"{mounts.HOST}/proc", os.O_PATH | os.O_CLOEXEC) if emulates else None
    mounts.leave_host()
    os.umask(request["umask"])
    if carried is not None:
        carried.beneath_the_umask()
    _set_limits(request["limits"], request["processes"])
    if host_proc is not None:
        sys.unshare(sys.CLONE_NEWUSER)
        _map_ids((uid, 0), (gid, 0), f"/proc/self/fd/{host_proc}")
        os.close(host_proc)
    _give_up_rights(seccomp, 0 if request["randomise_addresses"] else sys.ADDR_NO_RANDOMIZE)


def _map_ids(uid: tuple[int, int], gid: tuple[int, int], proc: str = "/proc") -> None:
    """Each is (within, without); `proc` can be written to."""
    # user_namespaces(7): without privileges outside, a gid can only be mapped once setgroups(2) is denied.
    _write(f"{proc}/self/setgroups", b"deny")
    _write(f"{proc}/self/uid_map", b"%d %d 1" % uid)
    _write(f"{proc}/self/gid_map", b"%d %d 1" % gid)


def _write(path: str, content: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.write(descriptor, content)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise sys.CallFailed(error.errno or 0, "write", path) from None


def _set_limits(limits: list[list[Any]], processes: int) -> None:
    wanted = [(name, soft, hard) for name, soft, hard in limits]
    if _kernel() >= (5, 14) and "RLIMIT_NPROC" not in (name for name, _, _ in wanted):
        # Earlier kernels count all processes of the user, not those of this namespace. Somewhat more
        # than the limit, so that passing it can be seen: at this one, fork(2) just fails.
        wanted.append(("RLIMIT_NPROC", processes + _PROCESSES_SLACK, processes + _PROCESSES_SLACK))
    for name, soft, hard in wanted:
        number = getattr(resource, name)
        there = resource.getrlimit(number)[1]
        if there != resource.RLIM_INFINITY:
            hard = there if hard == contract.INFINITY else min(hard, there)
            soft = hard if soft == contract.INFINITY else min(soft, hard)
        resource.setrlimit(number, (soft, hard))


def _kernel() -> tuple[int, int]:
    major, minor = os.uname().release.split(".")[:2]
    return int(major), int("".join(digit for digit in minor if digit.isdigit()) or 0)


def _give_up_rights(seccomp: bytes, persona: int) -> None:
    sys.personality(persona)
    sys.prctl(sys.PR_SET_DUMPABLE, 0, name="PR_SET_DUMPABLE")
    sys.drop_capabilities()
    sys.prctl(sys.PR_SET_NO_NEW_PRIVS, 1, name="PR_SET_NO_NEW_PRIVS")
    sys.set_seccomp(seccomp)


def _perform_all(
    request: dict[str, Any],
    descriptors: Descriptors,
    events: Events,
    carried: Carried | None,
    supervised: Supervised | None,
) -> dict[str, Any]:
    environment = dict(request["env"])
    null = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
    streams = commands.Streams(null, descriptors.stdout, descriptors.log)
    walls: list[float] = []
    result: dict[str, Any] = {"ok": True, "walls": walls}

    def wait(pid: int) -> int:
        if supervised is not None and supervised.has_started(pid):
            return supervised.wait(pid, _WATCH_INTERVAL, lambda: _look_after_limits(request, events))
        return _wait(pid, request, events)

    spawn = commands.spawn
    if supervised is not None:
        supervised.begin()
        spawn = supervised.spawn
    if carried is not None:
        streams = carried.streams(streams)
        starts = () if supervised is None else (supervised.fork,)
        _tell(descriptors, {"observed": carried.observe(environment, streams, wait, *starts)})
    for index, command in enumerate(request["commands"]):
        os.pwrite(descriptors.request, PROGRESS.pack(index), 0)
        start = time.monotonic()
        try:
            try:
                commands.perform(command, request["build"], environment, streams, wait, spawn)
            except commands.Failed:
                # It may have failed for a limit that it passed since that was last looked at.
                _look_after_limits(request, events)
                raise
        except commands.Failed as failure:
            result.update(
                ok=False,
                index=index,
                message=failure.message,
                status=failure.exit_status,
                signal=failure.signal,
            )
        except LimitPassed as passed:
            result.update(ok=False, index=index, limit=passed.limit)
        except (OSError, MemoryError) as error:
            result.update(index=index, **_starved(error))
        walls.append(time.monotonic() - start)
        if not result["ok"]:
            break
    if supervised is not None:
        try:
            result.update(supervised.told(descriptors.request))
        except (OSError, MemoryError) as error:
            if result["ok"]:
                result.update(_starved(error))
    return result


def _starved(error: Exception) -> dict[str, Any]:
    """A build may lower the limits of every process of its user, of this one too (prlimit(2))."""
    message = f"process 1 of the sandbox was starved by the build: {error}"
    return {"ok": False, "message": message, "status": None, "signal": None}


def _wait(pid: int, request: dict[str, Any], events: Events) -> int:
    """The wait status of `pid`; meanwhile orphans are reaped and limits looked after."""
    due = time.monotonic() + _WATCH_INTERVAL
    while True:
        ended, status = os.waitpid(-1, os.WNOHANG)
        if ended == pid:
            return status
        if ended:
            continue
        now = time.monotonic()
        if now >= due:
            _look_after_limits(request, events)
            due = now + _WATCH_INTERVAL
        signal.sigtimedwait({signal.SIGCHLD}, max(due - now, 0.001))


def _look_after_limits(request: dict[str, Any], events: Events) -> None:
    for limit, (descriptor, key) in events.items():
        if cgroups.has_passed(descriptor, key):
            raise LimitPassed(limit)
    # One more for process 1 itself.
    if "processes" not in events and watch.has_more_tasks(request["processes"] + 1):
        raise LimitPassed("processes")
    memory = request["memory"]
    if "memory" not in events and memory is not None and watch.has_more_memory(memory, request["in_memory"]):
        raise LimitPassed("memory")
