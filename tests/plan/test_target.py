"""What people name on the command line."""

from __future__ import annotations

import pytest

from bootstrap.errors import UsageError
from bootstrap.plan.files import recipe_files
from bootstrap.plan.target import find_target
from bootstrap.recipe.project import Project
from tests.recipe.memory import ROOT, project

START = """
def r(name, version = "1", **fields):
    return recipe(name = name, version = version, commands = [], **fields)
"""

FILES = {
    "stages/00-toolchain/stage.star": START
    + """
load("//seeds/some/seed.star", seed = "tcc0")
musl1 = r("musl", outputs = ["out", "dev"])
musl = r("musl", tools = [musl1], outputs = ["out", "dev"])
tcc = r("tcc", "0.9", tools = [seed])
first = seed
stage(name = "stage0", recipes = [musl, tcc])
""",
    "stages/00-toolchain/more.star": START + 'extra = r("extra")\n',
    "stages/01-libraries/stage.star": START
    + """
load("//stages/00-toolchain/more.star", "extra")
lua = r("lua", "5.4.4")
old_lua = r("lua", "5.3.6")
lua51 = r("lua5.1", outputs = ["out", "dev"])
helper = r("helper")
stage(name = "01-libraries", recipes = [lua, old_lua, lua51])
""",
    "seeds/some/seed.star": START + 'tcc0 = r("tcc", "0.9")\n',
}


@pytest.fixture(scope="module")
def evaluated() -> Project:
    return project(FILES)


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("stage0", ["musl@1.out musl", "tcc@0.9.out tcc"]),
        ("00-toolchain", ["musl@1.out musl", "tcc@0.9.out tcc"]),
        ("toolchain", ["musl@1.out musl", "tcc@0.9.out tcc"]),
        ("stage1", ["lua@5.4.4.out lua", "lua@5.3.6.out old_lua", "lua5.1@1.out lua51"]),
        ("01-libraries", ["lua@5.4.4.out lua", "lua@5.3.6.out old_lua", "lua5.1@1.out lua51"]),
        ("musl", ["musl@1.out musl"]),
        ("musl.dev", ["musl@1.dev musl"]),
        ("musl@1", ["musl@1.out musl"]),
        ("musl@1.dev", ["musl@1.dev musl"]),
        ("lua@5.3.6", ["lua@5.3.6.out old_lua"]),
        ("lua5.1", ["lua5.1@1.out lua51"]),
        ("lua5.1.dev", ["lua5.1@1.dev lua51"]),
        ("stage1:lua@5.4.4", ["lua@5.4.4.out lua"]),
        ("stage0:musl", ["musl@1.out musl"]),
        ("stage0:musl1", ["musl@1.out musl1"]),
        ("stage0:musl1.dev", ["musl@1.dev musl1"]),
        ("stage0:first", ["tcc@0.9.out tcc0"]),
        ("stage0:extra", ["extra@1.out extra"]),
        ("helper", ["helper@1.out helper"]),
        ("extra", ["extra@1.out extra"]),
        ("seeds/some/seed.star", ["tcc@0.9.out tcc0"]),
        ("./seeds/some/seed.star", ["tcc@0.9.out tcc0"]),
        ("seeds/some/seed.star:tcc0", ["tcc@0.9.out tcc0"]),
        (f"{ROOT}/seeds/some/seed.star", ["tcc@0.9.out tcc0"]),
    ],
)
def test_a_target_means(evaluated: Project, target: str, found: list[str]) -> None:
    named = find_target(evaluated, target)
    assert [f"{n.recipe.title}.{n.output} {n.recipe.variable}" for n in named] == found


@pytest.mark.parametrize(
    ("target", "message", "hint"),
    [
        ("muls", 'no stage or recipe is called "muls"', 'did you mean "musl"?'),
        ("stage7", 'no stage or recipe is called "stage7"', "stage"),
        ("stage7:lua", 'no stage "stage7"', "stage"),
        ("stage0:lua", 'stage stage0 has no "lua"', "known: musl, tcc"),
        ("musl.devel", 'musl@1 has no output "devel"', 'did you mean "dev"?'),
        ("lua@5.5", 'no stage or recipe is called "lua@5.5"', "lua"),
        ("lua", "lua@5.4.4[\\s\\S]*lua@5.3.6", "name its version"),
        ("stage1:lua", "may be any of", "name its version"),
        ("seeds/some/sed.star", "no recipe is defined in", 'did you mean "seeds/some/seed.star"?'),
        ("seeds/some/seed.star:tcc1", 'no variable "tcc1"', 'did you mean "tcc0"?'),
    ],
)
def test_a_target_that_means_nothing_is_told_with_what_is_there(
    evaluated: Project, target: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        find_target(evaluated, target)
    assert hint in caught.value.hint


def test_the_files_that_targets_name_are_told() -> None:
    assert recipe_files(["lua", "a/b.star", "c.star:d", "stage1:e.starling"]) == ["a/b.star", "c.star"]


def test_two_stages_of_one_name_have_to_be_told_apart() -> None:
    text = 'stage(name = "{}", recipes = [])\n'
    files = {f"stages/{d}/stage.star": text.format(d) for d in ("00-a", "01-a")}
    with pytest.raises(UsageError, match=r"00-a .*01-a"):
        find_target(project(files), "a")


def test_generations_that_are_no_results_have_to_be_told_apart() -> None:
    text = START + 'a1 = r("a")\na2 = r("a", description = "2")\n'
    with pytest.raises(UsageError, match=r"stage\.star:a1[\s\S]*stage\.star:a2") as caught:
        find_target(project(text), "a")
    assert "by its file and variable" in caught.value.hint
