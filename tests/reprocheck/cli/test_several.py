from __future__ import annotations

import errno
import threading
from dataclasses import replace

import pytest

from bootstrap.errors import Interrupted, StoreError
from reprocheck.cli.progress import Plain
from reprocheck.cli.several import Check, carry_out
from reprocheck.report.model import Report
from tests.reprocheck.report.samples import reproducible

QUIET = Plain(quiet=True)


def check(title: str, seconds: float = 0.0, done: list[str] | None = None) -> Check:
    def run(cancel: threading.Event) -> Report:
        if done is not None:
            done.append(title)
        return reproducible(title)

    return Check(title=title, seconds=seconds, run=run)


def test_reports_come_in_the_order_of_the_checks_and_the_longest_begins_first() -> None:
    done: list[str] = []
    checks = [check("a", 1, done), check("b", 3, done), check("c", 2, done)]
    reports = carry_out(checks, QUIET, at_once=1, cancel=threading.Event())
    assert [report.subject for report in reports] == ["a", "b", "c"]
    assert done == ["b", "c", "a"]


def test_so_many_are_checked_at_once() -> None:
    both = threading.Barrier(2, timeout=30)

    def run(cancel: threading.Event) -> Report:
        both.wait()
        return reproducible()

    pair = [Check(title=title, seconds=0, run=run) for title in "ab"]
    assert len(carry_out(pair, QUIET, at_once=2, cancel=threading.Event())) == 2


def test_an_error_of_one_ends_the_others_and_is_raised() -> None:
    begun = threading.Event()

    def waits(cancel: threading.Event) -> Report:
        begun.set()
        assert cancel.wait(30)
        raise Interrupted("interrupted")

    def fails(cancel: threading.Event) -> Report:
        assert begun.wait(30)
        raise StoreError("no room")

    checks = [replace(check("a"), run=waits), replace(check("b"), run=fails), check("never")]
    with pytest.raises(StoreError, match="no room"):
        carry_out(checks, QUIET, at_once=2, cancel=threading.Event())


def test_what_fails_because_of_ctrl_c_is_an_interruption() -> None:
    cancel = threading.Event()

    def fails(event: threading.Event) -> Report:
        event.set()
        raise StoreError("a program that was needed is gone")

    with pytest.raises(Interrupted):
        carry_out([replace(check("a"), run=fails)], QUIET, at_once=1, cancel=cancel)


def test_a_full_disk_is_told_with_what_was_checked_and_where_to_make_room() -> None:
    def fails(cancel: threading.Event) -> Report:
        raise OSError(errno.ENOSPC, "No space left on device", "/somewhere/log")

    with pytest.raises(
        StoreError, match=r"^a cannot be checked: No space left on device \(/somewhere/log\)"
    ) as it:
        carry_out([replace(check("a"), run=fails)], QUIET, at_once=1, cancel=threading.Event())
    assert "TMPDIR" in it.value.hint
