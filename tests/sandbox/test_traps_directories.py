"""Directories whose names come in another order."""

from __future__ import annotations

import os

import pytest

from bootstrap.sandbox.conditions import Conditions, Traps
from tests.sandbox.trapped import run, says

pytestmark = pytest.mark.sandbox

NAMES = sorted([".", "..", *(f"n{number:02}" for number in range(30)), "x" * 200])
ORDERS = ("sorted", "reversed", "shuffled")


@pytest.fixture
def directory(build):
    (build.build / "dir").mkdir()
    for name in NAMES[2:]:
        (build.build / "dir" / name).touch()
    return "dir"


@pytest.mark.parametrize("room", ["300", "1000", "100000"])
def test_sorted_and_reversed(build, directory, room):
    assert says(build, Traps(directories="sorted"), "list", directory, room) == NAMES
    assert says(build, Traps(directories="reversed"), "list", directory, room) == NAMES[::-1]


def test_shuffled_is_an_order_of_its_own_and_always_the_same(build, directory):
    shuffled = says(build, Traps(directories="shuffled"), "list", directory, "300")
    assert sorted(shuffled) == NAMES
    assert shuffled not in (NAMES, NAMES[::-1])
    assert says(build, Traps(directories="shuffled"), "list", directory, "9999") == shuffled


def test_the_older_call_tells_the_types_too(build, directory):
    told = says(build, Traps(directories="sorted"), "list", directory, "300", "old")
    assert told == [f"{name}:{4 if name in ('.', '..') else 8}" for name in NAMES]


@pytest.mark.parametrize("order", ORDERS)
def test_processes_that_share_a_description_read_on_from_each_other(build, directory, order):
    traps = Traps(directories=order)
    names = says(build, traps, "share", directory)
    assert names == says(build, traps, "list", directory, "9999")


@pytest.mark.parametrize("order", ORDERS)
def test_places_can_be_gone_back_to(build, directory, order):
    assert says(build, Traps(directories=order), "seek", directory) == [str(len(NAMES))]


@pytest.mark.parametrize("order", ORDERS)
def test_names_can_be_removed_while_they_are_read(build, directory, order):
    assert says(build, Traps(directories=order), "empty", directory) == [str(len(NAMES) - 2), "0"]


def test_the_hosts_own_tools_see_it(build, directory):
    conditions = Conditions(traps=Traps(directories="reversed"))
    assert build.says("ls -f dir", conditions=conditions).split() == NAMES[::-1]
    assert build.says("rm -r dir && ls -A", conditions=conditions) == ""


def test_file_systems_of_every_kind(build):
    script = "for d in / /tmp /proc /proc/self/fd /proc/self/task /dev /usr/lib /build; do ls -f $d; done"
    outcome = build.sh(script, conditions=Conditions(traps=Traps(directories="reversed")))
    assert outcome.ok
    told = outcome.observed["traps"]
    assert told["calls"]["getdents64"] >= 16
    assert told["let_be"] == {}


def test_a_large_directory_is_read_and_removed(build):
    (build.build / "large").mkdir()
    for number in range(100_000):
        os.mknod(build.build / "large" / f"a-file-with-the-number-{number}")
    conditions = Conditions(traps=Traps(directories="shuffled"))
    outcome = build.sh("ls -f large | sort | uniq | wc -l; rm -r large", conditions=conditions)
    assert outcome.ok
    assert build.output.split() == ["100002"]
    assert outcome.peak_memory < 200 << 20


def test_only_directories_are_asked_about(build, directory):
    outcome = run(build, Traps(directories="sorted"), "list", directory, "9999")
    told = outcome.observed["traps"]
    assert {*told["calls"]} == {"getdents64"}
    assert told["execs"] == 0
