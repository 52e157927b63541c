"""What a plan comes to, given what is in the store."""

from __future__ import annotations

from typing import Any

from bootstrap.build.needs import Needs, needs
from bootstrap.build.wish import Wish
from bootstrap.plan.plan import Plan, Step
from tests.build.fakes import MemoryStore, check, plan, step

BASE = step("base")
LIB = step("lib", BASE)
TOP = step("top", LIB)
CHAIN = plan(BASE, LIB, TOP, targets=[TOP])


def todo(plan: Plan, *there: Any, **wish: bool) -> Needs:
    store: Any = MemoryStore().has(*there)
    return needs(plan, store, Wish(jobs=1, **wish))


def names(steps: tuple[Step, ...]) -> list[str]:
    return [each.derivation.name for each in steps]


def test_an_empty_store_needs_everything_inputs_first() -> None:
    assert names(todo(CHAIN).build) == ["base", "lib", "top"]


def test_a_target_that_is_there_needs_none_of_its_inputs() -> None:
    found = todo(CHAIN, TOP)
    assert (found.build, found.used) == ((), {TOP.id})


def test_what_is_there_in_the_middle_cuts_the_chain() -> None:
    assert names(todo(CHAIN, LIB).build) == ["top"]


def test_a_rebuild_builds_the_target_and_what_of_its_inputs_is_gone() -> None:
    assert names(todo(CHAIN, TOP, BASE, rebuild=True).build) == ["lib", "top"]
    assert todo(CHAIN, TOP, LIB, rebuild=True).again == {TOP.id}


def checked() -> tuple[Plan, Any, Any, Step]:
    tool, bare = step("tool"), step("a")
    quick, slow = check("quick", bare), check("slow", bare, tool)
    # checks are no part of a derivation, so the step with them has the id of the bare one
    a = step("a", checks=[quick], slow=[slow])
    return plan(tool, a, targets=[a]), quick, slow, a


def test_quick_checks_come_with_a_build_and_slow_ones_when_wished_for() -> None:
    every, *_ = checked()
    assert [each.name for _, each in todo(every).checks] == ["quick"]
    assert [each.name for _, each in todo(every, slow_checks=True).checks] == ["slow", "quick"]


def test_what_only_a_check_needs_is_built_for_it() -> None:
    every, quick, _, a = checked()
    assert names(todo(every).build) == ["a"]
    assert names(todo(every, slow_checks=True).build) == ["tool", "a"]
    assert names(todo(every, a, quick, slow_checks=True).build) == ["tool"]


def test_a_check_that_held_is_not_due_unless_again() -> None:
    every, quick, slow, a = checked()
    assert todo(every, a, quick).checks == ()
    found = todo(every, a, quick, slow, slow_checks=True, checks_again=True)
    assert found.again == {quick.id, slow.id}


def test_a_check_that_did_not_hold_is_due_although_what_comes_after_is_there() -> None:
    quick = check("quick", step("a"))
    a = step("a", checks=[quick])
    top = step("top", a)
    found = todo(plan(a, top, targets=[top]), a, top)
    assert [each.name for _, each in found.checks] == ["quick"]
    assert found.build == ()


def test_slow_checks_of_what_is_no_target_are_not_due() -> None:
    slow = check("slow", step("a"))
    a = step("a", slow=[slow])
    top = step("top", a)
    assert todo(plan(a, top, targets=[top]), slow_checks=True).checks == ()
