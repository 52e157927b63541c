"""Outputs that are not what is committed beside their stage."""

from __future__ import annotations

import re

import pytest

from tests.cli.checkout import Checkout, events

pytestmark = pytest.mark.sandbox

ONE = """
a = made("a", write("{out}/text", "one"))
user = made("user", copy("{a}/name", "{out}/copy"), tools = [a])
stage(name = "first", recipes = [a, user])
"""
OTHER = ONE.replace("one", "other")


def test_without_a_record_the_outputs_are_only_named(checkout: Checkout) -> None:
    checkout.stage(ONE)
    done = checkout.good("run", "a")
    assert "no expectation is recorded for a-1 (--accept records them)" in done.stderr
    assert not (checkout.root / "stages/00-first/expectations").exists()


def test_accept_records_what_came(checkout: Checkout) -> None:
    checkout.stage(ONE)
    done = checkout.good("run", "first", "--accept")
    assert "recorded 2 in stages/00-first/expectations" in done.stderr
    assert "expectation" not in checkout.good("run", "first").stderr


def test_another_digest_than_recorded_is_told_and_what_came_is_kept(checkout: Checkout) -> None:
    checkout.stage(ONE)
    before = checkout.good("run", "a", "--accept").stdout.strip()
    checkout.stage(OTHER)
    done = checkout("run", "a")
    assert (done.returncode, done.stdout) == (7, "")
    expected, got = (re.findall(rf"{word} +([0-9a-f]{{64}})", done.stderr)[0] for word in ("expected", "got"))
    assert expected != got
    assert expected in (checkout.root / "stages/00-first/expectations").read_text()
    (kept,) = re.findall(r"kept at +(\S+)", done.stderr)
    assert kept != before
    assert (checkout.real(kept) / "text").read_text() == "other"
    assert (checkout.real(before) / "text").read_text() == "one"
    assert "bootstrap run a@1 --accept" in done.stderr


def test_a_missed_expectation_is_told_again_until_it_is_accepted(checkout: Checkout) -> None:
    checkout.stage(ONE)
    checkout.good("run", "first", "--accept")
    checkout.stage(OTHER)
    assert checkout("run", "user").returncode == 7
    again = checkout("run", "user")
    assert (again.returncode, events(again.stderr, "begun")) == (7, [])
    assert "a@1 (output out) is not what was expected" in again.stderr
    checkout.good("run", "user", "--accept")
    checkout.good("run", "user")


def test_nothing_is_accepted_when_something_failed(checkout: Checkout) -> None:
    checkout.stage(ONE + 'b = made("b", act("exit", "1"))\nstage(name = "more", recipes = [b])\n')
    assert checkout("run", "a", "b", "-k", "--accept").returncode == 1
    assert not (checkout.root / "stages/00-first/expectations").exists()
