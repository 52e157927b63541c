"""What outputs must not refer to."""

from __future__ import annotations

from bootstrap.recipe.forbidden import Rules
from bootstrap.recipe.project import Project
from tests.recipe.memory import project

START = """
def r(name, **fields):
    return recipe(name = name, version = "1", commands = [], **fields)

seed = r("seed")
libc = r("libc", tools = [seed])
tcc = r("tcc", tools = [seed], libs = [libc])
zero = stage(name = "zero", recipes = [libc, tcc])
"""


def rulings(text: str, name: str) -> dict[str, tuple[str, bool]]:
    evaluated: Project = project(START + text)
    (recipe,) = [r for r in evaluated.recipes if r.name == name]
    return {f.recipe.name: (f.because, f.direct) for f in Rules(evaluated.stages).of(recipe)}


def test_a_tool_is_forbidden_with_what_it_brings() -> None:
    assert rulings('a = r("a", tools = [tcc])', "a") == {
        "tcc": ("tcc is a tool of a", True),
        "libc": ("libc comes with tcc, a tool of a", True),
    }


def test_what_a_lib_brings_is_not() -> None:
    assert rulings('a = r("a", tools = [tcc], libs = [libc])', "a") == {"tcc": ("tcc is a tool of a", True)}


def test_what_is_allowed_is_not() -> None:
    assert "tcc" not in rulings('a = r("a", tools = [tcc], allow = {"tcc": "it starts it"})', "a")
    assert "tcc" not in rulings('a = r("a", tools = {"cc": tcc}, allow = {"cc": "it starts it"})', "a")


def test_a_recipe_can_forbid_more() -> None:
    assert rulings('a = r("a", forbid = [seed])', "a") == {"seed": ("a forbids seed", False)}


def test_a_forbidden_stage_is_all_that_was_needed_for_it() -> None:
    text = 'a = r("a")\nb = r("b")\nstage(name = "one", recipes = [a], forbid = [zero])'
    assert rulings(text, "a") == {
        "libc": ("stage one forbids zero, which needs libc", False),
        "seed": ("stage one forbids zero, which needs seed", False),
        "tcc": ("stage one forbids zero, which needs tcc", False),
    }
    assert rulings(text, "b") == {}
