"""A machine of another kind: release, version, processors, memory."""

from __future__ import annotations

import shutil

import pytest

from bootstrap.recipe.model import Exec
from bootstrap.sandbox.conditions import Clock, Conditions, Traps
from tests.sandbox.trapped import program_32, run, says

pytestmark = pytest.mark.sandbox

OTHER = Traps(release="9.8.7-other", kernel_version="#1 another", processors=70, memory=3 << 30)


def test_programs_see_it(build):
    told = " ".join(says(build, OTHER, "machine")).split("|")
    assert told == [
        "Linux", "bootstrap", "9.8.7-other", "#1 another", "x86_64", str(3 << 30), "70", "16", "1",
    ]  # fmt: skip


def test_so_do_the_hosts_tools(build):
    script = "uname -r; uname -v; nproc; getconf _PHYS_PAGES"
    told = build.says(script, conditions=Conditions(traps=OTHER)).splitlines()
    assert told == ["9.8.7-other", "#1 another", "70", str((3 << 30) // 4096)]


def test_what_is_not_said_is_as_it_is(build):
    plain = build.says("uname -a; nproc")
    assert build.says("uname -a; nproc", conditions=Conditions(traps=Traps(memory=1 << 30))) == plain
    changed = build.says("uname -a", conditions=Conditions(traps=Traps(release="1.2.3")))
    assert changed.split()[3:] == plain.splitlines()[0].split()[3:]


def test_a_program_that_wants_a_smaller_machine_gets_it(build):
    script = "setarch linux32 uname -m"
    assert build.says(script, conditions=Conditions(traps=OTHER)) == "i686\n"


def test_how_often_it_was_answered_is_told(build):
    told = run(build, OTHER, "machine").observed["traps"]
    assert told["execs"] == told["vdso_hidden"] == 0
    assert {*told["calls"]} == {"sched_getaffinity", "sysinfo", "uname"}


def test_a_32_bit_program_sees_the_same(build):
    (build.build / "dir").mkdir()
    traps = Traps(
        clock=Clock(at=1_000_000_000, runs=False),
        random=b"seed",
        directories="reversed",
        release="9.8.7-other",
        processors=3,
        memory=64 << 30,
        file_times=12345,
    )
    conditions = Conditions(traps=traps)
    shutil.copy(program_32(), build.build / "program")
    outcome = build.run(Exec(argv=("./program",)), root="host", conditions=conditions)
    assert outcome.ok, outcome.message
    told = dict(line.partition(" ")[::2] for line in build.output.splitlines())
    for name in ("time", "stored", "gettimeofday", "clock_gettime", "clock_gettime64"):
        assert told[name] == "1000000000", name
    assert told["getrandom"] == "8"
    drawn = told["drawn"]
    assert told["release"] == "9.8.7-other"
    assert int(told["pages"]) * int(told["unit"]) == 64 << 30
    assert (told["affinity"], told["mask"]) == ("8", "7")
    assert told["getdents64"].split() == told["getdents"].split() == ["..", "."]
    assert (told["fstat64"], told["size"], told["modified"]) == ("0", "5", "12345")
    assert outcome.observed["traps"]["vdso_hidden"] == 1
    assert build.run(Exec(argv=("./program",)), root="host", conditions=conditions).ok
    assert f"drawn {drawn}\n" in build.output
