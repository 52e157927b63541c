"""Where groups can be made, read from a tree of files that stands for a host."""

from __future__ import annotations

import os

import pytest

from bootstrap.sandbox.inside import cgroups
from bootstrap.sandbox.inside.cgroups import Home


@pytest.fixture
def host(tmp_path):
    def make(files: dict[str, str]) -> str:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return str(tmp_path)

    return make


def test_version_1_has_a_hierarchy_per_controller(host):
    root = host(
        {
            "proc/self/cgroup": "8:pids:/\n4:cpu,memory:/jobs/a\n0::/\n",
            "proc/self/mountinfo": (
                "35 31 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,cpu,memory\n"
                "36 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
            ),
            "sys/fs/cgroup/pids/cgroup.procs": "",
            "sys/fs/cgroup/memory/jobs/a/cgroup.procs": "",
        }
    )
    assert cgroups.find(root) == {
        "pids": Home("/sys/fs/cgroup/pids", 1),
        "memory": Home("/sys/fs/cgroup/memory/jobs/a", 1),
    }


def test_version_2_gives_groups_beside_ones_own(host):
    root = host(
        {
            "proc/self/cgroup": "0::/user.slice/app.slice/shell.scope\n",
            "proc/self/mountinfo": "35 31 0:31 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
            "sys/fs/cgroup/user.slice/app.slice/cgroup.procs": "",
            "sys/fs/cgroup/user.slice/app.slice/cgroup.subtree_control": "memory pids\n",
            "sys/fs/cgroup/user.slice/app.slice/shell.scope/cgroup.procs": "",
            "sys/fs/cgroup/user.slice/app.slice/shell.scope/cgroup.subtree_control": "\n",
        }
    )
    home = Home("/sys/fs/cgroup/user.slice/app.slice", 2)
    assert cgroups.find(root) == {"memory": home, "pids": home}


def test_a_mount_of_a_part_is_understood(host):
    root = host(
        {
            "proc/self/cgroup": "8:pids:/docker/x/y\n",
            "proc/self/mountinfo": "36 31 0:36 /docker/x /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n",
            "sys/fs/cgroup/pids/y/cgroup.procs": "",
        }
    )
    assert cgroups.find(root) == {"pids": Home("/sys/fs/cgroup/pids/y", 1)}


def test_a_host_without_any_gives_none(host):
    assert cgroups.find(host({"proc/self/mountinfo": "", "proc/self/cgroup": "0::/\n"})) == {}


def test_without_homes_a_group_is_empty():
    assert cgroups.make({}, "bootstrap-1-1", 10, 10) == cgroups.Group()


def test_a_home_that_refuses_gives_an_empty_group(tmp_path):
    missing = Home(str(tmp_path / "missing"), 2)
    assert cgroups.make({"pids": missing}, "bootstrap-1-1", 10, 10) == cgroups.Group()


def test_groups_of_dead_launchers_are_swept(tmp_path):
    for name in ("bootstrap-4194399-1", f"bootstrap-{os.getpid()}-1", "other"):
        (tmp_path / name).mkdir()
    cgroups.sweep({"pids": Home(str(tmp_path), 2)})
    assert sorted(os.listdir(tmp_path)) == [f"bootstrap-{os.getpid()}-1", "other"]


def test_an_event_is_a_counter_that_is_not_0(tmp_path):
    (tmp_path / "events").write_text("low 0\noom 3\noom_kill 2\n")
    group = cgroups.Group(events=(cgroups.Event("memory", str(tmp_path / "events"), b"oom_kill"),))
    assert cgroups.passed(group) == "memory"
    (tmp_path / "events").write_text("oom 3\noom_kill 0\n")
    assert cgroups.passed(group) is None
