"""How limits are kept: by the host's own groups, and by groups of hosts as values."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

from bootstrap.doctor.limits import control_groups
from bootstrap.sandbox.inside import cgroups
from bootstrap.sandbox.inside.cgroups import Home


def test_without_groups_limits_are_kept_by_looking() -> None:
    found = control_groups({})
    assert (found.state, "ten times a second" in found.says) == ("warn", True)
    assert "systemd-run" in found.todo


def test_groups_that_refuse_are_no_groups(tmp_path) -> None:
    found = control_groups({"pids": Home(str(tmp_path / "missing"), 2)})
    assert (found.state, "missing" in found.says) == ("warn", False)


def test_a_directory_that_takes_groups_is_named(tmp_path, monkeypatch) -> None:
    # What the kernel makes by itself in a new group is there before.
    monkeypatch.setattr(cgroups, "_write", lambda path, text: None)
    home = Home(str(tmp_path), 2)
    assert control_groups({"pids": home, "memory": home}).state == "ok"
    assert f"pids (version 2, {tmp_path})" in control_groups({"pids": home}).says
    assert os.listdir(tmp_path) == []


LIMITED = """
import resource
from bootstrap.doctor.limits import host_limits
for finding in host_limits():
    print(finding.name, finding.state, finding.says)
"""


def limited(kind: int, hard: int) -> str:
    return subprocess.run(
        [sys.executable, "-c", LIMITED],
        env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
        preexec_fn=lambda: resource.setrlimit(kind, (hard, hard)),
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_lower_limit_of_the_hosts_is_named_with_what_was_promised() -> None:
    said = limited(resource.RLIMIT_NOFILE, 512)
    assert "limits warn" in said
    assert "RLIMIT_NOFILE 512 of 4096" in said


def test_a_limit_where_builds_are_promised_none_is_named() -> None:
    assert "RLIMIT_CPU 1000 of unlimited" in limited(resource.RLIMIT_CPU, 1000)


def test_few_processes_are_a_drawback_for_all_but_root() -> None:
    state = "ok" if os.geteuid() == 0 else "warn"
    assert f"processes {state}" in limited(resource.RLIMIT_NPROC, 3000)
