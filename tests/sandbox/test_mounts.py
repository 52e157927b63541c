"""The plan of a sandbox's file system, before anything is mounted."""

from __future__ import annotations

import json

import pytest

from bootstrap.sandbox.mounts import Attach, Directory, Link, Proc, Tmpfs, fixed, pack, plan, unpack


def attach(path: str, writable: bool = False) -> Attach:
    return Attach(f"/real{path}", path, writable, True)


def test_parents_come_before_what_lies_in_them():
    operations = plan([attach("/bootstrap/store/b"), attach("/bootstrap/store/a")], [("/bin/sh", "/x")])
    paths = [operation.path for operation in operations]
    assert [path for path in paths if path not in ("/build", "/tmp")] == [
        "/bin",
        "/bootstrap",
        "/bootstrap/store",
        "/bootstrap/store/a",
        "/bootstrap/store/b",
        "/bin/sh",
    ]


def test_build_and_tmp_are_in_memory_unless_they_are_attached():
    assert [o.path for o in plan([]) if isinstance(o, Tmpfs)] == ["/build", "/tmp"]
    assert [o.path for o in plan([attach("/build", True)]) if isinstance(o, Tmpfs)] == ["/tmp"]


def test_it_crosses_to_another_process_unchanged():
    operations = plan([attach("/build", True), attach("/x/y")], [("/bin/sh", "/x")])
    assert unpack(json.loads(json.dumps(pack(operations)))) == operations


@pytest.mark.parametrize("path", ["relative", "/", "/a/../b", "/a//b", "/a/", "/a\0b", ""])
def test_a_target_that_is_not_absolute_and_normal_is_refused(path):
    with pytest.raises(ValueError, match="not an absolute, normal path"):
        plan([attach(path)])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a", "/a"),
        ("/a", "/a/b"),
        ("/a", "/a/b/c"),
        ("/dev", "/x"),
        ("/dev/sda", "/x"),
        ("/proc/self", "/x"),
    ],
)
def test_targets_that_meet_are_refused(one, other):
    with pytest.raises(ValueError, match=r"two things at one place|lies within"):
        plan([attach(one), attach(other)])


@pytest.mark.parametrize("path", ["/etc", "/etc/passwd", "/tmp/x", "/build/x"])
def test_nothing_is_put_over_or_into_what_the_contract_fixes(path):
    with pytest.raises(ValueError, match=r"two things|lies within"):
        plan([attach(path)])


def test_a_link_does_not_stand_where_something_is_attached():
    with pytest.raises(ValueError, match="two things"):
        plan([attach("/bin")], [("/bin", "usr/bin")])
    with pytest.raises(ValueError, match="lies within"):
        plan([attach("/bin")], [("/bin/sh", "x")])


def test_only_names_that_the_host_has_are_covered_in_proc():
    (proc,) = (o for o in fixed({"kcore": False, "bus": True, "cpuinfo": False}) if isinstance(o, Proc))
    assert proc == Proc(("bus",), ("kcore",))


def test_every_operation_describes_itself():
    operations = [*fixed({"kcore": False}), *plan([attach("/build", True)], [("/bin/sh", "/x/sh")])]
    lines = [operation.describe() for operation in operations]
    assert "proc /proc (ro, 1 names covered)" in lines
    assert "bind /real/build on /build (rw)" in lines
    assert "bind /dev/null on /dev/null (ro)" in lines
    assert "link /bin/sh -> /x/sh" in lines
    assert all(isinstance(o, Directory | Link) or o.describe() for o in operations)


def test_a_thousand_inputs_are_planned_quickly():
    assert len(plan([attach(f"/bootstrap/store/{n}") for n in range(1000)])) == 1004
