"""Whether CPUID can be varied on a host, and what to do where it cannot."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reprocheck.variation.table import find, tell

CPUID = find("cpu.features-cpuid")


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, bool], None]:
    """A host with this release of Linux, with an emulator or without."""

    def make(release: str, has_emulator: bool) -> None:
        told = os.uname_result(("Linux", "host", release, "#1", "x86_64"))
        monkeypatch.setattr(os, "uname", lambda: told)
        monkeypatch.setenv("PATH", str(tmp_path))
        if has_emulator:
            program = tmp_path / "qemu-x86_64-static"
            program.write_bytes(b"")
            program.chmod(0o755)

    return make


@pytest.mark.parametrize("release", ["6.7.0", "6.10-rc1", "7", "10.2.3-distribution"])
def test_it_can_be_with_an_emulator(host: Callable[[str, bool], None], release: str) -> None:
    host(release, True)
    assert CPUID.obstacle() == ""


def test_without_an_emulator_it_says_what_to_install(host: Callable[[str, bool], None]) -> None:
    host("6.12.0", False)
    assert "qemu-x86_64-static (Debian: package qemu-user-static)" in CPUID.obstacle()


@pytest.mark.parametrize("release", ["6.6.99", "5.15.0-generic", "6"])
def test_before_6_7_it_says_so(host: Callable[[str, bool], None], release: str) -> None:
    host(release, True)
    assert "Linux 6.7" in CPUID.obstacle()


def test_both_stories_are_told_by_the_same_emulator_in_as_many_bytes() -> None:
    control, varied = tell([CPUID], []), tell([CPUID], [CPUID.name])
    assert control.conditions == varied.conditions
    names = [dict(each.environment)["QEMU_CPU"] for each in (control, varied)]
    assert names[0] != names[1]
    assert len(names[0]) == len(names[1])
