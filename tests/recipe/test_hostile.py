"""Recipe files that were written to do harm, or by a program gone wrong: each ends in a RecipeError."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bootstrap.errors import RecipeError
from bootstrap.recipe.evaluate import evaluate
from tests.recipe.memory import STAGE, project

SHA256 = "0123456789abcdef" * 4
LONG = "9" * 5000


def recipe(fields: str) -> str:
    return f'x = recipe(name = "x", version = "1", commands = [], {fields})\n'


POSING = {
    "a recipe": recipe('tools = [struct(_kind = "recipe", _id = 99, _output = "out")]'),
    "a recipe, by a negative number": recipe('tools = [struct(_kind = "recipe", _id = -1, _output = "out")]'),
    "a recipe without a number": recipe('tools = [{"_kind": "recipe"}]'),
    "a recipe of true": recipe('tools = [struct(_kind = "recipe", _id = True, _output = "out")]'),
    "an output": recipe("")
    + 'stage(name = "s", recipes = [struct(_kind = "recipe", _id = 0, _output = "no")])',
    "a result": 'stage(name = "s", recipes = [struct(_kind = "recipe", _id = 0, _output = "out")])\n',
    "what is overridden": 'override(struct(_kind = "recipe", _id = 9, _output = "out"), name = "x")\n',
    "a stage": 'stage(name = "s", recipes = [], forbid = [struct(_kind = "stage", _id = 10)])\n',
    "a command": recipe("").replace("[]", '[struct(_kind = "run")]'),
    "a command from nowhere": recipe("").replace(
        "[]", '[struct(_kind = "run", _at = "", _args = [], _kwargs = {})]'
    ),
    "a command from elsewhere": recipe("").replace(
        "[]", '[struct(_kind = "run", _at = "  * no.star:1, in f", _args = [], _kwargs = {})]'
    ),
    "a check": recipe('tests = [struct(_kind = "check", _at = 3, _args = 4, _kwargs = 5)]'),
    "limits": recipe('limits = struct(_kind = "limits")'),
    "a source": recipe('source = struct(_kind = "source", _id = 7)'),
    "a source that is files": 'files("patches/*")\n' + recipe('source = struct(_kind = "source", _id = 0)'),
    "patches": f'source("a.tar", "{SHA256}", 1, [], patches = struct(_kind = "files", _id = 9))\n',
    "an origin": f'source("a.tar", "{SHA256}", 1, [struct(_kind = "debian")])\n',
}


@pytest.mark.parametrize("name", POSING)
def test_a_struct_that_poses_as_a_value_of_the_dialect_is_plain_data(name: str) -> None:
    with pytest.raises(RecipeError, match=STAGE):
        project({STAGE: POSING[name], "stages/00-one/patches/a": ""})


def test_a_variable_that_poses_as_a_recipe_is_none() -> None:
    assert project('x = [struct(_kind = "recipe", _id = 99, _output = "out")][0]\n').names == {}
    assert project('def f():\n    return struct(_kind = "recipe", _id = 9)\nx = f()\n').names == {}


NUMBERS = {
    "a size of 5,000 digits": f'source("a.tar", "{SHA256}", {LONG}, [])\n',
    "a size of 2^53": f'source("a.tar", "{SHA256}", {1 << 53}, [])\n',
    "a strip of 5,000 digits": f'source("a.tar", "{SHA256}", 1, [], strip = {LONG})\n',
    "cores of 5,000 digits, negative": recipe(f"cores = -{LONG}"),
    "a memory of 5,000 digits": recipe(f"limits = limits(memory = {LONG})"),
    "a memory of as many gibibytes": recipe(f'limits = limits(memory = "{LONG}G")'),
    "a time beyond all time": recipe("limits = limits(time = 1e300)"),
    "a number for a name": recipe("").replace('"x"', LONG),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_that_nothing_can_hold_are_refused(name: str) -> None:
    with pytest.raises(RecipeError, match=f"{STAGE}:1"):
        project(NUMBERS[name])


def _nested(depth: int) -> str:
    return f"def f():\n    x = []\n    for i in range({depth}):\n        x = [x]\n    return x\n"


NESTED = {
    "brackets": "x = " + "[" * 100_000 + "]" * 100_000,
    "a file of 2 MB": "x = 1\n" * 400_000,
    "lists in an argument": _nested(1000) + recipe("tools = f()"),
    "a list within itself": "x = []\nx.append(x)\n" + recipe("").replace("[]", "x"),
    "calls": "def f(n):\n    return f(n + 1)\nf(0)\n",
    "brackets that are never closed": "x = " + "(" * 500,
}


@pytest.mark.parametrize("name", NESTED)
def test_what_is_nested_without_end_is_refused(name: str) -> None:
    with pytest.raises(RecipeError, match=STAGE):
        project(NESTED[name])


TEXTS = {
    "NUL": b"\0",
    "a byte order mark": "\ufeffx = y\n".encode(),
    "not UTF-8": b"x = '\xff'\n",
    "UTF-16": "x = y\n".encode("utf-16"),
    "a text that never ends": b'x = """' + b"\n" * 100_000,
    "a line of 10 MB": b"x = y" + b"y" * 10_000_000,
    "a tab among blanks": b"def f():\n    x = 1\n\ty = 2\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_no_text_of_a_recipe_is_refused_with_its_place(name: str) -> None:
    with pytest.raises(RecipeError, match=rf"{STAGE}:\d+:\d+: "):
        project({STAGE: TEXTS[name]})


def test_what_is_nested_deeply_is_read_all_the_same() -> None:
    for text in ("-" * 100_000 + "1", "1" + "+1" * 100_000, "[" * 5000 + "]" * 5000):
        assert project(f"x = {text}\n").recipes == ()
    assert project(_nested(100_000) + "x = f()\n").recipes == ()


def test_a_fault_in_a_long_line_shows_what_is_around_it() -> None:
    with pytest.raises(RecipeError) as caught:
        project("x = [" + "1, " * 100_000 + "y]\n")
    assert len(caught.value.message) < 1000
    assert "1, y]" in caught.value.message


def test_lines_may_end_in_cr_lf_and_may_be_long() -> None:
    text = recipe("").replace("\n", "\r\n") + f"# {'c' * 900_000}\r\n"
    assert [r.name for r in project(text).recipes] == ["x"]


def test_what_would_steer_a_terminal_is_not_told_as_it_is() -> None:
    with pytest.raises(RecipeError) as caught:
        project('x = "\x1b[2J\u202e\x9b" + 1 # \x07\n')
    assert all(character.isprintable() or character == "\n" for character in caught.value.message)


def test_a_pattern_of_many_stars_is_soon_done_with() -> None:
    names = {f"stages/00-one/{'a' * 40}{number}": "" for number in range(20)}
    with pytest.raises(RecipeError, match="nothing matches"):
        project({STAGE: f'files("{"*a" * 30}b")\n', **names})
    deep = {"stages/00-one/" + "d/" * 30 + "f": ""}
    with pytest.raises(RecipeError, match="nothing matches"):
        project({STAGE: f'files("{"**/" * 12}none")\n', **deep})


# files of a disk that are none


def on_disk(root: Path, text: str = "x = 1\n") -> Path:
    (root / "stages/00").mkdir(parents=True)
    (root / "stages/00/stage.star").write_text(text)
    return root


def test_a_stage_file_that_is_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    root = on_disk(tmp_path)
    (root / "stages/01").mkdir()
    os.mkfifo(root / "stages/01/stage.star")
    os.mkfifo(root / "stages/00/expectations")
    assert evaluate(root).files == ("stages/00/stage.star",)


@pytest.mark.parametrize("target", ["/dev/zero", "/dev/full", "stage.star", "/none", "."])
def test_a_stage_file_that_is_a_link_to_no_file_is_none(tmp_path: Path, target: str) -> None:
    root = on_disk(tmp_path)
    (root / "stages/01").mkdir()
    (root / "stages/01/stage.star").symlink_to(target)
    assert evaluate(root).files == ("stages/00/stage.star",)


@pytest.mark.parametrize("name", ["stages/00/other.star", "stages/00/expectations"])
def test_a_link_out_of_the_project_is_refused(tmp_path: Path, name: str) -> None:
    root = on_disk(tmp_path / "in", 'load(":other.star", "x")\nstage(name = "s", recipes = [])\n')
    (tmp_path / "secret").write_text("x = 1\n")
    (root / "stages/00/other.star").write_text("x = 1\n")
    (root / name).unlink(missing_ok=True)
    (root / name).symlink_to(tmp_path / "secret")
    with pytest.raises(RecipeError, match=f"{name}: a symbolic link leads out of the project"):
        evaluate(root)


def test_a_link_within_the_project_is_followed(tmp_path: Path) -> None:
    root = on_disk(tmp_path, 'load("//lib/a.star", "x")\ny = x\n')
    (root / "lib").symlink_to("stages/00")
    (root / "stages/00/a.star").write_text("x = 1\n")
    assert "lib/a.star" in evaluate(root).files


@pytest.mark.parametrize(
    "module",
    ["//a\\0b.star", f"//{'n' * 300}.star", f"//{'n/' * 3000}a.star", "//stages/00/stage.star/a.star"],
)
def test_a_module_of_an_impossible_name_is_no_file(tmp_path: Path, module: str) -> None:
    with pytest.raises(RecipeError, match="no such file"):
        evaluate(on_disk(tmp_path, f'load("{module}", "x")\n'))


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    root = on_disk(tmp_path)
    (root / "stages/00/stage.star").chmod(0)
    with pytest.raises(RecipeError, match=r"stages/00/stage\.star: Permission denied"):
        evaluate(root)


def test_files_of_weird_names_are_known_by_them(tmp_path: Path) -> None:
    root = on_disk(tmp_path, 'x = recipe(name = "x", version = "1", commands = [], source = files("f/*"))\n')
    (root / "stages/00/f").mkdir()
    for name in ("a\nb", "-rf", " ", "ä", "a'\"$;b"):
        (root / "stages/00/f" / name).write_text("")
    material = evaluate(root).recipes[0].sources[0][1]
    assert len(material.files) == 5  # type: ignore[union-attr]


def test_a_file_whose_name_is_not_utf_8_is_a_fault(tmp_path: Path) -> None:
    root = on_disk(tmp_path, 'x = recipe(name = "x", version = "1", commands = [], source = files("f/*"))\n')
    (root / "stages/00/f").mkdir()
    Path(os.fsdecode(os.fsencode(root) + b"/stages/00/f/\xff")).write_text("")
    with pytest.raises(RecipeError, match="UTF-8"):
        evaluate(root)
