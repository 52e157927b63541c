"""Conditions: what a sandbox with some sees, and that one without is as it ever was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import Literal

import pytest

from bootstrap.recipe.model import Exec, Limits, Write
from bootstrap.sandbox import Bind, Launcher, Sandbox
from bootstrap.sandbox.conditions import Conditions
from bootstrap.sandbox.model import with_defaults
from bootstrap.sandbox.request import request
from tests.sandbox.attempts import ATTEMPTS, Attempt
from tests.sandbox.conftest import PYTHON
from tests.sandbox.escapes import run_attempt

pytestmark = pytest.mark.sandbox


def test_nothing_of_it_is_imported_where_there_are_none():
    script = (
        "import sys; from bootstrap.sandbox.inside import launch; "
        "print(*(name for name in sys.modules if name.rpartition('.')[2] in "
        "('conditions', 'observe', 'terminal', 'seccomp_host')))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout == "\n"


def test_without_any_the_mounts_are_the_launchers_own():
    message = json.loads(request(Sandbox(), with_defaults(Limits())))
    assert message["conditions"] is None
    assert not message["is_complete"]
    assert [operation[1] for operation in message["mounts"]] == ["/build", "/tmp"]


def test_empty_ones_are_the_contract(build):
    script = (
        "hostname; cat /proc/sys/kernel/domainname /etc/passwd /etc/group /etc/hosts; id; umask; pwd; "
        "ulimit -a; ls -A / /dev /etc /tmp; cut -d' ' -f5,6 /proc/self/mountinfo; cat /proc/self/personality"
    )
    assert build.says(script, conditions=Conditions()) == build.says(script)


def test_host_and_domain_name(build):
    given = Conditions(host_name="elsewhere", domain_name="example")
    told = build.says("uname -n; cat /proc/sys/kernel/domainname /etc/hosts", conditions=given)
    assert told == "elsewhere\nexample\n127.0.0.1 localhost elsewhere elsewhere.example\n"


def test_user_and_group(build):
    given = Conditions(uid=4321, gid=1234, user_name="somebody")
    told = build.says("id -u; id -g; id -un; id -gn; touch file; stat -c %U:%G file", conditions=given)
    assert told.split() == ["4321", "1234", "somebody", "somebody", "somebody:somebody"]
    assert (build.build / "file").stat().st_uid == os.geteuid()


@pytest.mark.parametrize("given", [Conditions(uid=0), Conditions(gid=0)])
def test_no_build_is_root(build, given):
    with pytest.raises(ValueError, match="user nor group 0"):
        build.sh("true", conditions=given)


def test_umask(build):
    told = build.says("umask; touch file; stat -c %a file", conditions=Conditions(umask=0o027))
    assert told == "0027\n640\n"


def test_limits(build):
    given = Conditions(limits=(("RLIMIT_NOFILE", 300, 500), ("RLIMIT_NPROC", 700, 800)))
    told = build.says("ulimit -n; ulimit -Hn; ulimit -s; cat /proc/self/limits", conditions=given)
    assert told.split()[:3] == ["300", "500", "8192"]
    assert [line.split()[2:4] for line in told.splitlines() if "Max processes" in line] == [["700", "800"]]


def test_the_working_directory_is_seen_where_it_is_said_to_be(build):
    commands = (
        Write(path="sub/file", text="content\n"),
        Exec(argv=("sh", "-c", "pwd; echo $PWD; cat file; test ! -e /build"), cwd="sub"),
    )
    given = Conditions(build="/else/where")
    assert build.run(*commands, conditions=given, env={"PWD": "/build"}).ok, build.output
    assert build.output == "/else/where/sub\n/else/where/sub\ncontent\n"
    assert (build.build / "sub/file").read_text() == "content\n"


def test_pwd_follows_the_working_directory_where_it_is_set(build):
    command = Exec(argv=("env",))
    assert build.run(command, conditions=Conditions(build="/other"), env={"PWD": "/build"}).ok
    assert "PWD=/other\n" in build.output
    assert build.run(command, conditions=Conditions(build="/other")).ok
    assert "PWD" not in build.output


def test_addresses_are_randomised(build):
    script = "print(open('/proc/self/personality').read(), open('/proc/self/maps').read())"
    first, second = (build.computes(script, conditions=Conditions(randomise_addresses=True)) for _ in "12")
    assert first.split()[0] == "00000000"
    assert first != second


TERMINAL = Conditions(terminal=True)


def test_standard_input_output_and_error_are_a_terminal(build):
    told = build.says("tty; test -t 0 && test -t 1 && test -t 2; stty size; ls /dev", conditions=TERMINAL)
    assert told.split()[:3] == ["/dev/pts/0", "24", "80"]
    assert "ptmx" in told
    assert "tty\n" not in told


def test_what_is_written_to_the_terminal_reaches_the_log_as_it_is(build):
    written = bytes(range(256)) * 4096
    script = (
        f"import os, sys\nwritten = bytes(range(256)) * {len(written) // 256}\n"
        "while written: written = written[os.write(1, written):]\nos.write(2, b'end\\n\\t')"
    )
    pieces: list[bytes] = []
    assert build.py(script, conditions=TERMINAL, on_output=pieces.append).ok
    assert build.log.read_bytes() == written + b"end\n\t"
    assert b"".join(pieces) == written + b"end\n\t"


def test_nobody_types_at_the_terminal(build):
    assert build.says("cat; read line || echo ended", conditions=TERMINAL) == "ended\n"


def test_output_that_has_a_file_goes_there_and_not_to_the_terminal(build, tmp_path):
    command = Exec(argv=("sh", "-c", "echo out; echo err >&2; test -t 1 || test -t 2 && exit 7"))
    outcome = build.run(command, stdout_file=tmp_path / "stdout", conditions=TERMINAL)
    assert outcome.exit_status == 7
    assert (tmp_path / "stdout").read_text() == "out\n"
    assert build.output == "err\n"


def test_the_logs_limit_counts_what_is_written_to_a_terminal(build):
    outcome = build.sh("yes", conditions=TERMINAL, limits=Limits(log=10_000))
    assert outcome.limit == "log"
    assert len(build.log.read_bytes()) == 10_000


def test_a_daemon_that_keeps_the_terminal_open_keeps_nothing_alive(build):
    assert build.sh("setsid sleep 600 & echo started", conditions=TERMINAL).ok
    assert build.output == "started\n"


def test_a_terminal_is_good_for_nothing_else(build):
    told = build.computes(
        "import errno, fcntl, os, struct\n"
        "for request in (0x5412, 0x541C, 0x5423):\n"  # TIOCSTI, TIOCLINUX, TIOCSETD
        "    try: fcntl.ioctl(0, request, struct.pack('=i', 2)); print('done')\n"
        "    except OSError as error: print(errno.errorcode[error.errno])\n"
        "opened = 0\n"
        "try:\n"
        "    while opened < 100: os.open('/dev/ptmx', os.O_RDWR | os.O_NOCTTY); opened += 1\n"
        "except OSError: print(opened)\n",
        conditions=TERMINAL,
    )
    assert told.split() == ["ENOTTY", "ENOTTY", "ENOTTY", "15"]


CLOCKS = (
    "import time; print(time.monotonic(), time.clock_gettime(time.CLOCK_BOOTTIME), "
    "open('/proc/uptime').read().split()[0])"
)


def test_clocks_that_count_from_the_start_are_shifted_for_every_command(build):
    commands = tuple(Exec(argv=(PYTHON, "-I", "-S", "-c", CLOCKS)) for _ in "12")
    assert build.run(*commands).ok
    before = [float(number) for number in build.output.split()]
    outcome = build.run(*commands, conditions=Conditions(monotonic=5_000_000, boot_time=7_000_000))
    assert outcome.ok, build.output
    assert outcome.observed["refused"] == {}
    after = [float(number) for number in build.output.split()]
    assert [round(seconds / 1e6) for seconds in after] == [5, 7, 7] * 2
    assert max(before) < 5_000_000
    assert all(0 <= wall < 1000 for wall in outcome.command_walls)


def test_time_passes_as_ever_beneath_shifted_clocks(build):
    outcome = build.sh("sleep 60", conditions=Conditions(monotonic=5_000_000), limits=Limits(time=0.5))
    assert outcome.limit == "time"


def test_clocks_cannot_be_shifted_to_before_the_start_and_this_is_told(build):
    outcome = build.sh("echo built", conditions=Conditions(monotonic=-(10**9), boot_time=5))
    assert outcome.ok
    assert build.output == "built\n"
    assert outcome.observed["refused"].keys() == {"monotonic", "boot_time"}
    assert "timens_offsets" in outcome.observed["refused"]["monotonic"]


def test_the_first_process_has_the_number_given(build):
    outcome = build.sh("echo $$", conditions=Conditions(first_pid=20_000))
    assert outcome.observed["refused"] == {}
    assert build.output == "20000\n"


def test_a_process_number_beyond_all_is_refused_and_told(build):
    outcome = build.sh("echo $$", conditions=Conditions(first_pid=1 << 30))
    assert outcome.ok
    assert outcome.observed["refused"].keys() == {"first_pid"}


def test_processors(build):
    last = max(os.sched_getaffinity(0))
    given = Conditions(processors=(last, 5000))
    assert build.computes("import os; print(os.sched_getaffinity(0))", conditions=given) == f"{{{last}}}\n"


def test_processors_that_there_are_none_of_are_refused_and_told(build):
    outcome = build.sh("nproc", conditions=Conditions(processors=(5000,)))
    assert outcome.ok
    assert outcome.observed["refused"].keys() == {"processors"}


def test_contents_are_seen_in_place_of_what_is_there(build):
    content = bytes(range(256))
    given = Conditions(files=(("/proc/cpuinfo", content), ("/dev/urandom", content), ("/etc/hosts", b"")))
    script = (
        "for path in ('/proc/cpuinfo', '/dev/urandom', '/etc/hosts'):\n"
        "    print(open(path, 'rb').read() == bytes(range(256)))\n"
        "    try: open(path, 'r+b')\n"
        "    except OSError: print('refused')\n"
    )
    seen = build.computes(script, conditions=given).split()
    assert seen == ["True", "refused", "True", "refused", "False", "refused"]


def test_what_is_not_there_is_left_out_and_told(build):
    given = Conditions(files=(("/etc/machine-id", b"x"), ("/proc/version", b"y")))
    outcome = build.sh("cat /proc/version; test ! -e /etc/machine-id", conditions=given)
    assert outcome.ok
    assert build.output == "y"
    assert outcome.observed["files_absent"] == ["/etc/machine-id"]


def test_contents_that_are_too_large_are_refused_and_told(build):
    given = Conditions(files=(("/proc/version", bytes(20 << 20)),))
    outcome = build.sh("head -c 5 /proc/version", conditions=given)
    assert outcome.ok
    assert build.output == "Linux"
    assert outcome.observed["refused"].keys() == {"files"}


def test_leftovers_lie_there_and_can_be_changed(build):
    given = Conditions(leftovers=(("/tmp/a/left", b"\xffold\n"), ("/build/left", b"in the build\n")))
    told = build.says("cat /tmp/a/left /build/left; echo new > /tmp/a/left; rm -r /tmp/a", conditions=given)
    assert "old\nin the build\n" in told


def test_leftovers_for_which_there_is_no_place_are_refused_and_told(build):
    outcome = build.sh("ls /tmp", conditions=Conditions(leftovers=(("/homeless/x", b""), ("/tmp/y", b""))))
    assert build.output == "y\n"
    assert outcome.observed["leftovers"] == ["/tmp/y"]
    assert outcome.observed["refused"] == {"leftovers": "/homeless: Read-only file system"}


def test_nothing_that_it_may_not_do_is_allowed_by_any_of_them(build, tmp_path):
    (tmp_path / "in").mkdir()
    given = Conditions(
        terminal=True, monotonic=5, boot_time=5, first_pid=500, uid=4321, files=(("/proc/cpuinfo", b"x"),)
    )
    script = (
        "grep -c 'Cap.*:.0000000000000000$' /proc/self/status; grep NoNewPrivs /proc/self/status;"
        "for path in /x /etc/x /in/x /proc/cpuinfo /dev/x /dev/pts/x /proc/sys/kernel/ns_last_pid "
        "/proc/self/timens_offsets; do (echo 1 > $path) 2>/dev/null && echo $path; done;"
        "unshare -T true 2>/dev/null || echo no clocks; unshare -Um true 2>/dev/null || echo no mounts;"
        "ls -1 /proc/self/fd"
    )
    told = build.says(script, conditions=given, binds=(Bind(tmp_path / "in", "/in"),))
    assert told.split("\n") == ["5", "NoNewPrivs:\t1", "no clocks", "no mounts", "0", "1", "2", "3", ""]


EVERYTHING = Conditions(
    host_name="elsewhere",
    domain_name="example",
    uid=4321,
    gid=1234,
    user_name="somebody",
    terminal=True,
    randomise_addresses=True,
    monotonic=1_000_000,
    boot_time=1_000_000,
    first_pid=5000,
    files=(("/proc/version", b"x"), ("/dev/urandom", b"x"), ("/etc/hosts", b"x")),
    leftovers=(("/tmp/left", b"x"),),
)
TELLING = """
open-host-file dot-dot roots-in-proc old-root inherited-descriptors make-files-everywhere
make-files-in-host-directory write-input mount-over-input device-nodes devices-of-the-host
remove-dev-null entropy-of-the-host write-proc-sys write-proc secrets-in-proc uncover-proc sys mount
remount umount tcp-to-the-hosts-loopback unix-socket-of-the-host abstract-socket-of-the-host
well-known-sockets kill-host ptrace-host proc-mem-host all-of-proc kill-init every-signal-to-init
ptrace-init descriptors-of-init namespaces-of-init become-root take-capabilities filter-off
around-the-filter-by-ptrace 32-bit-call setns parent-namespaces clock host-name
characters-into-a-terminal a-terminal personality daemon core-dump close-every-descriptor
log-that-does-not-block fork-bomb
"""


@pytest.mark.parametrize("attempt", [a for a in ATTEMPTS if a.name in TELLING.split()], ids=lambda a: a.name)
@pytest.mark.parametrize("root", ["contract", "host"])
def test_no_attempt_changes_the_host(
    attempt: Attempt, root: Literal["contract", "host"], launcher: Launcher
) -> None:
    outcome = run_attempt(attempt, launcher, lambda s: replace(s, root=root, conditions=EVERYTHING))
    assert outcome.faults == ()
