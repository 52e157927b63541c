"""The filter beneath the host's root: the contract's for both kinds of programs, but for attributes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bootstrap.sandbox import seccomp, seccomp_host
from bootstrap.sandbox.seccomp import ARGUED, AUDIT_ARCH_X86_64, EOPNOTSUPP, LAST, REFUSED
from bootstrap.sandbox.seccomp_host import AUDIT_ARCH_I386, I386_ARGUED, I386_REFUSED
from tests.sandbox.test_seccomp import verdict

HEADER = Path("/usr/include/x86_64-linux-gnu/asm/unistd_32.h")
# Calls of the contract's list that the 32-bit entry does not have, and those that only it has.
WIDE_ONLY = {"kexec_file_load"}
NARROW_ONLY = {"clock_adjtime64", "clock_settime64", "socketcall", "stime", "umount", "vm86", "vm86old"}


def answer(number: int, *arguments: int, arch: int) -> int:
    found, _ = verdict(number, *arguments, arch=arch, program=seccomp_host.instructions())
    return 0 if found == seccomp.SECCOMP_RET_ALLOW else found - seccomp.SECCOMP_RET_ERRNO


def names(refused: dict[int, dict[str, int]]) -> set[str]:
    return {name for errno, calls in refused.items() if errno != EOPNOTSUPP for name in calls}


def test_the_32_bit_entry_refuses_what_the_other_does():
    assert names(I386_REFUSED) | set(I386_ARGUED) == (
        (names(REFUSED) | set(ARGUED)) - WIDE_ONLY | NARROW_ONLY
    )


@pytest.mark.skipif(not HEADER.exists(), reason="the kernel's headers are not installed")
def test_the_numbers_are_the_kernels():
    kernel = dict(re.findall(r"#define __NR_(\w+) (\d+)", HEADER.read_text()))
    ours = {**I386_ARGUED, **{n: number for calls in I386_REFUSED.values() for n, number in calls.items()}}
    known = {name: number for name, number in ours.items() if name in kernel}
    assert len(known) >= len(ours) - 4
    assert {name: int(kernel[name]) for name in known} == known


@pytest.mark.parametrize(
    ("arch", "refused"), [(AUDIT_ARCH_X86_64, seccomp_host.HOST_REFUSED), (AUDIT_ARCH_I386, I386_REFUSED)]
)
def test_every_refused_call_gets_its_error(arch, refused):
    for errno, calls in refused.items():
        for name, number in calls.items():
            assert answer(number, arch=arch) == errno, name


def test_extended_attributes_are_allowed_and_all_else_is_as_in_the_contract():
    attributes = set(REFUSED[EOPNOTSUPP].values())
    for number in range(LAST + 2):
        expected, _ = verdict(number, 1, 1, 1)
        if number in attributes:
            expected = seccomp.SECCOMP_RET_ALLOW
        found, _ = verdict(number, 1, 1, 1, program=seccomp_host.instructions())
        assert found == expected, number


@pytest.mark.parametrize(
    ("call", "arguments", "errno"),
    [
        ("chmod", (0, 0o4755), 1),
        ("chmod", (0, 0o755), 0),
        ("open", (0, 0o100, 0o6755), 1),
        ("openat", (0, 0, 0o100, 0o2755), 1),
        ("clone", (0x10000000,), 1),
        ("unshare", (0x80,), 1),
        ("ioctl", (0, 0x5412), 25),
        ("socket", (2, 3, 1), 93),
        ("socketcall", (1,), 38),
        ("socketcall", (3,), 0),
        ("mknod", (0, 0o020644), 1),
    ],
)
def test_arguments_decide_for_32_bit_programs_too(call, arguments, errno):
    assert answer(I386_ARGUED[call], *arguments, arch=AUDIT_ARCH_I386) == errno


def test_later_calls_and_other_architectures_are_refused():
    assert answer(LAST + 1, arch=AUDIT_ARCH_I386) == 38
    found, _ = verdict(1, arch=0xC00000B7, program=seccomp_host.instructions())
    assert found == seccomp.SECCOMP_RET_KILL_PROCESS


def test_every_jump_fits_its_field():
    assert len(seccomp_host.assemble()) == 8 * len(seccomp_host.instructions())
    assert len(seccomp_host.instructions()) < 4096  # BPF_MAXINSNS
