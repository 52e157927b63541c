"""Attempts to get out of a sandbox, one by one; docs/security.md says what each of them shows."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from bootstrap.sandbox import Launcher
from tests.sandbox.escapes import ATTEMPTS, Attempt, program, run_attempt
from tests.sandbox.host import Host

pytestmark = pytest.mark.sandbox


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.name)
def test_escape(attempt: Attempt, launcher: Launcher) -> None:
    assert run_attempt(attempt, launcher).faults == ()


def test_no_two_attempts_have_one_name() -> None:
    assert len({attempt.name for attempt in ATTEMPTS}) == len(ATTEMPTS)


def test_an_attempt_needs_no_launcher_of_the_callers() -> None:
    assert run_attempt(ATTEMPTS[0]).ok


WRONG = Attempt(name="kill-host", says=("something else",))


def test_an_attempt_that_does_not_go_as_expected_is_a_fault(launcher: Launcher) -> None:
    assert len(run_attempt(WRONG, launcher).faults) == 1


def test_whatever_an_escape_would_change_is_noticed(launcher: Launcher, tmp_path: Path) -> None:
    launcher.start()
    with Host(tmp_path, program(), launcher) as host:
        assert list(host.changes()) == []
        (host.input / "file").write_bytes(b"changed")
        (host.base / "secret").write_bytes(b"changed")
        os.kill(int(host.facts["HOST_PID"]), signal.SIGSTOP)
        with socket.create_connection(("127.0.0.1", int(host.facts["HOST_PORT"]))):
            pass
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
            channel.sendto(b"x", ("127.0.0.1", int(host.facts["HOST_PORT"])))
        left = subprocess.Popen([program(), "victim", host.token])
        Path("/tmp", host.token).touch()
        try:
            noticed = {change.partition(":")[0] for change in host.changes()}
        finally:
            left.kill()
            left.wait()
            Path("/tmp", host.token).unlink()
        assert noticed == {
            "the host's process",
            "the files beside the build",
            "connections to the host",
            "datagrams to the host",
            "processes left",
            "names left on the host",
        }
