"""Two processes with one store."""

from __future__ import annotations

import signal

import pytest

from tests.cli.checkout import Checkout, end, events

pytestmark = pytest.mark.sandbox

SLOW = """
a = made("a", act("sleep", "1.5", "random", "{out}/mark"))
b = made("b", act("sleep", "1.5", "random", "{out}/mark"))
stage(name = "first", recipes = [a, b])
"""


def test_the_same_target_is_built_once_and_the_other_says_that_it_waits(checkout: Checkout) -> None:
    checkout.stage(SLOW)
    with checkout.running("run", "a") as one, checkout.running("run", "a") as two:
        ends = [process.communicate(timeout=60) for process in (one, two)]
        assert [one.returncode, two.returncode] == [0, 0]
    assert ends[0][0] == ends[1][0] != ""
    told = ends[0][1] + ends[1][1]
    assert (len(events(told, "built")), len(events(told, "reused"))) == (1, 1)
    assert "waiting  a@1: another process is building it" in told


def test_different_targets_are_built_side_by_side(checkout: Checkout) -> None:
    checkout.stage(SLOW)
    with checkout.running("run", "a") as one, checkout.running("run", "b") as two:
        told = [process.communicate(timeout=60)[1] for process in (one, two)]
        assert [one.returncode, two.returncode] == [0, 0]
    assert "waiting" not in told[0] + told[1]
    starts = [checkout.json("show", name)[0]["builds"][0]["started"] for name in ("a", "b")]
    assert abs(starts[0] - starts[1]) < 1.5


def test_one_that_waits_can_be_interrupted(checkout: Checkout) -> None:
    checkout.stage(SLOW.replace("1.5", "4"))
    with checkout.running("run", "a") as one:
        assert one.stderr is not None
        while "begun" not in one.stderr.readline():
            pass
        with checkout.running("run", "a") as two:
            assert two.stderr is not None
            while "waiting" not in two.stderr.readline():
                pass
            assert end(two, signal.SIGINT)[0] == 130
        assert one.wait(30) == 0
