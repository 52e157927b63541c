"""Delays bring about other orders, and last only while somebody else can go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from bootstrap.sandbox.conditions import Conditions, Traps
from bootstrap.sandbox.inside.traps.delays import Delays, _can_go_on
from tests.cli.checkout import wait_until

pytestmark = pytest.mark.sandbox


def test_what_goes_on_at_once_ends_in_either_order(build: Any) -> None:
    orders = set()
    for seed in range(12):
        build.sh("(echo a) & (echo b) & wait", conditions=Conditions(traps=Traps(delays=seed)))
        orders.add(build.output)
    assert orders == {"a\nb\n", "b\na\n"}


WAITING = {
    "for input": "import sys; sys.stdin.read()",
    "for a child": "import os, time\nif os.fork() == 0: time.sleep(60)\nos.wait()",
    "for a signal": "import signal; signal.pause()",
    "for a lock": "import _thread; lock = _thread.allocate_lock(); lock.acquire(); lock.acquire()",
    "in poll": "import select; poll = select.poll(); poll.register(0); poll.modify(0, 1); poll.poll()",
    "in select": "import select; select.select([0], [], [])",
    "in epoll": "import select; poll = select.epoll(); poll.register(0, 1); poll.poll()",
    "for a vfork": "import _posixsubprocess, subprocess; subprocess.run(['sleep', '60'])",
    "stopped": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
}
GOING = {
    "works": "while True: pass",
    "sleeps": "import time; time.sleep(60)",
    "polls with a time-out": "import select; poll = select.poll(); poll.register(0, 1); poll.poll(60000)",
    "selects with a time-out": "import select; select.select([0], [], [], 60)",
    "waits a time for a lock": "import threading; threading.Event().wait(60)",
}


@pytest.mark.parametrize(
    ("code", "goes_on"),
    [(code, False) for code in WAITING.values()] + [(code, True) for code in GOING.values()],
    ids=[*WAITING, *GOING],
)
def test_whether_a_process_can_go_on(code: str, goes_on: bool) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "print('ready', flush=True)\n" + code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        if goes_on:
            assert _can_go_on(process.pid)
        else:
            wait_until(lambda: not _can_go_on(process.pid))
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_whoever_has_ended_cannot_go_on() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    wait_until(lambda: not _can_go_on(process.pid))  # nobody has waited for it
    process.wait()
    assert not _can_go_on(process.pid)


class Timers:
    """What was asked to be done, done in turn; time goes on from one to the next."""

    def __init__(self) -> None:
        self.now = 0.0
        self.planned: list[tuple[float, Callable[[], None]]] = []

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        self.planned.append((self.now + seconds, action))

    def do_next(self) -> None:
        self.planned.sort(key=lambda each: each[0])
        self.now, action = self.planned.pop(0)
        action()


def test_where_nobody_can_go_on_the_next_does() -> None:
    timers, gone_on = Timers(), list[int]()
    delays = Delays(1, timers.after, {-1, -2, -3}.union, gone_on.append)
    for tid in (-1, -2, -3):
        delays.hold(tid, b"%d" % tid, b"birth")
    whole = max(due for due, _ in timers.planned)
    while len(gone_on) < 3:
        timers.do_next()
    assert sorted(gone_on) == [-3, -2, -1]
    assert timers.now < whole < 0.02
    while timers.planned:
        timers.do_next()
    assert len(gone_on) == 3


def test_who_was_killed_does_not_go_on() -> None:
    timers, gone_on = Timers(), list[int]()
    delays = Delays(1, timers.after, {-1}.union, gone_on.append)
    delays.hold(-1, b"x", b"birth")
    delays.ended(-1)
    while timers.planned:
        timers.do_next()
    assert gone_on == []


def test_delays_end_where_programs_are_many_and_somebody_can_always_go_on() -> None:
    timers, gone_on = Timers(), list[int]()
    delays = Delays(1, timers.after, {os.getpid()}.union, gone_on.append)
    for tid in range(-1, -40_000, -1):
        delays.hold(tid, b"%d" % tid, b"birth")
        while len(gone_on) < -tid:
            timers.do_next()
    assert 10 < timers.now < 30
