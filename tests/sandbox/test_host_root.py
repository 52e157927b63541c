"""A root that is the host's own: its programs and files, and nothing that could be changed or reached."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bootstrap.errors import BootstrapError
from bootstrap.recipe.model import Exec, Write
from bootstrap.sandbox import Bind, mounts
from bootstrap.sandbox.conditions import Conditions
from bootstrap.sandbox.host_root import plan

pytestmark = pytest.mark.sandbox


@pytest.fixture
def host(build):
    """Runs a shell script beneath the host's root, and gives what it writes."""

    def run(script, **options):
        return build.says(script, root="host", **options)

    return run


def test_the_hosts_programs_and_files_are_there(host):
    told = host("cat /etc/os-release; readlink -f /bin; ls -A /usr").split("\n", 1)[1]
    assert f"{os.path.realpath('/bin')}\n" in told
    assert set(os.listdir("/usr")) <= set(told.split())


def test_all_top_level_names_are_there_and_build_and_home_beside_them(host):
    expected = set(os.listdir("/")) | {"build", "homeless"}
    assert set(host("ls -A /").split()) == expected


def test_nothing_can_be_written_but_what_is_the_builds_own(host):
    told = host(
        "for place in $(find / -maxdepth 2 -type d 2>/dev/null) /dev/shm; do "
        "if (: > $place/.written) 2>/dev/null; then echo $place; fi; done"
    )
    places = {"/build", "/dev/shm", "/homeless", "/tmp"}
    if os.path.realpath("/var/tmp") == "/var/tmp":
        places |= {"/var/tmp"}
    assert set(told.split()) == places


def test_places_in_memory_are_empty_and_gone_afterwards(host):
    script = "ls -A /tmp /var/tmp /homeless /run | grep -v :; echo x | tee /tmp/x /var/tmp/x /homeless/x"
    assert host(script).split() == host(script).split() == ["x"]
    assert not os.path.exists("/homeless")


def test_the_home_directory_is_where_the_environment_says(host):
    told = host("cd ~; pwd; touch file; cut -d: -f6 /etc/passwd | sort -u", env={"HOME": "/some/home"})
    assert told.split() == ["/some/home", "/some/home"]


def test_devices_and_processes_are_the_contracts(host):
    devices = ["fd", "full", "null", "random", "shm", "stderr", "stdin", "stdout", "urandom", "zero"]
    told = host("ls -A /dev; echo /proc/[0-9]*; wc -c < /proc/kallsyms")
    assert told.split() == [*devices, "/proc/1", "/proc/2", "0"]


def test_users_and_names_are_constant_and_the_rest_of_etc_is_the_hosts(host):
    told = host("id -un; cut -d: -f1 /etc/passwd /etc/group; cat /etc/hosts; ls -A /etc")
    assert told.startswith("build\nroot\nbuild\nnobody\nroot\nbuild\nnogroup\n127.0.0.1 localhost bootstrap")
    assert set(os.listdir("/etc")) <= set(told.split())


def test_there_is_no_network(host):
    assert host("tail -n +3 /proc/net/dev | cut -d: -f1").split() == ["lo"]


def test_what_it_may_write_to_is_bound_beside_the_hosts_names(build, tmp_path):
    (tmp_path / "out").mkdir()
    commands = (Write(path="file", text="source"), Exec(argv=("cp", "file", "/out/result")))
    binds = (Bind(tmp_path / "out", "/out", writable=True),)
    assert build.run(*commands, binds=binds, root="host").ok, build.output
    assert (tmp_path / "out" / "result").read_text() == "source"


@pytest.mark.parametrize("target", ["/usr/out", "/etc/new/out", "/var/lib/out"])
def test_nothing_is_bound_into_a_directory_of_the_hosts(build, tmp_path, target):
    with pytest.raises(BootstrapError, match=f"{target} cannot be shown: it lies within /[a-z]+, which is"):
        build.sh("true", binds=(Bind(tmp_path, target),), root="host")


def test_a_home_within_a_directory_of_the_hosts_is_refused(build):
    with pytest.raises(BootstrapError, match="/usr/home cannot be shown"):
        build.sh("true", env={"HOME": "/usr/home"}, root="host")


def test_setuid_programs_gain_nothing_and_none_can_be_made(host):
    told = host(
        "cp /bin/true t; chmod u+s t 2>/dev/null || echo refused; grep NoNewPrivs /proc/self/status;"
        "awk '$5 != \"/\" && $6 !~ /nosuid/ {print $5}' /proc/self/mountinfo"
    )
    assert told == "refused\nNoNewPrivs:\t1\n"


def test_extended_attributes_are_as_the_file_system_has_them(build):
    script = (
        "import os\n"
        "os.close(os.open('/tmp/file', os.O_CREAT))\n"
        "print(os.listxattr('/tmp/file'))\n"
        "try: os.setxattr('/tmp/file', 'trusted.x', b'')\n"
        "except PermissionError: print('refused')\n"
    )
    assert build.computes(script, root="host") == "[]\nrefused\n"


# int call(number, one, two): push rbx; mov eax, edi; mov ebx, esi; mov ecx, edx; int 0x80; pop rbx; ret
NARROW = """
import ctypes, mmap, os
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(bytes.fromhex("53 89f8 89f3 89d1 cd80 5b c3"))
call = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_int] * 3)(
    ctypes.addressof(ctypes.c_char.from_buffer(code)))
file = os.open("/tmp/file", os.O_CREAT | os.O_RDWR)
print(call(20, 0, 0) == os.getpid(), call(94, file, 0o755), call(94, file, 0o4755), call(74, 0, 0),
      call(310, 0x10000000, 0), call(102, 1, 0), call(467, 0, 0), call(468, 0, 0))
"""


def test_32_bit_programs_run_and_may_do_no_more_than_others(build):
    alone = subprocess.run([sys.executable, "-c", NARROW], capture_output=True, text=True, check=False)
    if not alone.stdout.startswith("True"):
        pytest.skip("this kernel has no 32-bit system calls")
    assert build.computes(NARROW, root="host").split() == ["True", "0", "-1", "-1", "-1", "-38", "-1", "-38"]


def test_conditions_hold_beneath_it_too(build):
    given = Conditions(
        host_name="elsewhere",
        user_name="somebody",
        uid=4321,
        build="/else/where",
        terminal=True,
        files=(("/sys/devices/system/cpu/online", b"0-6\n"), ("/etc/machine-id", b"0123\n")),
        leftovers=(("/homeless/.cache/left", b"left\n"),),
    )
    script = "pwd; id -un; uname -n; tty; getconf _NPROCESSORS_ONLN; cat ~/.cache/left"
    outcome = build.sh(script, root="host", conditions=given)
    assert outcome.ok, build.output
    assert build.output.split() == ["/else/where", "somebody", "elsewhere", "/dev/pts/0", "7", "left"]
    assert outcome.observed["refused"] == {}


def test_what_the_host_has_at_a_target_is_not_seen(tmp_path):
    attached = [mounts.Attach(str(tmp_path), "/opt", True, True)]
    operations = plan(attached, [], build="/build", home="/h", files=[], names_in_proc={})
    shown = [o for o in operations if isinstance(o, mounts.Attach) and o.path == "/opt"]
    assert shown == attached


def test_a_program_that_the_host_does_not_have_is_named(build):
    outcome = build.run(Exec(argv=("no-such-program",)), root="host")
    assert outcome.message == "no-such-program is not on PATH, which is '/usr/bin:/bin'"
    assert not Path("/usr/bin/no-such-program").exists()
