"""Conditions: in what a sandbox may differ from the contract, so that a rebuild can be told another story.

An ordinary build has none. Whoever wants to know whether something reaches a result (package
`reprocheck`) runs the same commands under other conditions. Everything here is a value; `inside/`
carries it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """CLOCK_REALTIME as programs see it, static ones too."""

    at: int
    """Seconds since the epoch when the first command starts."""
    runs: bool = True
    """Whether it goes on from there; a frozen one gives `at` for ever, and the monotonic clock ticks
    by a microsecond with each look at it, and goes on by as long as whoever looks has waited (sleep, poll)
    since, so that loops that wait for a change come to an end. Absolute times that are waited for mean
    the clock that is shown; only those of message queues are taken by the kernel's."""
    monotonic: int = 123_456_789
    """Seconds that the monotonic clock of a frozen one shows when the first command starts. More than any
    machine's, so that no time that is waited for by it has passed by the kernel's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traps:
    """What is answered by a supervisor in place of the kernel: seccomp_unotify(2) for the calls, and
    ptrace(2) at each execve(2) to hide the vDSO and to replace AT_RANDOM. None: the kernel's answer.

    What was answered is told as `Outcome.observed["traps"]`:

        execs         programs started, with `clock`, `random` or `delays`; else 0
        vdso_hidden   of how many of them the vDSO was hidden (and AT_RANDOM replaced)
        calls         by name of the call, how many the supervisor answered
        let_be        and how many were left to the kernel, because it could not be told what they
                      mean: bad pointers, /proc/self and the like, processes that let nobody look

    A build that is traced already cannot use ptrace(2) (EPERM; with `clock`, `random` or `delays`), and
    one that is asked about cannot have a listener of its own (seccomp(2): EBUSY); its own filters hold.
    Where the kernel gives no supervisor, the build goes on without, and `observed["refused"]["traps"]`
    says why.
    """

    clock: Clock | None = None
    random: bytes | None = None
    """Seed of getrandom(2) and AT_RANDOM, a stream for each process by its place among its kin, and of
    what stands in place of /dev/random and /dev/urandom (`random_files`)."""
    directories: Literal["sorted", "reversed", "shuffled"] | None = None
    """The order in which getdents64(2) gives names; shuffled by a fixed seed."""
    release: str | None = None
    """uname(2): the kernel's release,"""
    kernel_version: str | None = None
    """and its version."""
    processors: int | None = None
    """sched_getaffinity(2): that many, whatever there are."""
    memory: int | None = None
    """sysinfo(2): bytes of memory in all."""
    file_times: int | None = None
    """stat(2) and its kin: this modification, access and change time, in seconds, for every file that
    was modified since the first command began."""
    inodes: int | None = None
    """stat(2) and its kin, getdents64(2) with `directories`: inode numbers made of the files' names and
    this seed, instead of the file system's."""
    delays: int | None = None
    """Seed of short sleeps at each execve(2) and fork(2): another schedule, but a repeatable one."""
    writers: bool = False
    """Note which program makes and renames files (`Outcome.writers`): up to 200,000, those of programs,
    not of builtin commands; a command line of up to 200 characters for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """None and empty: as the contract says."""

    host_name: str | None = None
    domain_name: str | None = None
    uid: int | None = None
    gid: int | None = None
    user_name: str | None = None
    """Of `uid` in /etc/passwd, and of `gid` in /etc/group."""
    umask: int | None = None
    limits: tuple[tuple[str, int, int], ...] = ()
    """getrlimit(2): (name, soft, hard) in place of the contract's."""
    build: str | None = None
    """Where the working directory is seen instead of /build."""
    terminal: bool = False
    """Standard input, output and error are a terminal."""
    randomise_addresses: bool = False
    """ADDR_NO_RANDOMIZE (personality(2)) is not set."""
    monotonic: int | None = None
    """Seconds that CLOCK_MONOTONIC shows when the sandbox is made,"""
    boot_time: int | None = None
    """and CLOCK_BOOTTIME (time_namespaces(7))."""
    first_pid: int | None = None
    """The first command's process id, or a little more."""
    processors: tuple[int, ...] | None = None
    """sched_setaffinity(2)."""
    emulator: str | None = None
    """A static program of the host that runs every x86-64 program of the build, but for commands that need
    none: qemu-x86_64-static. Linux 6.7 and later."""
    files: tuple[tuple[str, bytes], ...] = ()
    """Contents to be seen at paths, in place of what is there; those that are not there are left out,
    and told (`Outcome.observed`)."""
    leftovers: tuple[tuple[str, bytes], ...] = ()
    """Files that lie in /tmp and in the home directory when the first command starts, as if from a
    run before."""
    traps: Traps | None = None
