"""Two processes with one store, and twenty."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.checkout import Checkout, end, events, processes, wait_until

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


MANY = 20


@pytest.fixture
def span(request: pytest.FixtureRequest) -> str:
    """A number of seconds that no other process on this machine sleeps for."""
    return f"300.{os.getpid()}{abs(hash(request.node.name)) % 1000:03}"


class Run:
    """A run in the background, whose standard error can be read while it goes on."""

    def __init__(self, checkout: Checkout, place: Path, *words: str) -> None:
        self._told = place
        with place.open("w") as file:
            self.process = subprocess.Popen(
                checkout.command("run", *words),
                cwd=checkout.root,
                env=checkout.environment,
                text=True,
                stdout=subprocess.PIPE,
                stderr=file,
            )

    @property
    def told(self) -> str:
        return self._told.read_text()

    def end(self) -> str:
        """The store path that it prints; it must end well."""
        out, _ = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, self.told
        return out.strip()


@contextmanager
def runs(checkout: Checkout, tmp_path: Path, *targets: str) -> Iterator[list[Run]]:
    tmp_path.mkdir(exist_ok=True)
    started = [Run(checkout, tmp_path / f"told-{n}", target) for n, target in enumerate(targets)]
    try:
        yield started
    finally:
        for run in started:
            run.process.kill()
            run.process.communicate()


def wake(span: str) -> None:
    """Ends the sleep of every build that sleeps for so long."""
    for pid in processes(span):
        os.kill(pid, signal.SIGUSR1)


def builds(checkout: Checkout, target: str) -> int:
    (fact,) = checkout.json("show", target)
    return len(fact["builds"])


def test_twenty_runs_of_one_target_build_it_once_and_all_but_one_say_that_they_wait(
    checkout: Checkout, tmp_path: Path, span: str
) -> None:
    checkout.stage(f"""
base = made("base")
a = made("a", act("sleep", "{span}", "random", "{{out}}/mark"), tools = [base])
stage(name = "first", recipes = [a])
""")
    with runs(checkout, tmp_path, *["a"] * MANY) as started:
        waiting = "waiting  a@1: another process is building it"
        wait_until(lambda: sum(waiting in run.told for run in started) == MANY - 1, 120)
        assert len(processes(span)) == 1
        wake(span)
        assert len({run.end() for run in started}) == 1
    assert sum("a@1" in events(run.told, "built") for run in started) == 1
    assert sum("a@1" in events(run.told, "reused") for run in started) == MANY - 1
    assert builds(checkout, "a") == 1
    assert builds(checkout, "stages/00-first/stage.star:base") == 1


def test_twenty_runs_of_different_targets_never_wait_and_nor_do_readers(
    checkout: Checkout, tmp_path: Path, span: str
) -> None:
    names = [f"t{number}" for number in range(MANY)]
    lines = [f'{name} = made("{name}", act("sleep", "{span}"))\n' for name in names]
    checkout.stage(
        f'{"".join(lines)}there = made("there")\n'
        f'stage(name = "first", recipes = [there, {", ".join(names)}])\n'
    )
    path = checkout.path("there")
    with runs(checkout, tmp_path, *names) as started:
        wait_until(lambda: len(processes(span)) == MANY, 120)  # all at the same time
        for words in (["list"], ["plan", "t1"], ["show", "t1"], ["stats", "t1"], ["verify"]):
            checkout.good(*words)
        assert checkout.good("exec", "there", "--", "cat", f"{path}/name").stdout == "there"
        assert checkout.path("there") == path
        assert len(processes(span)) == MANY
        wake(span)
        assert len({run.end() for run in started}) == MANY
    assert [run.told for run in started if "waiting" in run.told] == []
    assert [builds(checkout, name) for name in names] == [1] * MANY


def test_who_waits_for_one_build_goes_on_with_others(checkout: Checkout, tmp_path: Path, span: str) -> None:
    checkout.stage(f"""
shared = made("shared", act("sleep", "{span}"))
own = made("own")
one = made("one", tools = [shared])
two = made("two", tools = [shared, own])
stage(name = "first", recipes = [one, two])
""")
    with runs(checkout, tmp_path, "one") as (first,):
        wait_until(lambda: processes(span))
        with runs(checkout, tmp_path / "second", "two") as (second,):
            wait_until(lambda: "waiting  shared@1" in second.told and "built  own@1" in second.told)
            assert first.process.poll() is None
            wake(span)
            second.end()
        first.end()
    assert events(second.told, "built") == ["own@1", "two@1"]
    assert builds(checkout, "stages/00-first/stage.star:shared") == 1
