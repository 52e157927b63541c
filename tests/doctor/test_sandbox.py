"""Namespaces: settings of hosts as files, and a sandbox that is really made."""

from __future__ import annotations

import os
import subprocess

import pytest

from bootstrap.doctor import sandbox
from bootstrap.doctor.sandbox import PROGRAM, devices, namespaces


@pytest.fixture
def host(tmp_path):
    def make(name: str, value: str) -> str:
        path = tmp_path / "proc/sys" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value)
        return str(tmp_path)

    return make


@pytest.mark.parametrize(
    ("name", "value", "todo"),
    [
        ("kernel/unprivileged_userns_clone", "0\n", "sysctl -w kernel.unprivileged_userns_clone=1"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1\n", "apparmor_restrict_unprivileged_userns=0"),
        ("user/max_user_namespaces", "0\n", "sysctl -w user.max_user_namespaces=15000"),
        ("user/max_net_namespaces", "0\n", "sysctl -w user.max_net_namespaces=15000"),
    ],
)
def test_a_setting_that_forbids_namespaces_is_named_with_the_command(host, name, value, todo) -> None:
    found = namespaces(host(name, value))
    assert found.state == "warn"
    assert todo in found.todo


def test_settings_that_forbid_nothing_are_fine(host) -> None:
    host("kernel/unprivileged_userns_clone", "1\n")
    assert namespaces(host("user/max_user_namespaces", "63000\n")).state == "ok"


def test_a_device_that_is_missing_or_a_file_is_named_with_the_command(tmp_path) -> None:
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/null").write_text("what was written there after somebody removed the device")
    for name in ("random", "urandom", "zero"):
        (tmp_path / "dev" / name).symlink_to(f"/dev/{name}")
    found = devices(str(tmp_path))
    assert (found.state, found.says) == ("bad", "missing, or no device: /dev/full /dev/null")
    assert found.todo.splitlines()[0] == "as root: rm -f /dev/full && mknod -m 666 /dev/full c 1 7"


def test_this_hosts_devices_are_there() -> None:
    assert devices().state == "ok"


@pytest.mark.sandbox
def test_a_sandbox_is_made() -> None:
    assert sandbox.sandbox().state == "ok"


@pytest.mark.sandbox
def test_a_program_that_fails_in_it_is_bad(monkeypatch) -> None:
    # lea edi, [rax-2] becomes lea edi, [rax-1]: the program says that nothing filters its calls
    monkeypatch.setattr(sandbox, "PROGRAM", PROGRAM.replace(b"\x8d\x78\xfe", b"\x8d\x78\xff"))
    found = sandbox.sandbox()
    assert (found.state, "filter of system calls" in found.todo) == ("bad", True)


@pytest.mark.sandbox
def test_a_program_that_cannot_be_run_in_it_is_bad(monkeypatch) -> None:
    monkeypatch.setattr(sandbox, "PROGRAM", b"\x7fELF")
    assert "cannot be run" in sandbox.sandbox().says


def test_a_full_directory_for_temporary_files_is_told(monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/proc/nowhere")
    found = sandbox.sandbox()
    assert (found.state, "TMPDIR" in found.todo) == ("bad", True)


def test_the_program_tells_by_its_status_that_nothing_filters_its_calls(tmp_path) -> None:
    program = tmp_path / "program"
    program.write_bytes(PROGRAM)
    os.chmod(program, 0o755)
    assert subprocess.run([program], check=False).returncode == 256 - 2
