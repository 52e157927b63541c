"""What is shown meanwhile: lines without control characters, or a live view on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import threading
import time
from io import StringIO

import pytest

from bootstrap.build.events import Fetching, Finished, Line, Planned, Started, Waiting
from bootstrap.cli.progress import Live, Plain
from bootstrap.digest import digest
from tests.cli.checkout import Checkout

ID = digest(b"a derivation")


def test_plain_lines_tell_begin_and_end(capsys: pytest.CaptureFixture[str]) -> None:
    view = Plain()
    events = [
        Planned(2, 3),
        Fetching("a.tar", 500, 1000),
        Fetching("a.tar", 1000, 1000),
        Fetching("a.tar", 1000, 1000),
        Waiting(ID, "a@1"),
        Started(ID, "a@1", 1, 0.0),
        Line(ID, "a line of the log"),
        Finished(ID, "a@1", "built", 1.25),
    ]
    for event in events:
        view(event)
    assert capsys.readouterr().err.splitlines() == [
        "2 to build or check, 3 there already",
        "fetched  a.tar  (1.0 kB)",
        "waiting  a@1: another process is building it",
        "  begun  a@1",
        "  built  a@1  (1.2 s)",
    ]


def test_the_live_view_never_waits_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that refreshes and those that tell of events use two locks; see `Live`."""
    monkeypatch.setattr("sys.stderr", Terminal())
    view = Live()
    view._live.refresh_per_second = 500

    def tell() -> None:
        for _ in range(200):
            view(Started(ID, "a@1", 1, 0.0))
            view(Line(ID, "text"))
            view(Finished(ID, "a@1", "built", 0.1))

    view.__enter__()
    threads = [threading.Thread(target=tell, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 30
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    assert not any(thread.is_alive() for thread in threads)
    view.__exit__(None, None, None)  # which would wait for ever, too


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def on_terminal(checkout: Checkout, *words: str, **env: str) -> tuple[int, str]:
    """Exit status, and what a call writes to a terminal that is its standard error."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        checkout.command(*words),
        cwd=checkout.root,
        env={**checkout.environment, "TERM": "xterm", **env},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            data = os.read(ours, 1 << 16)
        except OSError:  # EIO: the other end was closed
            break
        if not data:
            break
        shown += data
    os.close(ours)
    return process.wait(), shown.decode()


STAGE = """
a = made("a", act("print", "a line of the log", "sleep", "0.6"))
bad = made("bad", act("bytes", "1b5b324a0a", "sleep", "0.4", "exit", "1"))
stage(name = "first", recipes = [a, bad])
"""


@pytest.mark.sandbox
def test_on_a_terminal_the_view_is_live(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    status, shown = on_terminal(checkout, "run", "a")
    assert status == 0
    assert "Traceback" not in shown
    assert "\x1b[" in shown
    assert "a line of the log" in shown
    assert "0 of 1 done" in shown
    assert "built  a@1" in shown


@pytest.mark.sandbox
def test_a_collection_is_shown_on_a_terminal(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.good("run", "a")
    status, shown = on_terminal(checkout, "gc", "--older-than", "0")
    assert (status, "1 of 1 paths" in shown) == (0, True)
    status, shown = on_terminal(checkout, "gc", "--older-than", "0", NO_COLOR="1")
    assert (status, shown) == (0, "")


@pytest.mark.sandbox
def test_a_hostile_log_cannot_clear_the_screen(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    status, shown = on_terminal(checkout, "run", "bad")
    assert status == 1
    assert "\x1b[2J" not in shown
    assert r"\x1b[2J" in shown


@pytest.mark.sandbox
@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_where_no_colour_is_wanted_there_are_no_control_characters(
    env: dict[str, str], checkout: Checkout
) -> None:
    checkout.stage(STAGE)
    for target in ("a", "bad"):
        _, shown = on_terminal(checkout, "run", target, **env)
        assert "\x1b" not in shown
        assert "begun" in shown


@pytest.mark.sandbox
def test_elsewhere_there_are_no_control_characters(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    done = checkout("run", "first", "-k")
    assert "\x1b" not in done.stdout + done.stderr
