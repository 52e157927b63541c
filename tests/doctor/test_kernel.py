"""Kernels and processors, by what uname(2) says of them."""

from __future__ import annotations

import os

import pytest

from bootstrap.doctor.kernel import kernel, overlayfs, processor


def system(
    release: str = "6.1.0-18-amd64", *, name: str = "Linux", machine: str = "x86_64"
) -> os.uname_result:
    return os.uname_result((name, "host", release, "#1 SMP", machine))


@pytest.mark.parametrize(
    ("release", "state"),
    [
        ("6.1.0-18-amd64", "ok"),
        ("5.14.0-427.el9.x86_64", "ok"),
        ("6.18.44-fc-v595", "ok"),
        ("5.10.0-28-amd64", "warn"),
        ("5.4.0-170-generic", "warn"),
        ("5.3.18-lp152", "bad"),
        ("4.18.0-513.el8.x86_64", "bad"),
        ("3.10.0-1160.el7.x86_64", "bad"),
        ("next", "warn"),
    ],
)
def test_a_kernel_must_have_what_sandboxes_are_made_of(release: str, state: str) -> None:
    found = kernel(system(release))
    assert found.state == state
    assert release in found.says
    assert bool(found.todo) == (state != "ok")


def test_another_system_is_no_linux() -> None:
    assert kernel(system("23.1.0", name="Darwin")).state == "bad"


def test_another_processor_runs_no_recipe() -> None:
    assert processor(system()).state == "ok"
    assert processor(system(machine="aarch64")).state == "bad"


def test_overlayfs_is_told_of_and_needed_by_nothing(tmp_path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/filesystems").write_text("nodev\tsysfs\nnodev\toverlay\n\text4\n")
    assert overlayfs(str(tmp_path)).says.startswith("known to")
    assert overlayfs(str(tmp_path / "missing")).says.startswith("not loaded")
