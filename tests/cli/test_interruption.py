"""Signals and sudden death during a build: nothing is left running, and the next run works."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bootstrap.store import Store
from bootstrap.storepath import PREFIX, StorePath
from tests.cli.checkout import Checkout, end, events, processes, wait_until

pytestmark = pytest.mark.sandbox


@pytest.fixture
def span(request: pytest.FixtureRequest) -> str:
    """A number of seconds that no other process on this machine sleeps for."""
    return f"300.{os.getpid()}{abs(hash(request.node.name)) % 1000:03}"


@pytest.fixture
def running(checkout: Checkout, span: str) -> Iterator[subprocess.Popen[str]]:
    """A run with one build that is done and one that sleeps, a child beside it."""
    checkout.stage(long_build(span))
    with checkout.running("run", "first") as process:
        wait_until(lambda: len(processes(span)) >= 2)
        yield process


def long_build(span: str) -> str:
    return f"""
quick = made("quick")
long = made("long", act("fork", "sleep", "{span}"), tools = [quick])
stage(name = "first", recipes = [long])
"""


def nothing_is_left(checkout: Checkout, span: str) -> None:
    wait_until(lambda: not processes(span))
    wait_until(lambda: not with_mounts_of(str(checkout.home)))


def with_mounts_of(home: str) -> list[str]:
    """Processes that see a mount from beneath the home."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            mounts = Path(f"/proc/{entry}/mountinfo").read_text() if entry.isdigit() else ""
        except OSError:
            continue
        if home in mounts:
            found.append(entry)
    return found


def store_is_whole(checkout: Checkout) -> None:
    with Store.open(checkout.home) as store:
        paths = [StorePath.parse(f"{PREFIX}/{name}") for name in os.listdir(checkout.home / "store")]
        registered = store.infos(paths)
        assert [path.name for path in registered] == ["quick-1"]
        assert [store.verify(path) for path in registered] == [None]


def next_run_works(checkout: Checkout, span: str) -> None:
    checkout.stage(long_build(span).replace(span, "0"))
    done = checkout.good("run", "first")
    assert events(done.stderr, "built") == ["long@1"]  # what was done before is not done again
    assert os.listdir(checkout.home / "tmp") == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_with_130_and_leaves_nothing(
    number: signal.Signals, checkout: Checkout, running: subprocess.Popen[str], span: str
) -> None:
    status, stderr = end(running, number)
    assert status == 130
    assert "error: interrupted; nothing is left running" in stderr
    assert "Traceback" not in stderr
    assert processes(span) == []
    nothing_is_left(checkout, span)
    store_is_whole(checkout)
    next_run_works(checkout, span)


def test_an_impatient_second_interrupt_changes_nothing(
    checkout: Checkout, running: subprocess.Popen[str], span: str
) -> None:
    running.send_signal(signal.SIGINT)
    status, stderr = end(running, signal.SIGINT)
    assert status == 130
    assert "Traceback" not in stderr
    nothing_is_left(checkout, span)
    next_run_works(checkout, span)


def test_a_run_that_is_killed_leaves_nothing(
    checkout: Checkout, running: subprocess.Popen[str], span: str
) -> None:
    running.kill()
    running.communicate()
    nothing_is_left(checkout, span)
    store_is_whole(checkout)
    next_run_works(checkout, span)


def test_the_log_of_an_interrupted_build_is_there(checkout: Checkout, span: str) -> None:
    checkout.stage(long_build(span).replace('act("fork"', 'act("print", "so far", "fork"'))
    with checkout.running("run", "first") as process:
        wait_until(lambda: len(processes(span)) >= 2)
        end(process, signal.SIGINT)
    assert checkout.good("log", "long").stdout == "so far\n"


def test_a_failure_before_an_interruption_is_told(checkout: Checkout, span: str) -> None:
    bad = 'bad = made("bad", act("exit", "7"))\nstage(name = "more", recipes = [bad])\n'
    checkout.stage(long_build(span) + bad)
    with checkout.running("run", "first", "bad", "-k", "-j", "2") as process:
        assert process.stderr is not None
        seen = ""
        while "failed  bad@1" not in seen:
            seen += process.stderr.readline()
        wait_until(lambda: len(processes(span)) >= 2)
        status, stderr = end(process, signal.SIGINT)
    assert status == 130
    assert "ended with exit status 7" in stderr
