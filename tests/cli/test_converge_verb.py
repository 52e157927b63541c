"""Different choices built and compared."""

from __future__ import annotations

import json

import pytest

from tests.cli.checkout import Checkout

pytestmark = pytest.mark.sandbox


def stage(**said: str) -> str:
    """A compiler for each seed, of other bytes each; what it gives is what the seed "says"."""
    seeds = ", ".join(f'"{name}": made("cc", write("{{out}}/by", "{name}"))' for name in said)
    words = ", ".join(f'"{name}": "{word}"' for name, word in said.items())
    return f"""
SEEDS = {{{seeds}}}
_SAID = {{{words}}}
choice = option("seed", "{min(said)}", list(SEEDS))
x = made("x", write("{{out}}/said", _SAID[choice]), tools = [SEEDS[choice]])
stage(name = "first", recipes = [x])
"""


def test_choices_that_meet_agree(checkout: Checkout) -> None:
    checkout.stage(stage(one="same", three="same", two="same"))
    done = checkout.good("converge", "x")
    assert "all 3 agree:\n  /bootstrap/store/" in done.stdout
    judged = checkout.json("converge", "first")
    assert [(each["seed"], each["verdict"]) for each in judged] == [
        ("one", "agrees"),
        ("three", "agrees"),
        ("two", "agrees"),
    ]
    assert {each["first_common"] for each in judged} == set(judged[0]["targets"])


def test_the_odd_one_out_is_named_and_expectations_do_not_stop_it(checkout: Checkout) -> None:
    checkout.stage(stage(evil="other", one="same", two="same"))
    checkout.good("run", "x", "--seed", "one", "--accept")
    done = checkout("converge", "x")
    assert done.returncode == 7
    assert "evil is the odd one out" in done.stdout
    assert [each["verdict"] for each in json.loads(checkout("converge", "x", "--json").stdout)] == [
        "differs",
        "agrees",
        "agrees",
    ]


def test_a_choice_that_does_not_build_is_told_with_its_error(checkout: Checkout) -> None:
    text = stage(bad="same", one="same", two="same").replace(
        'x = made("x",', 'x = made("x", act("exit", "3" if choice == "bad" else "0"),'
    )
    checkout.stage(text)
    done = checkout("converge", "x")
    assert done.returncode == 1
    assert "bad failed:" in done.stdout
    assert "ended with exit status 3" in done.stdout


def test_an_option_that_no_recipe_has_is_refused(checkout: Checkout) -> None:
    checkout.stage(stage(one="same"))
    done = checkout("converge", "x", "--over", "colour")
    assert (done.returncode, done.stderr) == (
        2,
        'error: no recipe file asks for option "colour"\nhint: options: seed\n',
    )
