"""From targets to a plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from bootstrap.plan.derivation import Output
from bootstrap.plan.make import make_plan
from bootstrap.plan.plan import Plan
from bootstrap.recipe.evaluate import evaluate
from tests.recipe.memory import STAGE, project

START = """
def r(name, version = "1", commands = [], **fields):
    return recipe(name = name, version = version, commands = commands, **fields)
"""


def plan(text: str, *targets: str, **more: str) -> Plan:
    return make_plan(project({STAGE: START + text, **more}), targets)


def names(plan: Plan) -> list[str]:
    return [step.derivation.name for step in plan.steps]


DIAMOND = """
d = r("d")
b = r("b", tools = [d])
c = r("c", tools = [d])
a = r("a", tools = [c], libs = [b])
other = r("other")
stage(name = "00-one", recipes = [a, b], description = "x")
"""


def test_steps_come_after_their_inputs_and_by_name() -> None:
    assert names(plan(DIAMOND, "a")) == ["d", "b", "c", "a"]


def test_the_order_does_not_depend_on_that_of_the_targets() -> None:
    assert names(plan(DIAMOND, "other", "a")) == names(plan(DIAMOND, "a", "other"))


def test_targets_are_kept_in_the_order_given_and_once() -> None:
    made = plan(DIAMOND, "b", "a", "b")
    titles = {step.id: step.derivation.name for step in made.steps}
    assert [titles[target.derivation] for target in made.targets] == ["b", "a"]


def test_inputs_are_named_by_planned_id_and_output() -> None:
    made = plan(DIAMOND, "a")
    steps = {step.derivation.name: step for step in made.steps}
    assert steps["a"].derivation.inputs == (
        ("b", Output(steps["b"].id, "out")),
        ("c", Output(steps["c"].id, "out")),
    )
    assert made.step(steps["a"].id) is steps["a"]


def test_a_step_that_is_not_in_the_plan_is_not_found() -> None:
    with pytest.raises(KeyError):
        plan(DIAMOND, "a").step(plan('x = r("x")', "x").steps[0].id)


def test_the_environment_of_a_derivation_is_whole() -> None:
    made = plan(
        """
sh = r("sh")
musl = r("musl", outputs = ["out", "dev"])
a = r("a", tools = [sh], libs = [musl.dev, musl], outputs = ["out", "doc"], env = {"X": "{musl}/x"})
""",
        "a",
    )
    assert made.steps[-1].derivation.env == (
        ("CORES", "{cores}"),
        ("PATH", "{sh}/bin:{musl.dev}/bin:{musl}/bin"),
        ("X", "{musl}/x"),
        ("doc", "{doc}"),
        ("musl", "{musl}"),
        ("musl_dev", "{musl.dev}"),
        ("out", "{out}"),
        ("sh", "{sh}"),
    )


def test_without_inputs_there_is_no_path() -> None:
    assert dict(plan('a = r("a")', "a").steps[0].derivation.env) == {"CORES": "{cores}", "out": "{out}"}


def test_a_recipe_may_set_its_own_path() -> None:
    env = dict(plan('a = r("a", env = {"PATH": "/build/bin"})', "a").steps[0].derivation.env)
    assert env["PATH"] == "/build/bin"


def test_a_check_is_a_derivation_whose_inputs_are_the_result_its_libs_and_tools() -> None:
    made = plan(
        """
tcc = r("tcc")
musl = r("musl")
sed = r("sed")
a = r("a", tools = [tcc], libs = [musl], outputs = ["out", "doc"], env = {"X": "y"}, tests = [
    check(["a"], tools = [sed], stdout = "b"),
    check(["c"], slow = True, name = "long"),
])
""",
        "a",
    )
    step = made.steps[-1]
    (quick,), (slow,) = step.checks, step.slow_checks
    assert (quick.name, slow.name) == ("1", "long")
    assert [name for name, _ in quick.derivation.inputs] == ["doc", "musl", "out", "sed"]
    assert dict(quick.derivation.inputs)["out"] == Output(step.id, "out")
    assert (quick.derivation.check, quick.derivation.stdout, quick.derivation.outputs) == (True, "b", ())
    env = dict(quick.derivation.env)
    assert env["PATH"] == "{out}/bin:{doc}/bin:{sed}/bin:{musl}/bin"
    assert "X" not in env
    assert "sed" in names(made)


def test_equal_recipes_are_one_step() -> None:
    made = plan('a = r("a")\nb = r("a", description = "x")\nc = r("c", tools = {"a": a, "b": b})', "c")
    assert names(made) == ["a", "c"]


def test_a_result_speaks_for_a_recipe_equal_to_it() -> None:
    text = 'a = r("a")\nb = r("a")\nstage(name = "s", recipes = [b])'
    made = plan(text, f"{STAGE}:a", "s")
    assert [(step.stage, step.variable) for step in made.steps] == [("s", "b")]


def test_a_step_tells_its_stage_and_what_is_expected() -> None:
    digest = "ab" * 32
    made = plan(DIAMOND, "a", **{"stages/00-one/expectations": f"a-1 {digest}\nb-1-dev {digest}\n"})
    steps = {step.derivation.name: step for step in made.steps}
    a = steps["a"]
    assert (a.stage, a.expectations_file, a.libs) == ("00-one", "stages/00-one/expectations", ("b",))
    assert [(output, value.hex) for output, value in a.expected] == [("out", digest)]
    assert steps["b"].expected == ()
    assert (steps["c"].stage, steps["c"].expectations_file) == ("", "")


def test_the_rules_of_a_step_name_planned_outputs() -> None:
    made = plan(DIAMOND, "a")
    steps = {step.derivation.name: step for step in made.steps}
    (rule,) = steps["a"].rules
    assert rule.forbidden == Output(steps["c"].id, "out")
    assert (rule.name, rule.because, rule.direct) == ("c@1", "c is a tool of a", True)


def test_what_a_rule_forbids_need_not_be_in_the_plan() -> None:
    text = DIAMOND + 'z = r("z")\nstage(name = "two", recipes = [z], forbid = [other])\n'
    made = plan(text, "z")
    assert names(made) == ["z"]
    assert made.steps[0].rules[0].forbidden == plan(text, "other").targets[0]


# ids

PROJECT = {
    STAGE: START
    + '_F = files("a.patch")\ntcc = r("tcc")\na = r("a", source = _F, tools = [tcc], commands = [["x"]])\n',
    "stages/00-one/a.patch": "a",
}


def ids(root: Path, changed: dict[str, str] | None = None) -> list[str]:
    for path, text in {**PROJECT, **(changed or {})}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return [step.id.hex for step in make_plan(evaluate(root), ["a"]).steps]


def test_an_id_does_not_depend_on_where_the_checkout_is(tmp_path: Path) -> None:
    assert ids(tmp_path / "one") == ids(tmp_path / "another place")


def test_an_id_does_not_depend_on_comments_layout_and_order_of_arguments(tmp_path: Path) -> None:
    text = (
        "# a remark\n\n\n"
        + START.replace("name = name, version = version", "version = version,\n        name = name")
        + 'tcc=r("tcc")  # another\n_F = files("a.patch")\n'
        + 'a = r(commands = [[ "x" ],], tools = [tcc], source = _F,\n    name = "a")\n'
    )
    assert ids(tmp_path / "one") == ids(tmp_path / "two", {STAGE: text})


def test_an_id_does_not_depend_on_the_order_of_a_dict(tmp_path: Path) -> None:
    text = START + 'a = r("a", env = {%s})\n'
    one = ids(tmp_path / "one", {STAGE: text % '"A": "1", "B": "2"'})
    assert one == ids(tmp_path / "two", {STAGE: text % '"B": "2", "A": "1"'})


def test_an_id_depends_on_the_content_of_files(tmp_path: Path) -> None:
    assert ids(tmp_path / "one") != ids(tmp_path / "two", {"stages/00-one/a.patch": "b"})


def test_an_id_depends_on_the_commands_and_those_of_inputs(tmp_path: Path) -> None:
    before = ids(tmp_path / "one")
    other = PROJECT[STAGE].replace('r("tcc")', 'r("tcc", commands = [["y"]])')
    changed = ids(tmp_path / "two", {STAGE: other})
    assert [a == b for a, b in zip(before, changed, strict=True)] == [False, False]
    last = ids(tmp_path / "three", {STAGE: PROJECT[STAGE].replace('"x"', '"y"')})
    assert [a == b for a, b in zip(before, last, strict=True)] == [True, False]


def test_a_long_chain_is_planned() -> None:
    lines = ['x0 = r("x0")'] + [f'x{n} = r("x{n}", tools = [x{n - 1}])' for n in range(1, 3000)]
    made = plan("\n".join(lines), "x2999")
    assert names(made) == [f"x{n}" for n in range(3000)]


def test_recipes_of_one_name_are_told_apart_by_what_their_author_calls_them() -> None:
    text = """
a0 = r("a", commands = [mkdir("a0")])
alone = r("c")
more = [r("b", libs = [a0, alone])]
a = r("a", tools = more)
stage(name = "s", description = "-", recipes = [a, r("b")])
"""
    made = plan(text, "s")
    labels = {made.label(step) for step in made.steps}
    assert labels == {"a@1", "a@1 (a0)", "b@1 (more)", "b@1 (stage.star:9)", "c@1"}
