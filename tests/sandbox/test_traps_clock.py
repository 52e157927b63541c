"""The clock that programs see, however they look at it, and what waits by it."""

from __future__ import annotations

import pytest

from bootstrap.recipe.model import Exec
from bootstrap.sandbox.conditions import Clock, Conditions, Traps
from tests.sandbox.trapped import LINKED, program, run, says

pytestmark = pytest.mark.sandbox

AT = 1_000_000_000
RUNNING = Traps(clock=Clock(at=AT))
FROZEN = Traps(clock=Clock(at=AT, runs=False))
LONG_AGO = Traps(clock=Clock(at=315532800))


@pytest.mark.parametrize("linked", LINKED)
def test_every_way_to_look_shows_it(build, linked):
    shown = [int(word) for word in says(build, RUNNING, "times", by=program(linked))]
    assert len(shown) == 7
    assert all(AT <= seconds < AT + 600 for seconds in shown)


@pytest.mark.parametrize("linked", LINKED)
def test_a_frozen_one_stands_still(build, linked):
    assert says(build, FROZEN, "times", by=program(linked)) == [str(AT)] * 7


def test_it_is_one_clock_for_all_commands(build):
    look = Exec(argv=("date", "+%s"))
    wait = Exec(argv=("sleep", "1.1"))
    assert build.run(look, wait, look, conditions=Conditions(traps=RUNNING)).ok
    first, second = (int(word) for word in build.output.split())
    assert AT <= first < second


def test_the_frozen_monotonic_clock_ticks_with_each_look(build):
    first, second, third = (int(word) for word in says(build, FROZEN, "monotonic"))
    assert first % 1000 == 0
    assert (second, third) == (1000, 1000)
    assert says(build, FROZEN, "monotonic")[0] == str(first)


def test_the_monotonic_clock_is_the_kernels_while_time_runs(build):
    outcome = run(build, RUNNING, "monotonic")
    assert outcome.ok
    looked = outcome.observed["traps"]["calls"].get("clock_gettime", 0)
    assert looked == run(build, RUNNING, "nothing").observed["traps"]["calls"].get("clock_gettime", 0)


@pytest.mark.parametrize("traps", [RUNNING, FROZEN], ids=["running", "frozen"])
def test_a_loop_that_sleeps_until_a_time_ends(build, traps):
    assert int(says(build, traps, "sleeper")[0]) <= 3


@pytest.mark.parametrize("linked", LINKED)
@pytest.mark.parametrize(
    "traps", [RUNNING, FROZEN, LONG_AGO, None], ids=["running", "frozen", "past", "none"]
)
def test_what_waits_until_a_time_does_so(build, traps, linked):
    # Six of them wait for 0.3 s each; one comes with a time that has passed.
    outcome = run(build, traps, "deadlines", by=program(linked))
    assert outcome.ok
    assert build.output.split() == ["110", "110", "110", "0", "0", "8", "8"]
    assert outcome.command_walls[0] >= 6 * 0.3


def test_threads_see_it(build):
    outcome = run(build, RUNNING, "threads")
    assert outcome.ok
    assert outcome.observed["traps"]["calls"]["clock_gettime"] >= 4000


def test_a_filter_of_the_builds_own_does_no_harm(build):
    assert says(build, FROZEN, "own_filter") == [str(AT)] * 7


def test_an_interpreter_sees_it(build):
    script = "import time, datetime; print(int(time.time()), datetime.datetime.now().year)"
    assert build.computes(script, conditions=Conditions(traps=FROZEN)) == f"{AT} 2001\n"
    assert build.says("date -u +%F", conditions=Conditions(traps=FROZEN)) == "2001-09-09\n"
