"""Attempts to get out of a sandbox: none reaches the host, and nothing of the sandbox is left."""

from __future__ import annotations

from bootstrap.sandbox import Launcher
from tests.faults.tally import Tally
from tests.sandbox.escapes import ATTEMPTS, run_attempt


def escapes() -> Tally:
    """All of `tests.sandbox.escapes`."""
    tally = Tally(fault="escape attempt")
    with Launcher() as launcher:
        for attempt in ATTEMPTS:
            tally.count(attempt.name, list(run_attempt(attempt, launcher).faults))
    return tally
