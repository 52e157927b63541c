"""The verb doctor on this host, and on hosts on which builds cannot work; what `run` says on those."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import hosts
from tests.cli.checkout import Checkout

pytestmark = pytest.mark.sandbox


def doctor(home: Path, *words: str, before: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "bootstrap.cli", "doctor", "--home", str(home), *words]
    env = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([*(before or []), *argv], env=env, text=True, capture_output=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def states(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in json.loads(done.stdout)["checks"]}


def test_builds_can_work_here(tmp_path: Path) -> None:
    done = doctor(tmp_path)
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert lines[-1] == "builds can work here"
    assert all(line.split()[0] in ("ok", "warn", "→") for line in lines[:-1])
    assert os.listdir(tmp_path) == []


def test_every_finding_that_is_not_ok_says_what_to_do(tmp_path: Path) -> None:
    done = doctor(tmp_path / "home", "--json")
    assert json.loads(done.stdout)["ready"] is True
    for check in states(done).values():
        assert check.keys() == {"name", "state", "says", "todo"}
        assert bool(check["todo"]) == (check["state"] != "ok")


def test_a_filter_that_forbids_namespaces_is_found(tmp_path: Path) -> None:
    done = doctor(tmp_path, "--json", before=hosts.with_a_filter_against_namespaces())
    assert done.returncode == 6
    found = states(done)["sandbox"]
    assert (found["state"], "EPERM" in found["says"]) == ("bad", True)
    assert "seccomp" in found["todo"]


def test_a_setting_that_forbids_namespaces_is_found(tmp_path: Path) -> None:
    done = doctor(tmp_path, before=hosts.without_user_namespaces())
    assert done.returncode == 6
    assert done.stdout.endswith("builds cannot work here\n")
    assert "sudo sysctl -w user.max_user_namespaces=15000" in done.stdout


@pytest.mark.parametrize(
    ("options", "name", "state"),
    [
        ("size=1m", "disk space", "bad"),
        ("size=1g", "disk space", "warn"),
        ("size=4g,nr_inodes=500", "inodes", "bad"),
        ("size=4g,nr_inodes=20000", "inodes", "warn"),
    ],
)
def test_a_small_disk_is_found(tmp_path: Path, options: str, name: str, state: str) -> None:
    done = doctor(tmp_path / "home", "--json", before=hosts.with_a_disk(str(tmp_path), options))
    assert states(done)[name]["state"] == state
    assert done.returncode == (6 if state == "bad" else 0)


def test_a_full_disk_is_found(tmp_path: Path) -> None:
    disk = hosts.with_a_disk(str(tmp_path), "size=64k")
    fill = ["sh", "-c", 'head -c 65536 /dev/zero > "$0/x"; exec "$@"', str(tmp_path)]
    found = states(doctor(tmp_path / "home", "--json", before=[*disk, *fill]))
    assert (found["home"]["state"], "No space left" in found["home"]["says"]) == ("bad", True)


def test_a_place_that_cannot_be_written_to_ends_with_6() -> None:
    done = doctor(Path("/proc/bootstrap"))
    assert done.returncode == 6
    assert "bad   home" in done.stdout


@pytest.mark.parametrize(
    ("before", "reason", "todo"),
    [
        (hosts.with_a_filter_against_namespaces(), "EPERM", "seccomp"),
        (hosts.without_user_namespaces(), "ENOSPC", "user.max_user_namespaces=15000"),
    ],
    ids=["filter", "setting"],
)
def test_run_ends_with_6_and_says_what_to_do(
    checkout: Checkout, before: list[str], reason: str, todo: str
) -> None:
    checkout.stage('a = made("a")\nstage(name = "first", recipes = [a])\n')
    command = [*before, *checkout.command("run", "a")]
    done = subprocess.run(
        command,
        cwd=checkout.root,
        env={**checkout.environment, "PYTHONPATH": ":".join(sys.path)},
        text=True,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (6, ""), done.stderr
    assert f"failed with {reason}" in done.stderr
    assert todo in done.stderr
    assert "Traceback" not in done.stderr
