"""What every build sees, whatever it builds: the sandbox contract (docs/reference/sandbox.md) as constants.

Whoever changes anything here that a build can notice raises `CONTRACT` in
`bootstrap/plan/derivation.py` and describes the change in the reference.
"""

from __future__ import annotations

HOST_NAME = "bootstrap"
DOMAIN_NAME = "localdomain"

UID = 1000
GID = 1000
USER = "build"
"""Of the user and of the group."""

BUILD = "/build"
"""The working directory; a bind of the caller's, or an empty tmpfs."""

UMASK = 0o022

ENVIRONMENT = (
    ("HOME", "/homeless"),
    ("LC_ALL", "C"),
    ("SOURCE_DATE_EPOCH", "315532800"),
    ("TMPDIR", "/tmp"),
    ("TZ", "UTC"),
)
"""The fixed part of a build's environment, sorted. 315532800 is 1980-01-01, the first day of zip's clock."""


def files(
    *,
    user: str = USER,
    uid: int = UID,
    gid: int = GID,
    home: str = "/homeless",
    host_name: str = HOST_NAME,
    domain_name: str = DOMAIN_NAME,
) -> tuple[tuple[str, str], ...]:
    """(path, content) of the files beneath /etc; a sandbox with conditions has other names in them."""
    return (
        (
            "/etc/group",
            f"root:x:0:\n{user}:x:{gid}:\nnogroup:x:65534:\n",
        ),
        (
            "/etc/hosts",
            f"127.0.0.1 localhost {host_name} {host_name}.{domain_name}\n",
        ),
        (
            "/etc/passwd",
            f"root:x:0:0:root:{home}:/bin/sh\n"
            f"{user}:x:{uid}:{gid}:{user}:{home}:/bin/sh\n"
            f"nobody:x:65534:65534:nobody:{home}:/bin/sh\n",
        ),
    )


FILES = files()

DEVICES = ("full", "null", "random", "urandom", "zero")
"""Bound one by one and read-only: read-only does not keep anyone from writing *to* a device, and
keeps a build that is run by root from changing the host node's mode."""

LINKS = (
    ("/dev/fd", "/proc/self/fd"),
    # POSIX shared memory and semaphores want this name; a link costs no mount.
    ("/dev/shm", "/tmp"),
    ("/dev/stderr", "/proc/self/fd/2"),
    ("/dev/stdin", "/proc/self/fd/0"),
    ("/dev/stdout", "/proc/self/fd/1"),
)

TMP_OPTIONS = "mode=1777,size=4g,nr_inodes=1m"
"""/tmp, where the caller binds nothing there. A fixed size, because statfs(2) shows it."""

ROOT_OPTIONS = "mode=0755,size=16m,nr_inodes=64k"

PROC_COVERED = (
    # Root's own files, which a build that is run by root could read, and what tells of the host.
    "acpi",
    "asound",
    "bus",
    "config.gz",
    "driver",
    "fs",
    "irq",
    "kallsyms",
    "kcore",
    "key-users",
    "keys",
    "kmsg",
    "kpagecgroup",
    "kpagecount",
    "kpageflags",
    "latency_stats",
    "modules",
    "mtrr",
    "pagetypeinfo",
    "sched_debug",
    "scsi",
    "slabinfo",
    "sysrq-trigger",
    "timer_list",
    "timer_stats",
    "tty",
    "vmallocinfo",
)
"""Beneath /proc, which is read-only as a whole; those that exist are covered by something empty."""

# getrlimit(2): (soft, hard). The hard limit is lower where the host's own is.
INFINITY = -1
LIMITS = (
    ("RLIMIT_AS", INFINITY, INFINITY),
    ("RLIMIT_CORE", 0, 0),
    ("RLIMIT_CPU", INFINITY, INFINITY),
    ("RLIMIT_DATA", INFINITY, INFINITY),
    # A file that passes it is stopped at once, before the output limit is next looked at.
    ("RLIMIT_FSIZE", 64 << 30, 64 << 30),
    ("RLIMIT_MEMLOCK", 64 << 10, 64 << 10),
    ("RLIMIT_MSGQUEUE", 819200, 819200),
    ("RLIMIT_NICE", 0, 0),
    ("RLIMIT_NOFILE", 1024, 4096),
    ("RLIMIT_RSS", INFINITY, INFINITY),
    ("RLIMIT_RTPRIO", 0, 0),
    ("RLIMIT_SIGPENDING", 1024, 1024),
    # GCC raises its own stack to 64 MiB.
    ("RLIMIT_STACK", 8 << 20, 64 << 20),
)

DEFAULT_TIME = 3600.0
DEFAULT_OUTPUT = 8 << 30
DEFAULT_FILES = 1_000_000
DEFAULT_LOG = 64 << 20
DEFAULT_PROCESSES = 4096
