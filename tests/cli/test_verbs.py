"""The verbs that answer questions: plan, show, hash, list, log, stats; for people and in JSON."""

from __future__ import annotations

import re

import pytest

from tests.cli.checkout import Checkout

pytestmark = pytest.mark.sandbox

STAGE = """
base = made("base", act("print", "from base"), description = "what others need")
user = made("user", tools = [base], outputs = ["out", "dev"], tests = [holds("print", "x", name = "prints")])
stage(name = "first", recipes = [user])
"""


@pytest.fixture
def project(checkout: Checkout) -> Checkout:
    checkout.stage(STAGE.replace("tools = [base]", 'write("{dev}/h", ""), tools = [base]'))
    return checkout


def test_a_plan_lists_builds_and_checks_in_order_and_changes_nothing(project: Checkout) -> None:
    lines = project.good("plan", "user").stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["build", "base@1"],
        ["build", "user@1"],
        ["check", "user@1"],
    ]
    assert project.good("plan", "user").stdout.splitlines() == lines


def test_a_plan_of_what_is_there_has_nothing_to_do(project: Checkout) -> None:
    path = project.path("user")
    assert project.good("plan", "user").stdout == f"there  user@1  {path}\nnothing to do\n"
    assert {name: len(rows) for name, rows in project.json("plan", "user").items()} == {
        "there": 2,
        "fetch": 0,
        "build": 0,
        "check": 0,
    }


def test_a_plan_in_json_names_id_and_place(project: Checkout) -> None:
    rows = project.json("plan", "user")["build"]
    assert [row.keys() for row in rows] == [{"target", "id", "where"}] * 2
    assert rows[0]["where"] == "stages/00-first/stage.star:3:8"


def test_show_tells_what_is_known_before_and_after_a_build(project: Checkout) -> None:
    assert "not built yet" in project.good("show", "user").stdout
    path = project.path("user")
    (fact,) = project.json("show", "user")
    assert fact["outputs"]["out"]["path"] == path
    assert fact["checks"] == [{"name": "prints", "held": True}]
    assert fact["inputs"] == {"base": "base@1"}
    text = project.good("show", "user").stdout
    assert path in text
    assert "check       prints: held" in text


def test_the_closure_of_a_store_path_is_told_without_a_look_at_any_recipe(project: Checkout) -> None:
    path = project.path("user")
    done = project.good("show", "--closure", path, PYTHONPROFILEIMPORTTIME="1")
    assert path in done.stdout.split()
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "bootstrap.store.store" in imported
    slow = {"bootstrap.recipe.evaluate", "bootstrap.plan.make", "starlark", "dataclasses", "pathlib", "json"}
    assert imported & slow == set()


def test_a_run_that_is_over_leaves_no_log_of_the_database(project: Checkout) -> None:
    """So that a store can be copied, or be made read-only, as it lies there."""
    project.good("run", "user")
    assert [place.name for place in project.home.glob("db.sqlite*")] == ["db.sqlite"]


def test_every_output_of_a_recipe_can_be_asked_for(project: Checkout) -> None:
    assert project.path("user.dev").endswith("-user-1-dev")


def test_hash_gives_the_id_and_every_field_that_enters_it(project: Checkout) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}  user@1\n", project.good("hash", "user").stdout)
    explained = project.good("hash", "--explain", "user").stdout
    (row,) = project.json("hash", "--explain", "user")
    assert row["id"] in explained
    for name in row["fields"]:
        assert f"  {name}" in explained


def test_list_marks_what_is_built(project: Checkout) -> None:
    assert [row["built"] for row in project.json("list")] == [False]
    project.good("run", "user")
    assert project.good("list").stdout.split()[:3] == ["first", "user@1", "built"]


def test_log_prints_a_log_or_where_it_lies(project: Checkout) -> None:
    project.good("run", "user")
    base = "stages/00-first/stage.star:base"
    assert project.good("log", base).stdout == "from base\n"
    assert project.good("log", "--path", base).stdout.startswith(str(project.home))


def test_log_of_what_was_never_built_is_a_usage_error(project: Checkout) -> None:
    done = project("log", "user")
    assert (done.returncode, "bootstrap run user" in done.stderr) == (2, True)


def test_stats_adds_up_the_builds_behind_a_target(project: Checkout) -> None:
    project.good("run", "user")
    assert project.good("stats", "user").stdout.splitlines()[-1].startswith("2 builds, ")
    assert {row["target"] for row in project.json("stats", "user")} == {"base@1", "user@1"}
