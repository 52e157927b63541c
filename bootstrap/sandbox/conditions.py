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
    by a microsecond with each look at it, so that loops that wait for a change come to an end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traps:
    """What is answered by a supervisor in place of the kernel: seccomp_unotify(2) for the calls, and
    ptrace(2) at each execve(2) to hide the vDSO and to replace AT_RANDOM. None: the kernel's answer."""

    clock: Clock | None = None
    random: bytes | None = None
    """Seed of getrandom(2), AT_RANDOM, /dev/random and /dev/urandom; a stream for each process."""
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
    was written since the sandbox began."""
    delays: int | None = None
    """Seed of short sleeps at each execve(2) and fork(2): another schedule, but a repeatable one."""
    writers: bool = False
    """Note which program makes and renames files (`Outcome.writers`)."""


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
    """Seconds added to CLOCK_MONOTONIC,"""
    boot_time: int | None = None
    """and to CLOCK_BOOTTIME (time_namespaces(7))."""
    first_pid: int | None = None
    """The first command's process id, or a little more."""
    processors: tuple[int, ...] | None = None
    """sched_setaffinity(2)."""
    files: tuple[tuple[str, bytes], ...] = ()
    """Contents to be seen at paths, in place of what is there; those that are not there are left out,
    and told (`Outcome.observed`)."""
    leftovers: tuple[tuple[str, bytes], ...] = ()
    """Files that lie in /tmp and in the home directory when the first command starts, as if from a
    run before."""
    traps: Traps | None = None
