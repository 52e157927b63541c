"""What a build sees: docs/reference/sandbox.md, sentence by sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bootstrap.recipe.model import Exec
from bootstrap.sandbox import Bind, Sandbox, base_environment

pytestmark = pytest.mark.sandbox


def test_the_user_is_1000_whoever_runs_it(build):
    assert build.says("id -u; id -g; id -un") == "1000\n1000\nbuild\n"


def test_the_root_holds_nothing_but_inputs_and_what_the_contract_names(build):
    names = set(build.says("ls -A /").split())
    assert names - {"usr", "bin", "lib", "lib32", "lib64", "sbin"} == {"build", "dev", "etc", "proc", "tmp"}


def test_a_sandbox_without_binds_has_a_working_directory_all_the_same(launcher, tmp_path):
    from bootstrap.recipe.model import MakeDirectory, Write

    commands = (
        MakeDirectory(path="a/b"),
        Write(path="/build/a/b/c", text="c"),
        Write(path="/tmp/d", text="d"),
    )
    assert launcher.run(Sandbox(commands=commands), log=tmp_path / "log").ok


def test_only_build_tmp_and_writable_binds_can_be_written_to(build, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    binds = (Bind(out, "/bootstrap/store/x", writable=True),)
    outcome = build.sh(
        "for place in / /etc /dev /proc /usr /bootstrap /bootstrap/store /build /tmp /bootstrap/store/x; do "
        "if touch $place/file 2>/dev/null; then echo $place; fi; done",
        binds=binds,
    )
    assert outcome.ok, build.output
    assert build.output == "/build\n/tmp\n/bootstrap/store/x\n"
    assert (out / "file").exists()


def test_the_working_directory_is_build(build):
    assert build.says("pwd; umask") == "/build\n0022\n"


def test_devices_are_five_and_no_terminal_is_among_them(build):
    assert build.says("ls -A /dev").split() == sorted(
        ["fd", "full", "null", "random", "shm", "stderr", "stdin", "stdout", "urandom", "zero"]
    )
    assert not build.sh(": < /dev/tty").ok
    assert build.says("head -c 3 /dev/zero | od -An -tx1; echo gone > /dev/null").split() == ["00"] * 3
    assert not build.sh("echo x > /dev/full").ok


def test_standard_input_is_empty_and_there_is_no_terminal(build):
    assert build.says("cat; tty || true; ps -o sid= -p $$ 2>/dev/null | tr -d ' ' || true").startswith(
        "not a tty"
    )
    assert build.computes("import os; print(os.getsid(0))") == "1\n"


def test_only_the_builds_own_processes_are_seen(build):
    pids = build.computes("import os; print(*sorted(int(n) for n in os.listdir('/proc') if n.isdigit()))")
    assert pids == "1 2\n"


def test_process_1_tells_nothing_of_the_host(build):
    shown = build.says(
        "tr '\\0' ' ' < /proc/1/cmdline; cat /proc/1/comm; cat /proc/1/environ /proc/1/maps || true"
    )
    assert shown.split()[:2] == ["sandbox", "sandbox"]
    assert "/" not in shown.replace("/proc/1/", "")


def test_host_and_domain_name_are_fixed(build):
    text = build.computes(
        "import os, ctypes; print(os.uname().nodename, open('/proc/sys/kernel/domainname').read())"
    )
    assert text.split() == ["bootstrap", "localdomain"]


def test_users_groups_and_hosts_are_fixed(build):
    assert build.says("cut -d: -f1,3 /etc/passwd /etc/group; cat /etc/hosts") == (
        "root:0\nbuild:1000\nnobody:65534\nroot:0\nbuild:1000\nnogroup:65534\n"
        "127.0.0.1 localhost bootstrap bootstrap.localdomain\n"
    )
    assert build.says("ls -A /etc").split() == ["group", "hosts", "passwd"]


def test_the_environment_is_what_was_given_and_nothing_else(build):
    given = {**base_environment(), "PATH": "/usr/bin:/bin"}
    lines = build.says("env | grep -v -e '^PWD=' -e '^SHLVL=' -e '^_='").splitlines()
    assert dict(line.split("=", 1) for line in lines) == given
    assert given["SOURCE_DATE_EPOCH"] == "315532800"


def test_loopback_is_the_only_network(build):
    listed = build.says("cat /proc/net/dev | tail -n +3 | cut -d: -f1")
    assert listed.split() == ["lo"]
    build.computes(
        "import socket\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "client = socket.create_connection(server.getsockname())\n"
        "client.sendall(b'x')\n"
        "assert server.accept()[0].recv(1) == b'x'\n"
    )


def test_two_sandboxes_share_no_port_and_no_abstract_socket(build):
    script = "import socket; socket.create_server(('127.0.0.1', 7)) if 0 else None; " + (
        "s = socket.socket(socket.AF_UNIX); s.bind('\\0taken'); t = socket.create_server(('127.0.0.1', 4444))"
    )
    assert build.py(script).ok
    assert build.py(script).ok


def test_there_is_no_sys(build):
    assert not build.sh("test -e /sys").ok


def test_no_mount_of_the_host_remains_in_view(build):
    places = build.says("cut -d' ' -f5 /proc/self/mountinfo").split()
    allowed = ("/proc", "/dev", "/build", "/tmp", "/usr", "/bin", "/lib", "/lib32", "/lib64", "/sbin")
    assert [p for p in places if p != "/" and not p.startswith(allowed)] == []


def test_addresses_are_not_randomised(build):
    script = "print(open('/proc/self/maps').read())"
    assert build.computes(script) == build.computes(script)


def test_limits_that_a_build_can_see_are_fixed(build):
    text = build.says("ulimit -s; ulimit -Hs; ulimit -n; ulimit -Hn; ulimit -c; ulimit -v")
    assert text.split() == ["8192", "65536", "1024", "4096", "0", "unlimited"]


def test_a_link_stands_where_it_was_asked_for(build):
    outcome = build.sh("readlink /opt/x/sh && /opt/x/sh -c 'echo works'", links=(("/opt/x/sh", "/bin/sh"),))
    assert outcome.ok
    assert build.output == "/bin/sh\nworks\n"


def test_a_file_can_be_bound_too(build, tmp_path):
    (tmp_path / "file").write_text("content")
    outcome = build.sh(
        "cat /bootstrap/file; echo x >> /bootstrap/file", binds=(Bind(tmp_path / "file", "/bootstrap/file"),)
    )
    assert not outcome.ok
    assert build.output.startswith("content")
    assert (tmp_path / "file").read_text() == "content"


def test_a_source_behind_links_is_found(build, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "store path é").mkdir()
    (tmp_path / "real" / "store path é" / "file").write_text("content")
    (tmp_path / "home").symlink_to(tmp_path / "real")
    outcome = build.sh(
        "cat /bootstrap/x/file", binds=(Bind(tmp_path / "home" / "store path é", "/bootstrap/x"),)
    )
    assert outcome.ok
    assert build.output == "content"


def test_a_source_that_does_not_exist_is_named(build, tmp_path):
    from bootstrap.errors import BootstrapError

    with pytest.raises(BootstrapError, match="missing cannot be shown as /bootstrap/x: No such file"):
        build.sh("true", binds=(Bind(tmp_path / "missing", "/bootstrap/x"),))


def test_what_a_build_makes_belongs_to_whoever_ran_it(build):
    build.says("touch file; stat -c %u:%g file")
    assert build.output == "1000:1000\n"
    assert (build.build / "file").stat().st_uid == os.geteuid()


def test_shared_memory_and_semaphores_have_a_place(build):
    build.says("echo x > /dev/shm/sem.x; cat /tmp/sem.x")


def test_a_program_can_reopen_its_own_descriptors(build):
    assert build.says("echo x > /dev/stdout; echo y > /dev/fd/2") == "x\ny\n"


def test_standard_output_of_a_check_goes_to_its_file(build, tmp_path):
    commands = (Exec(argv=("sh", "-c", "echo out; echo err >&2")), Exec(argv=("echo", "more")))
    assert build.run(*commands, stdout_file=tmp_path / "stdout").ok
    assert (tmp_path / "stdout").read_text() == "out\nmore\n"
    assert build.output == "err\n"


def test_a_build_inherits_no_descriptor(build):
    listed = build.computes("import os; print(sorted(os.listdir('/proc/self/fd')))")
    assert listed == "['0', '1', '2', '3']\n"  # the last is the directory being read


def test_signals_are_as_a_new_session_has_them(build):
    text = build.says("grep -E '^Sig(Blk|Ign)' /proc/self/status")
    # glibc's posix_spawn(3) leaves the two signals ignored that it keeps for itself, 32 and 33.
    assert all(int(line.split()[1], 16) & ~0x180000000 == 0 for line in text.splitlines())


def test_usage_is_told(build):
    outcome = build.sh("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")
    assert outcome.ok
    assert outcome.wall > 0
    assert outcome.user + outcome.system > 0
    assert outcome.peak_memory > 1 << 20
    assert len(outcome.command_walls) == 1


def test_nothing_is_left_of_the_hosts_mounts_in_the_callers_view(build):
    before = Path("/proc/self/mountinfo").read_text()
    build.says("true")
    assert Path("/proc/self/mountinfo").read_text() == before
