"""A plan as bytes and back."""

from __future__ import annotations

import json

import pytest

from bootstrap.plan import Plan, Step, make_plan, plan_from_bytes, plan_to_bytes
from bootstrap.recipe.model import Location
from tests.plan.test_derivation import CHECK, PLANNED, RESOLVED
from tests.recipe.memory import STAGE, project


def test_a_plan_comes_back_equal() -> None:
    here = Location("a.star", 1, 2)
    steps = tuple(Step(derivation=each, where=here) for each in (PLANNED, RESOLVED, CHECK))
    plan = Plan(steps=steps, targets=())
    again = plan_from_bytes(plan_to_bytes(plan))
    assert again == plan
    assert [step.id for step in again.steps] == [step.id for step in plan.steps]


def test_a_plan_of_a_project_comes_back_equal() -> None:
    text = """
a = recipe(name = "a", version = "1", commands = [["x"]], source = files("p"))
b = recipe(name = "b", version = "1", commands = [], tools = [a], source = files("p"),
           tests = [check(["x"], stdout = "y")], limits = limits(time = 1))
stage(name = "00-one", recipes = [a, b])
"""
    files = {STAGE: text, "stages/00-one/p": "p", "stages/00-one/expectations": "a-1 " + "a" * 64}
    plan = make_plan(project(files), ["stage0"])
    assert plan_from_bytes(plan_to_bytes(plan)) == plan


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b'["bootstrap plan 0",[],[2]]',
        b'["bootstrap plan 1",[],5]',
        b'["bootstrap plan 1",[],[2]]',
        b'["bootstrap plan 1",[],[999]]',
        b'["bootstrap plan 1",[],[0,"xyz"]]',
        b"\xff",
    ],
)
def test_what_is_no_plan_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds
        plan_from_bytes(data)


def test_a_truncated_plan_is_refused() -> None:
    data = plan_to_bytes(Plan(steps=(), targets=()))
    assert json.loads(data)
    with pytest.raises(ValueError, match="Expecting"):
        plan_from_bytes(data[:-2])
