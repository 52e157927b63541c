"""The seed as a variation: a result that depends on it is found, with the place where the chains part."""

from __future__ import annotations

import json
import signal
from typing import Any

import pytest

from tests.cli.checkout import end, processes, wait_until
from tests.reprocheck.cli.conftest import Rechecked

pytestmark = pytest.mark.sandbox

STAGE = """
SEEDS = {name: made("cc", write("{out}/by", name)) for name in ["one", "two", "three"]}
choice = option("seed", "two", list(SEEDS))
first = SEEDS[choice]
early = made("gen", copy("{cc}/by", "{out}/by"), tools = [first])
met = made("met", tools = [early])
late = made("late", tools = [met])
hasty = made("hasty", copy("{gen}/by", "{out}/by"), tools = [early, met])
stage(name = "first", recipes = [met, late, hasty])
"""


@pytest.fixture
def project(checkout: Rechecked) -> Rechecked:
    checkout.stage(STAGE)
    return checkout


def check(project: Rechecked, *words: str, status: int) -> Any:
    done = project(*words, "--only", "seed", "--json")
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)


def seed_of(report: Any) -> Any:
    (found,) = [each for each in report["variations"] if each["name"] == "seed"]
    return found


def test_what_keeps_something_of_the_seed_is_found_and_where_the_chains_part(project: Rechecked) -> None:
    report = check(project, "hasty", status=1)
    (finding,) = report["findings"]
    assert (finding["path"], finding["level"]) == ("by", "L1")
    cause = finding["causes"][0]
    assert (cause["cause"], cause["confidence"]) == ("seed", "shown")
    part, inputs = [each["text"] for each in cause["evidence"][:2]]
    assert part.startswith(
        "the chains of seeds two and three part at cc@1 (stages/00-first/stage.star:SEEDS): "
    )
    assert inputs == "with seeds two and three it is built from other bytes of gen"


def test_what_has_the_same_inputs_by_both_chains_is_not_built_again(project: Rechecked) -> None:
    report = check(project, "late", status=0)
    assert [(each["what"], each["equal_to"]) for each in report["builds"]] == [
        ("stored", None),
        ("only seed varied", 1),
    ]
    assert report["builds"][1]["seconds"] == 0
    assert report["notes"] == [
        "the chains of seeds two and three met before it: all that it is built from is the same"
    ]
    assert seed_of(report)["applied"]


def test_what_has_other_inputs_and_gives_the_same_is_reproducible(project: Rechecked) -> None:
    report = check(project, "met", status=0)
    assert report["notes"][-1] == "with seeds two and three it is built from other bytes of gen"


def test_a_recipe_that_asks_for_the_seed_itself_is_found(checkout: Rechecked) -> None:
    checkout.stage(
        'choice = option("seed", "two", ["one", "two"])\n'
        'named = made("named", write("{out}/seed", choice))\n'
        'stage(name = "first", recipes = [named])'
    )
    report = check(checkout, "named", status=1)
    (finding,) = report["findings"]
    assert finding["path"] == "seed"
    told = finding["causes"][0]["evidence"][0]["text"]
    assert told == "with seeds two and one the recipe itself is another"


def test_of_a_stage_only_its_results_are_checked(project: Rechecked) -> None:
    report = check(project, "first", "--seed", "three", status=1)
    assert {each["subject"]: each["verdict"] for each in report["reports"]} == {
        "met@1": "reproducible",
        "late@1": "reproducible",
        "hasty@1": "not reproducible",
    }
    assert "seeds three and one" in report["reports"][0]["notes"][0]


def test_no_chain_is_built_unless_asked_for_and_that_is_said(project: Rechecked) -> None:
    done = project.good("late", "--json")
    said = seed_of(json.loads(done.stdout))
    assert (said["applied"], said["asked"]) == (False, False)
    assert "--only seed" in said["why_not"]
    thorough = project.good("late", "--thorough", "--json")
    assert not seed_of(json.loads(thorough.stdout))["applied"]


@pytest.mark.parametrize(
    ("target", "stage", "why"),
    [
        ("first:early", STAGE, "no result of a stage"),
        ("late", STAGE.replace('["one", "two", "three"]', '["two"]'), "offers no other"),
        ("alone", 'alone = made("alone")\nstage(name = "first", recipes = [alone])', "offers no other"),
        (
            "only-two",
            STAGE.replace("[met, late, hasty]", '[made("only-" + choice)]'),
            "with the seed three there is no such recipe",
        ),
    ],
)
def test_what_has_no_other_seed_says_why(checkout: Rechecked, target: str, stage: str, why: str) -> None:
    checkout.stage(stage)
    report = check(checkout, target, status=0)
    assert why in seed_of(report)["why_not"]
    assert "nothing was varied" in report["notes"][0]


def test_a_chain_that_cannot_be_built_is_a_finding(checkout: Rechecked) -> None:
    checkout.stage(
        STAGE.replace(
            'early = made("gen",', 'early = made("gen", act("exit", "3" if choice == "three" else "0"),'
        )
    )
    report = check(checkout, "met", status=1)
    (finding,) = report["findings"]
    assert (finding["path"], finding["causes"][0]["cause"]) == ("", "seed")
    assert "exit status 3" in report["notes"][0]


def test_an_interruption_ends_the_chain(checkout: Rechecked) -> None:
    span = "61.5"
    sleeps = f'act("sleep", "{span}" if choice == "three" else "0")'
    checkout.stage(STAGE.replace('early = made("gen",', f'early = made("gen", {sleeps},'))
    checkout.bootstrap.good("run", "late")
    with checkout.running("late", "--only", "seed") as process:
        wait_until(lambda: processes(span))
        status, stderr = end(process, signal.SIGINT)
    assert status == 130
    assert "interrupted; nothing is left running" in stderr
    assert "Traceback" not in stderr
    assert not processes(span)
