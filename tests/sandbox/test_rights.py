"""What a build may do all the same, by the system call itself; what it may not is in `attempts/`."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.sandbox

CALL = """
import ctypes, errno, os, sys
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    arguments = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = libc.syscall(ctypes.c_long(number), *arguments)
    if result >= 0: return 'allowed'
    return errno.errorcode[ctypes.get_errno()].replace('ENOTSUP', 'EOPNOTSUPP')
open('file', 'w').close()
"""

ALLOWED = {
    "chmod": "call(90, b'file', 0o1755)",
    "a named pipe": "call(133, b'fifo', 0o010644, 0)",
    "open without O_CREAT whatever the mode": "call(2, b'file', 0, 0o6777)",
    "unix sockets": "call(41, 1, 1, 0)",
    "udp": "call(41, 2, 2 | 0o2000000, 17)",
    "socketpair": "call(53, 1, 1, 0, bytes(8))",
    "unshare of descriptors": "call(272, 0x400)",
    "tracing oneself": "call(101, 0, 0, 0, 0)",
}


@pytest.fixture(scope="module")
def answers(launcher, tmp_path_factory):
    from tests.sandbox.conftest import Build

    build = Build(launcher, tmp_path_factory.mktemp("rights"))
    script = CALL + "".join(f"print({name!r}, {call}, sep='=')\n" for name, call in ALLOWED.items())
    return dict(line.split("=") for line in build.computes(script).splitlines())


@pytest.mark.parametrize("name", ALLOWED)
def test_allowed(answers, name):
    assert answers[name] == "allowed"


def test_no_capability_is_left_in_any_set(build):
    text = build.says("grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status")
    fields = dict(line.split(":\t") for line in text.splitlines())
    assert {value for name, value in fields.items() if name.startswith("Cap")} == {"0" * 16}
    assert fields["NoNewPrivs"] == "1"
    assert fields["Seccomp"] == "2"
