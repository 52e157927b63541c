"""Random bytes that are the same each time, and others for each process."""

from __future__ import annotations

import re

import pytest

from bootstrap.sandbox.conditions import Conditions, Traps
from bootstrap.sandbox.inside.random_files import random_files
from tests.sandbox.trapped import LINKED, program, says

pytestmark = pytest.mark.sandbox

ONE, OTHER = Traps(random=b"one"), Traps(random=b"other")


@pytest.mark.parametrize("linked", LINKED)
def test_a_seed_gives_the_same_bytes_each_time(build, linked):
    first = says(build, ONE, "randomness", by=program(linked))
    assert first == says(build, ONE, "randomness", by=program(linked))
    assert not {*first} & {*says(build, OTHER, "randomness", by=program(linked))}


def test_no_process_and_no_call_gets_what_another_got(build):
    drawn = says(build, ONE, "randomness")
    assert len({*drawn}) == len(drawn) == 5


def test_it_does_not_depend_on_process_ids(build):
    conditions = Conditions(traps=ONE)
    draw = "python3 -c 'import os; print(os.urandom(8).hex())'"
    plain = build.says(f"true; {draw}; {draw}", conditions=conditions)
    assert len({*plain.split()}) == 2
    assert build.says(f"true; {draw}; {draw}", conditions=conditions) == plain


def test_parallel_processes_get_their_own_stream_whoever_comes_first(build):
    script = """
import os, sys, time
for child in range(8):
    if os.fork() == 0:
        time.sleep(float(os.environ.get("LATE", "0")) * (8 - child) / 200)
        os.write(1, b"%d %s\\n" % (child, os.getrandom(8).hex().encode()))
        os._exit(0)
for child in range(8):
    os.wait()
"""
    runs = [
        sorted(build.computes(script, conditions=Conditions(traps=ONE), env={"LATE": late}).splitlines())
        for late in ("0", "1")
    ]
    assert runs[0] == runs[1]
    assert len({line.split()[1] for line in runs[0]}) == 8


def test_files_in_place_of_the_devices():
    files = dict(random_files(b"one"))
    assert files == dict(random_files(b"one"))
    assert not {*files.values()} & {*dict(random_files(b"other")).values()}
    assert len(files["/dev/urandom"]) == len(files["/dev/random"]) == 1 << 20
    uuid = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n")
    for name in ("uuid", "boot_id"):
        assert uuid.fullmatch(files[f"/proc/sys/kernel/random/{name}"])


def test_the_devices_give_it_too(build):
    read = "head -c 8 /dev/urandom | od -An -tx1; cat /proc/sys/kernel/random/uuid"
    first = build.says(read, conditions=Conditions(traps=ONE))
    assert build.says(read, conditions=Conditions(traps=ONE)) == first
    assert build.says(read, conditions=Conditions(traps=OTHER)) != first
