"""The filter as the kernel would run it, by a small interpreter of classic BPF."""

from __future__ import annotations

import struct

import pytest

from bootstrap.sandbox import seccomp
from bootstrap.sandbox.seccomp import AUDIT_ARCH_X86_64, LAST, REFUSED, SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO


def verdict(
    number: int, *arguments: int, arch: int = AUDIT_ARCH_X86_64, program: seccomp.Block | None = None
) -> tuple[int, int]:
    """The filter's answer, and how many instructions it took; the contract's filter if none is given."""
    data = struct.pack("=IIQ6Q", number, arch, 0, *(*arguments, 0, 0, 0, 0, 0, 0)[:6])
    program = program or seccomp.instructions()
    at = taken = accumulator = 0
    while True:
        code, jt, jf, k = program[at]
        at += 1
        taken += 1
        match code:
            case seccomp.BPF_LD_W_ABS:
                accumulator = struct.unpack_from("=I", data, k)[0]
            case seccomp.BPF_ALU_AND_K:
                accumulator &= k
            case seccomp.BPF_JMP_JA:
                at += k
            case seccomp.BPF_JMP_JEQ_K:
                at += jt if accumulator == k else jf
            case seccomp.BPF_JMP_JGE_K:
                at += jt if accumulator >= k else jf
            case seccomp.BPF_JMP_JSET_K:
                at += jt if accumulator & k else jf
            case seccomp.BPF_RET_K:
                return k, taken
            case _:
                raise AssertionError(f"unknown instruction {code:#x}")


def answer(number: int, *arguments: int) -> int:
    """The errno, or 0 if the call is allowed."""
    found, _ = verdict(number, *arguments)
    return 0 if found == SECCOMP_RET_ALLOW else found - SECCOMP_RET_ERRNO


@pytest.mark.parametrize(
    ("errno", "name", "number"),
    [(errno, name, number) for errno, calls in REFUSED.items() for name, number in calls.items()],
)
def test_every_refused_call_gets_its_error(errno, name, number):
    assert answer(number) == errno, name


def test_every_other_call_is_allowed():
    named = {number for calls in REFUSED.values() for number in calls.values()}
    named |= set(seccomp.ARGUED.values())
    assert [number for number in range(LAST + 1) if number not in named and answer(number)] == []


def test_no_call_is_named_twice():
    numbers = [number for calls in REFUSED.values() for number in calls.values()]
    numbers += seccomp.ARGUED.values()
    assert len(numbers) == len(set(numbers))


def test_calls_beyond_the_newest_known_do_not_exist():
    for number in (LAST + 1, 512, 0x3FFFFFFF, 0x40000000, 0x40000000 + 59, 0xFFFFFFFF):
        assert answer(number) == 38


def test_another_architecture_is_killed():
    for arch in (0x40000003, 0xC00000B7, 0):
        assert verdict(1, arch=arch)[0] == seccomp.SECCOMP_RET_KILL_PROCESS


def test_only_the_low_half_of_flags_and_modes_counts_as_in_the_kernel():
    assert answer(90, 0, 0xFFFFFFFF_00000000 | 0o644) == 0
    assert answer(90, 0, 0xFFFFFFFF_00000000 | 0o4644) == 1


@pytest.mark.parametrize(
    ("call", "arguments", "errno"),
    [
        (2, (0, 0o100, 0o6755), 1),
        (2, (0, 0, 0o6755), 0),
        (2, (0, 0o100, 0o1755), 0),
        (257, (0, 0, 0o100, 0o2755), 1),
        (257, (0, 0, 0o20000000, 0o4755), 1),
        (257, (0, 0, 0o20200000 & ~0o20000000, 0o4755), 0),
        (133, (0, 0o010644), 0),
        (133, (0, 0o100644), 0),
        (133, (0, 0o140644), 0),
        (133, (0, 0o020644), 1),
        (259, (0, 0, 0o060644), 1),
        (41, (1, 3, 77), 0),
        (41, (2, 1 | 0o2004000, 6), 0),
        (41, (2, 2, 0), 0),
        (41, (2, 3, 1), 93),
        (41, (2, 1, 262), 93),
        (41, (10, 1, 0), 97),
        (53, (1, 1, 0), 0),
        (56, (0x3D0F00,), 0),
        (56, (0x3D0F00 | 0x10000000,), 1),
        (272, (0x600,), 0),
        (272, (0x80,), 1),
        (16, (0, 0x5401), 0),
        (16, (0, 0x5412), 25),
    ],
)
def test_arguments_decide(call, arguments, errno):
    assert answer(call, *arguments) == errno


def test_it_is_short_for_every_call():
    assert max(verdict(number, 1, 1, 1)[1] for number in range(LAST + 2)) < 32


def test_every_jump_lands_inside_and_fits_its_field():
    program = seccomp.instructions()
    for at, (code, jt, jf, k) in enumerate(program):
        assert 0 <= jt < 256
        assert 0 <= jf < 256
        if code == seccomp.BPF_JMP_JA:
            assert at + 1 + k < len(program)
    assert len(program) <= 4096  # BPF_MAXINSNS
    assert len(seccomp.assemble()) == 8 * len(program)
