"""Every x86-64 program of a sandbox run by another program of the host, and nothing else changed by it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from bootstrap.recipe.model import Exec, Write
from bootstrap.sandbox import Launcher
from bootstrap.sandbox.conditions import Conditions, Traps
from tests.sandbox.attempts import ATTEMPTS, Attempt
from tests.sandbox.conftest import Build
from tests.sandbox.escapes import run_attempt


def _why_not() -> str:
    version = tuple(map(int, re.findall(r"\d+", os.uname().release)[:2]))
    if platform.machine() != "x86_64" or version < (6, 7):
        return "only Linux 6.7 and later on x86-64 lets a sandbox have an emulator"
    return "" if shutil.which("gcc") else "needs gcc"


pytestmark = [pytest.mark.sandbox, pytest.mark.skipif(bool(_why_not()), reason=_why_not())]

TELLING = r"""
#include <stdio.h>
int main(int count, char **words)
{
    for (int n = 1; n < count; n++)
        printf("%s%c", words[n], n + 1 < count ? ' ' : '\n');
    return 7;
}
"""
QEMU = shutil.which("qemu-x86_64-static")
needs_qemu = pytest.mark.skipif(QEMU is None, reason="needs qemu-x86_64-static (Debian: qemu-user-static)")
NEHALEM, HASWELL = 0x106A3, 0x306C4


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A program that runs nothing, but tells what it was to run, and ends with 7."""
    directory = tmp_path_factory.mktemp("telling")
    source, program = directory / "telling.c", directory / "telling"
    source.write_text(TELLING)
    subprocess.run(["gcc", "-static", "-o", program, source], check=True)
    return str(program)


@pytest.mark.parametrize("root", ["contract", "host"])
@pytest.mark.parametrize("traps", [None, Traps(random=b"seed")])
def test_programs_are_given_to_it_with_their_own_names(
    build: Build, telling: str, root: Literal["contract", "host"], traps: Traps | None
) -> None:
    told = Exec(argv=("true", "a word"))
    outcome = build.run(told, root=root, conditions=Conditions(emulator=telling, traps=traps))
    assert (outcome.exit_status, build.output) == (7, "/usr/bin/true true a word\n")
    assert outcome.observed["refused"] == {}


def test_what_needs_no_program_is_not_emulated(build: Build, telling: str) -> None:
    assert build.run(Write(path="/build/file", text="text"), conditions=Conditions(emulator=telling)).ok
    assert (build.build / "file").read_text() == "text"


def test_an_emulator_that_is_not_there_is_told_and_the_build_goes_on(build: Build) -> None:
    outcome = build.sh("echo built", conditions=Conditions(emulator="/nowhere/emulator"))
    assert outcome.ok
    assert "/nowhere/emulator" in outcome.observed["refused"]["emulator"]
    assert build.output == "built\n"


@needs_qemu
@pytest.mark.parametrize("root", ["contract", "host"])
@pytest.mark.parametrize(("processor", "signature"), [("Nehalem", NEHALEM), ("Haswell", HASWELL)])
def test_programs_see_the_processor_that_is_emulated(
    build: Build, root: Literal["contract", "host"], processor: str, signature: int
) -> None:
    outcome = build.sh("true", root=root, env={"QEMU_CPU": processor}, conditions=Conditions(emulator=QEMU))
    assert outcome.ok
    assert outcome.observed["processor"] == signature


@needs_qemu
def test_nothing_else_is_changed_by_it(build: Build) -> None:
    script = (
        "id; hostname; umask; pwd; ls -A / /dev /etc /tmp; touch file; stat -c %u:%g file /build /tmp; "
        "cut -d' ' -f5,6 /proc/self/mountinfo; grep -E 'NoNewPrivs|Seccomp|^Cap' /proc/self/status"
    )
    there = Conditions(uid=4321, gid=1234)
    assert build.says(script, conditions=replace(there, emulator=QEMU)) == build.says(
        script, conditions=there
    )


@needs_qemu
def test_it_holds_for_one_sandbox_only(build: Build, tmp_path: Path) -> None:
    assert build.sh("true", conditions=Conditions(emulator=QEMU)).ok
    outcome = build.sh("true", conditions=Conditions())
    assert outcome.observed["processor"] is None
    assert not Path("/.binfmt").exists()


RIGHTS = """
open-host-file roots-in-proc old-root device-nodes write-proc-sys write-proc uncover-proc mount remount umount
pivot-root chroot new-mount-calls mounts-of-others propagation kill-host ptrace-host proc-mem-host kill-init
ptrace-init namespaces-of-init descriptors-of-init setuid become-root other-groups take-capabilities unshare
clone clone3 setns parent-namespaces host-name clock filter-off capabilities-of-a-file
"""


@pytest.mark.parametrize("attempt", [a for a in ATTEMPTS if a.name in RIGHTS.split()], ids=lambda a: a.name)
def test_the_namespace_that_it_takes_gives_no_rights(attempt: Attempt, launcher: Launcher) -> None:
    nothing = Conditions(emulator="/nowhere/emulator")  # so that the attempts are the kernel's to refuse
    outcome = run_attempt(attempt, launcher, lambda s: replace(s, conditions=nothing))
    assert outcome.faults == ()
