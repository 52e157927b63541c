"""What a build cannot do, each tried from within by the system call itself."""

from __future__ import annotations

import os

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

REFUSED = {
    "chmod to setuid": ("call(90, b'file', 0o4755)", "EPERM"),
    "chmod to setgid": ("call(90, b'file', 0o2755)", "EPERM"),
    "fchmod to setuid": ("call(91, os.open('file', 0), 0o4755)", "EPERM"),
    "fchmodat to setuid": ("call(268, -100, b'file', 0o4755)", "EPERM"),
    "fchmodat2 to setuid": ("call(452, -100, b'file', 0o4755, 0)", "EPERM"),
    "creat with setuid": ("call(85, b'new1', 0o4755)", "EPERM"),
    "open with setuid": ("call(2, b'new2', 0o101, 0o4755)", "EPERM"),
    "openat with setuid": ("call(257, -100, b'new3', 0o101, 0o2755)", "EPERM"),
    "O_TMPFILE with setuid": ("call(257, -100, b'.', 0o20200001, 0o4755)", "EPERM"),
    "mknod with setuid": ("call(133, b'new4', 0o104755, 0)", "EPERM"),
    "a character device": ("call(133, b'new5', 0o020644, 0x103)", "EPERM"),
    "a whiteout": ("call(259, -100, b'new6', 0o020644, 0)", "EPERM"),
    "a block device": ("call(259, -100, b'new7', 0o060644, 0x800)", "EPERM"),
    "openat2": ("call(437, -100, b'file', None, 24)", "ENOSYS"),
    "setxattr": ("call(188, b'file', b'user.x', b'y', 1, 0)", "EOPNOTSUPP"),
    "fsetxattr": ("call(190, os.open('file', 1), b'user.x', b'y', 1, 0)", "EOPNOTSUPP"),
    "getxattr": ("call(191, b'file', b'user.x', None, 0)", "EOPNOTSUPP"),
    "listxattr": ("call(194, b'file', None, 0)", "EOPNOTSUPP"),
    "add_key": ("call(248, b'user', b'x', b'y', 1, -3)", "EPERM"),
    "keyctl": ("call(250, 0, -3, 0)", "EPERM"),
    "request_key": ("call(249, b'user', b'x', None, -3)", "EPERM"),
    "mount": ("call(165, b'none', b'/tmp', b'tmpfs', 0, None)", "EPERM"),
    "remount": ("call(165, b'none', b'/usr', None, 32 | 4096, None)", "EPERM"),
    "umount": ("call(166, b'/tmp', 2)", "EPERM"),
    "pivot_root": ("call(155, b'/tmp', b'/tmp')", "EPERM"),
    "chroot": ("call(161, b'/tmp')", "EPERM"),
    "open_tree": ("call(428, -100, b'/', 1)", "EPERM"),
    "fsopen": ("call(430, b'tmpfs', 0)", "EPERM"),
    "move_mount": ("call(429, -100, b'/', -100, b'/tmp', 0)", "EPERM"),
    "mount_setattr": ("call(442, -100, b'/', 0, bytes(32), 32)", "EPERM"),
    "unshare of users": ("call(272, 0x10000000)", "EPERM"),
    "unshare of mounts": ("call(272, 0x20000)", "EPERM"),
    "clone with new users": ("call(56, 0x10000000 | 17, 0, 0, 0, 0)", "EPERM"),
    "clone with a new network": ("call(56, 0x40000000 | 17, 0, 0, 0, 0)", "EPERM"),
    "clone3": ("call(435, bytes(88), 88)", "ENOSYS"),
    "setns": ("call(308, os.open('/proc/self/ns/user', 0), 0)", "EPERM"),
    "init_module": ("call(175, b'', 0, b'')", "EPERM"),
    "finit_module": ("call(313, 0, b'', 0)", "EPERM"),
    "kexec_load": ("call(246, 0, 0, None, 0)", "EPERM"),
    "bpf": ("call(321, 0, None, 0)", "EPERM"),
    "perf_event_open": ("call(298, None, 0, -1, -1, 0)", "EPERM"),
    "userfaultfd": ("call(323, 0)", "EPERM"),
    "io_uring": ("call(425, 1, bytes(120))", "ENOSYS"),
    "syslog": ("call(103, 3, bytes(100), 100)", "EPERM"),
    "sethostname": ("call(170, b'x', 1)", "EPERM"),
    "settimeofday": ("call(164, bytes(16), None)", "EPERM"),
    "reboot": ("call(169, 0xfee1dead, 672274793, 0, 0)", "EPERM"),
    "swapon": ("call(167, b'file', 0)", "EPERM"),
    "netlink": ("call(41, 16, 3, 0)", "EAFNOSUPPORT"),
    "packet": ("call(41, 17, 3, 0)", "EAFNOSUPPORT"),
    "vsock": ("call(41, 40, 1, 0)", "EAFNOSUPPORT"),
    "inet6": ("call(41, 10, 1, 0)", "EAFNOSUPPORT"),
    "kernel crypto": ("call(41, 38, 5, 0)", "EAFNOSUPPORT"),
    "raw sockets": ("call(41, 2, 3, 1)", "EPROTONOSUPPORT"),
    "sctp": ("call(41, 2, 1, 132)", "EPROTONOSUPPORT"),
    "pushing characters into a terminal": ("call(16, 0, 0x5412, b'x')", "ENOTTY"),
    "inode flags": ("call(16, os.open('file', 0), 0x40086602, bytes(8))", "ENOTTY"),
    "calls of a later kernel": ("call(468, 0)", "ENOSYS"),
    "x32": ("call(0x40000000 + 39)", "ENOSYS"),
    "raising a limit": ("call(160, 7, (1 << 20).to_bytes(8, 'little') * 2)", "EPERM"),
    "becoming root": ("call(105, 0)", "EINVAL"),
    "other groups": ("call(116, 1, bytes(4))", "EPERM"),
}

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
    tried = {**{name: call for name, (call, _) in REFUSED.items()}, **ALLOWED}
    script = CALL + "".join(f"print({name!r}, {call}, sep='=')\n" for name, call in tried.items())
    return dict(line.split("=") for line in build.computes(script).splitlines())


@pytest.mark.parametrize("name", REFUSED)
def test_refused(answers, name):
    assert answers[name] == REFUSED[name][1]


@pytest.mark.parametrize("name", ALLOWED)
def test_allowed(answers, name):
    assert answers[name] == "allowed"


def test_no_capability_is_left_in_any_set(build):
    text = build.says("grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status")
    fields = dict(line.split(":\t") for line in text.splitlines())
    assert {value for name, value in fields.items() if name.startswith("Cap")} == {"0" * 16}
    assert fields["NoNewPrivs"] == "1"
    assert fields["Seccomp"] == "2"


def test_process_1_cannot_be_looked_into_stopped_or_killed(build):
    build.computes(
        CALL + "assert call(101, 16, 1, 0, 0) == 'EPERM'\n"  # PTRACE_ATTACH
        "for path in ('/proc/1/mem', '/proc/1/environ', '/proc/1/maps'):\n"
        "    try: open(path).read(1)\n"
        "    except OSError: pass\n"
        "    else: raise SystemExit(path)\n"
        "for number in (2, 9, 15, 17, 19): os.kill(1, number)\n"
    )


def test_an_input_cannot_be_changed_in_mode_or_time_by_its_owner(build, tmp_path):
    from bootstrap.sandbox import Bind

    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "file").write_text("x")
    before = os.stat(tmp_path / "input" / "file")
    outcome = build.sh(
        "cd /bootstrap/input; chmod 777 file . ; touch -d @5 file; ln file /build/link; ln file b; "
        "rm -f file; mv file other; echo y > file; true",
        binds=(Bind(tmp_path / "input", "/bootstrap/input"),),
    )
    assert outcome.ok
    after = os.stat(tmp_path / "input" / "file")
    assert (before.st_mode, before.st_mtime, before.st_nlink) == (
        after.st_mode,
        after.st_mtime,
        after.st_nlink,
    )
    assert os.listdir(tmp_path / "input") == ["file"]


def test_a_32_bit_system_call_kills_its_process(build):
    # mov eax, 20 (getpid of i386); int 0x80; ret
    outcome = build.py(
        "import ctypes, mmap\n"
        "code = mmap.mmap(-1, 4096, prot=7)\n"
        "code.write(b'\\xb8\\x14\\0\\0\\0\\xcd\\x80\\xc3')\n"
        "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()\n"
    )
    assert not outcome.ok
    assert outcome.signal == 31, (outcome, build.output)
    assert "another architecture" in outcome.message
