"""What a process of the sandbox sees just before the first command: `Outcome.observed`.

Only under conditions. It runs in a child of process 1 that has exactly what a command gets: rights,
filter, ids, environment, working directory, streams. System calls are made as such wherever the C
library could answer from the vDSO or from its own memory. A dot stands for a member of a member; what
could not be seen is null.

    uname                 system, host, release, version, machine, domain: uname(2)
    host_name             gethostname(3)
    domain_name           the same as uname.domain: getdomainname(2)
    user                  uid, gid, name (of uid in /etc/passwd), group (of gid in /etc/group), home
    umask                 umask(2)
    directory             getcwd(2)
    environment           every variable by its name; of a value, the first 128 characters
    environment_size      bytes of all variables together, as execve(2) lays them out
    limits                soft and hard by name ("RLIMIT_STACK"): getrlimit(2); -1 is none
    terminal              whether 0, 1 and 2 are one, as a list of three: isatty(3)
    personality           personality(2)
    processors            affinity: sched_getaffinity(2), as a sorted list; online: sysconf(3)
    processor             with an emulator: what CPUID with EAX = 1 gives a program in EAX; else null
    pid                   getpid(2), with which the first command has a little more
    clock                 realtime, monotonic, boottime: seconds, clock_gettime(2) made as a call;
                          time: seconds, time(2) made as a call
    memory                total bytes: sysinfo(2)
    uptime                seconds: sysinfo(2)
    random                getrandom: 16 bytes of getrandom(2) made as a call; urandom: 16 bytes of
                          /dev/urandom; both as hexadecimal digits
    readdir               names of eight files, as getdents64(2) gives them
    inode                 of a file just made in the working directory
    device                st_dev of the working directory, which differs from run to run
    file_system           statfs(2) of the working directory: f_type, as a number (0x01021994: in memory)
    mtime                 of a file just made in the working directory: stat(2), seconds
    locale                what setlocale(3) gives for the environment's wishes; null: there is no such locale
    time_zone             the moment 1000000000 as local time: "2001-09-09 01:46:40 +0000 UTC"
    files                 by path, of `Conditions.files`: crc32 of so many bytes as should be there and one
                          more, and the first line; null if it is not there or cannot be read
    files_absent          paths of `Conditions.files` that are not there, and so were left out
    leftovers             the paths of `Conditions.leftovers` that are there
    refused               by condition (a field of `Conditions`): why this host or kernel does not allow it
    unseen                only if nothing above `files_absent` could be observed: why
"""

from __future__ import annotations

import os
import resource
import socket
import time
from binascii import crc32
from collections.abc import Callable
from typing import Any

from bootstrap.sandbox import syscalls as sys
from bootstrap.sandbox.inside import emulator

_MOMENT = 1_000_000_000
_VALUE = 128
_LINE = 200
# In another order than any that a file system or a supervisor would give.
_NAMES = ("e", "b", "h", "a", "g", "d", "f", "c")
_DIRECTORY = ".observed"


def observe(request: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
    """All of it, in the calling process, whose environment it changes."""
    os.environ.clear()
    os.environ.update(environment)  # setlocale(3) and tzset(3) look there
    conditions = request["conditions"]
    uname = dict(zip(("system", "host", "release", "version", "machine", "domain"), sys.uname(), strict=True))
    return {
        "uname": uname,
        "host_name": socket.gethostname(),
        "domain_name": uname["domain"],
        "user": _user(),
        "umask": _umask(),
        "directory": os.getcwd(),
        "environment": {name: value[:_VALUE] for name, value in environment.items()},
        "environment_size": sum(
            len(os.fsencode(name)) + len(os.fsencode(value)) + 2 for name, value in environment.items()
        ),
        "limits": {name: resource.getrlimit(getattr(resource, name)) for name, _, _ in request["limits"]},
        "terminal": [os.isatty(descriptor) for descriptor in (0, 1, 2)],
        "personality": sys.persona(),
        "processors": {"affinity": sorted(os.sched_getaffinity(0)), "online": os.cpu_count()},
        "processor": conditions["emulator"] and _or_null(_processor),
        "pid": os.getpid(),
        "clock": {
            "realtime": sys.clock_gettime(time.CLOCK_REALTIME),
            "monotonic": sys.clock_gettime(time.CLOCK_MONOTONIC),
            "boottime": sys.clock_gettime(time.CLOCK_BOOTTIME),
            "time": sys.time(),
        },
        **_sysinfo(),
        "random": {
            "getrandom": _or_null(lambda: sys.getrandom(16).hex()),
            "urandom": _or_null(lambda: _read("/dev/urandom", 16).hex()),
        },
        **_file_system(),
        "locale": _locale(),
        "time_zone": _time_zone(),
        "files": {path: _file(path, len(content) + 1) for path, content in conditions["files"]},
        "leftovers": [path for path, _ in conditions["leftovers"] if os.path.exists(path)],
    }


def _or_null(look: Callable[[], Any]) -> Any:
    try:
        return look()
    except OSError:
        return None


def _processor() -> int:
    return emulator.signature(dict(os.environ))


def _read(path: str, size: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        return os.read(descriptor, size)
    finally:
        os.close(descriptor)


def _user() -> dict[str, Any]:
    uid, gid = os.getuid(), os.getgid()
    users = {fields[2]: fields for fields in _table("/etc/passwd")}
    groups = {fields[2]: fields for fields in _table("/etc/group")}
    user, group = users.get(str(uid)), groups.get(str(gid))
    return {
        "uid": uid,
        "gid": gid,
        "name": user and user[0],
        "group": group and group[0],
        "home": user and user[5],
    }


def _table(path: str) -> list[list[str]]:
    """The lines of passwd(5) or group(5), the first one last, since it is the one that counts."""
    text = _or_null(lambda: _read(path, 1 << 16)) or b""
    return [line.split(":") for line in os.fsdecode(text).splitlines() if line.count(":") >= 3][::-1]


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sysinfo() -> dict[str, int]:
    uptime, memory = sys.sysinfo()
    return {"memory": memory, "uptime": uptime}


def _file_system() -> dict[str, Any]:
    seen: dict[str, Any] = dict.fromkeys(("readdir", "inode", "mtime"))
    before = os.stat(".")
    seen["device"] = before.st_dev
    seen["file_system"] = sys.statfs(".")
    made: list[str] = []
    try:
        os.mkdir(_DIRECTORY)
        for name in _NAMES:
            path = f"{_DIRECTORY}/{name}"
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            made.append(path)
        status = os.stat(made[-1])
        seen.update(readdir=os.listdir(_DIRECTORY), inode=status.st_ino, mtime=status.st_mtime)
    except FileExistsError:
        return seen  # it is the build's own
    except OSError:
        pass
    for path in made:
        os.unlink(path)
    if os.path.isdir(_DIRECTORY):
        os.rmdir(_DIRECTORY)
    # The build may look at its directory's times.
    os.utime(".", ns=(before.st_atime_ns, before.st_mtime_ns))
    return seen


def _locale() -> str | None:
    name = sys.setlocale(sys.LC_ALL, "")
    sys.setlocale(sys.LC_ALL, "C")
    return name


def _time_zone() -> str:
    time.tzset()
    return time.strftime("%Y-%m-%d %H:%M:%S %z %Z", time.localtime(_MOMENT))


def _file(path: str, size: int) -> dict[str, Any] | None:
    content = _or_null(lambda: _read(path, size))
    if content is None:
        return None
    return {"crc32": crc32(content), "line": content.split(b"\n", 1)[0][:_LINE].decode("latin-1")}
