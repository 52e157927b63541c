"""The filter of questions as the kernel would run it."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from bootstrap.sandbox import notify_filter, seccomp
from bootstrap.sandbox.conditions import Clock, Traps
from bootstrap.sandbox.notify_filter import AUDIT_ARCH_I386, CALLS, SECCOMP_RET_USER_NOTIF
from bootstrap.sandbox.seccomp import AUDIT_ARCH_X86_64
from tests.sandbox.test_seccomp import verdict

ALL = Traps(
    clock=Clock(at=0),
    random=b"",
    directories="sorted",
    release="",
    kernel_version="",
    processors=1,
    memory=1,
    file_times=0,
    writers=True,
)
FROZEN = Traps(clock=Clock(at=0, runs=False))


def asks(traps, number, *arguments, arch=AUDIT_ARCH_X86_64):
    program = notify_filter.instructions(asdict(traps))
    return verdict(number, *arguments, arch=arch, program=program)[0] == SECCOMP_RET_USER_NOTIF


def asked(traps, *arguments, width=0):
    arch = (AUDIT_ARCH_X86_64, AUDIT_ARCH_I386)[width]
    numbers = {number for number in range(500) if asks(traps, number, *arguments, arch=arch)}
    return {name for name, pair in CALLS.items() if pair[width] in numbers}


def test_nothing_is_asked_that_no_trap_answers():
    assert asked(Traps()) == set()
    assert asked(Traps(delays=1)) == set()
    assert asked(Traps(release="1")) == asked(Traps(kernel_version="1")) == {"uname"}
    assert asked(Traps(directories="sorted")) == {"getdents", "getdents64"}
    assert asked(Traps(processors=3)) == {"sched_getaffinity"}
    assert asked(Traps(random=b"x")) == {"getrandom"}


@pytest.mark.parametrize("width", [0, 1])
def test_each_architecture_has_its_own_numbers(width):
    everything = asked(ALL, 0, 0o1101, 0o1101, width=width)
    there = {name for name, pair in CALLS.items() if pair[width] >= 0}
    waits = {"nanosleep", "poll", "ppoll", "ppoll_time64", "select", "pselect6", "pselect6_time64"}
    waits |= {"epoll_wait", "epoll_pwait", "epoll_pwait2", "futex", "futex_time64"}
    assert there - everything == waits & there


def test_another_architecture_is_not_asked_about():
    assert not any(asks(ALL, number, arch=0xC00000B7) for number in range(500))


@pytest.mark.parametrize(
    ("traps", "call", "arguments", "answer"),
    [
        (ALL, "clock_gettime", (0,), True),
        (ALL, "clock_gettime", (5,), True),
        (ALL, "clock_gettime", (11,), True),
        (ALL, "clock_gettime", (1,), False),
        (ALL, "clock_gettime", (2,), False),
        (FROZEN, "clock_gettime", (1,), True),
        (FROZEN, "clock_gettime", (7,), True),
        (FROZEN, "clock_gettime", (2,), False),
        (ALL, "clock_nanosleep", (0, 1), True),
        (ALL, "clock_nanosleep", (0, 0), False),
        (FROZEN, "clock_nanosleep", (0, 0), True),
        (ALL, "openat", (0, 0, 0), False),
        (ALL, "openat", (0, 0, 0o100), True),
        (ALL, "openat", (0, 0, 0o1000), True),
        (ALL, "open", (0, 0o2), False),
        (ALL, "open", (0, 0o1001), True),
        (ALL, "futex", (0, 9 | 128 | 256, 0, 8), True),
        (ALL, "futex", (0, 9, 0, 8 << 32), True),
        (ALL, "futex", (0, 9, 0, 0), False),
        (ALL, "futex", (0, 0, 0, 8), False),
        (FROZEN, "futex", (0, 128, 0, 8), True),
        (ALL, "futex", (0, 5, 0, 8), False),
    ],
)
def test_arguments_decide(traps, call, arguments, answer):
    assert asks(traps, CALLS[call][0], *arguments) == answer


def test_every_jump_lands_inside_and_fits_its_field():
    program = notify_filter.instructions(asdict(ALL))
    for at, (code, jt, jf, k) in enumerate(program):
        assert 0 <= jt < 256
        assert 0 <= jf < 256
        assert at + 1 + max(jt, jf, k if code == seccomp.BPF_JMP_JA else 0) < len(program) or (
            code == seccomp.BPF_RET_K
        )
    assert len(notify_filter.assemble(asdict(ALL))) == 8 * len(program)
