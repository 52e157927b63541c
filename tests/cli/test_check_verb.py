"""Checks of results: when they run, and what a failed one says."""

from __future__ import annotations

import pytest

from tests.cli.checkout import Checkout, events

pytestmark = pytest.mark.sandbox

CHECKED = """
a = made("a", tests = [
    holds("print", "yes", stdout = "yes\\n", name = "says yes"),
    holds("print", "long", name = "takes long", slow = True),
])
user = made("user", tools = [a])
stage(name = "first", recipes = [a, user])
"""

QUICK, SLOW = "a@1 check says yes", "a@1 check takes long"


UNSTEADY = """
a = made("a", tests = [holds("half", name = "one in two")])
stage(name = "first", recipes = [a])
"""


def test_a_quick_check_runs_with_the_build(checkout: Checkout) -> None:
    checkout.stage(CHECKED)
    assert events(checkout.good("run", "a").stderr, "checked") == [QUICK]


@pytest.mark.parametrize("words", [("check", "a"), ("run", "a", "--check")])
def test_a_slow_check_runs_on_request(checkout: Checkout, words: tuple[str, ...]) -> None:
    checkout.stage(CHECKED)
    assert set(events(checkout.good(*words).stderr, "checked")) == {QUICK, SLOW}


def test_slow_checks_are_those_of_the_targets_only(checkout: Checkout) -> None:
    checkout.stage(CHECKED)
    assert events(checkout.good("check", "user").stderr, "checked") == [QUICK]


def test_a_check_that_held_is_not_run_again(checkout: Checkout) -> None:
    checkout.stage(CHECKED)
    checkout.good("run", "a")
    assert events(checkout.good("check", "a").stderr, "checked") == [SLOW]
    assert events(checkout.good("check", "a").stderr, "begun") == []


def test_again_runs_checks_that_held(checkout: Checkout) -> None:
    checkout.stage(CHECKED)
    checkout.good("check", "a")
    done = checkout.good("check", "a", "--again")
    assert set(events(done.stderr, "checked")) == {QUICK, SLOW}
    assert events(done.stderr, "built") == []


def test_a_check_that_fails_when_it_is_run_again_has_not_held(checkout: Checkout) -> None:
    checkout.stage(UNSTEADY)
    while checkout("check", "a").returncode:
        pass
    assert checkout.json("show", "a")[0]["checks"] == [{"name": "one in two", "held": True}]
    assert checkout.good("check", "a").stderr == "nothing to do\n"
    while checkout("check", "a", "--again").returncode == 0:
        pass
    assert checkout.json("show", "a")[0]["checks"] == [{"name": "one in two", "held": False}]
    assert "a@1 check one in two" in events(checkout("check", "a").stderr, "begun")


def test_other_standard_output_is_shown_beside_what_was_expected(checkout: Checkout) -> None:
    checkout.stage(CHECKED.replace('"print", "yes"', '"print", "no"'))
    done = checkout("run", "a")
    assert (done.returncode, done.stdout) == (1, "")
    assert 'check "says yes" of a@1 failed: standard output is not what it must be' in done.stderr
    assert r"expected    'yes\n'" in done.stderr
    assert r"got         'no\n'" in done.stderr
    assert "/build/act print no" in done.stderr
    assert "bootstrap log a@1 --check 'says yes'" in done.stderr


def test_the_log_of_a_check_is_asked_for_by_its_name(checkout: Checkout) -> None:
    checkout.stage(CHECKED)
    checkout.good("check", "a")
    assert checkout.good("log", "a", "--check", "takes long").stdout == "long\n"
    unknown = checkout("log", "a", "--check", "no")
    assert (unknown.returncode, "it has: says yes, takes long" in unknown.stderr) == (2, True)


def test_a_check_that_prints_wrongly_counts_as_failed_in_the_history(checkout: Checkout) -> None:
    checkout.stage(CHECKED.replace('"print", "yes"', '"print", "no"'))
    checkout("run", "a")
    (fact,) = checkout.json("show", "a")
    assert [(check["name"], check["held"]) for check in fact["checks"]] == [
        ("says yes", False),
        ("takes long", False),
    ]


def test_the_directory_of_a_failed_check_is_kept_on_request(checkout: Checkout) -> None:
    checkout.stage(CHECKED.replace('"print", "yes"', '"print", "no"'))
    assert str(checkout.home) in checkout("run", "a", "--keep-failed").stderr.partition("kept")[2]


def test_a_check_that_ends_badly_shows_its_command_and_log(checkout: Checkout) -> None:
    checkout.stage(CHECKED.replace('"print", "yes"', '"print", "why", "exit", "4"'))
    done = checkout("run", "a")
    assert 'check "says yes" of a@1 failed: /build/act ended with exit status 4' in done.stderr
    assert "  command 1   /build/act print why exit 4" in done.stderr


def test_a_failed_check_is_not_forgotten_because_what_comes_after_is_there(checkout: Checkout) -> None:
    checkout.stage(
        """
a = made("a", tests = [holds("sleep", "0.5", "exit", "1", name = "fails")])
user = made("user", tools = [a])
stage(name = "first", recipes = [user])
"""
    )
    assert events(checkout("run", "user", "-j", "2").stderr, "built") == ["a@1", "user@1"]
    again = checkout("run", "user", "-j", "2")
    assert again.returncode == 1
    assert events(again.stderr, "failed") == ["a@1 check fails"]


def test_a_result_whose_check_failed_is_there_all_the_same(checkout: Checkout) -> None:
    checkout.stage(CHECKED.replace('"print", "yes"', '"print", "no"'))
    assert events(checkout("run", "a").stderr, "built") == ["a@1"]
    assert events(checkout("run", "a").stderr, "built") == []
