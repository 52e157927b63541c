"""What recipe files mean: the values that come of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bootstrap.errors import RecipeError, UsageError
from bootstrap.recipe.evaluate import evaluate
from bootstrap.recipe.model import (
    Compare,
    Copy,
    Debian,
    Exec,
    Files,
    Limits,
    MakeDirectory,
    MakeSymlink,
    Recipe,
    Source,
    Unhex,
    Url,
    Write,
)
from tests.recipe.memory import ROOT, STAGE, MemoryReader, project

DIGEST = "0123456789abcdef" * 4


def only(text: str, **options: str) -> Recipe:
    """The last recipe of a stage file."""
    return project(text, **options).recipes[-1]


def fields(more: str, before: str = "") -> Recipe:
    """A recipe with these fields, after these lines."""
    return only(f'{before}\nx = recipe(name = "x", version = "1", {more})\n')


def test_a_recipe_has_what_its_author_wrote() -> None:
    recipe = only(
        f"""
lua = recipe(
    name = "lua",
    version = "5.4.4",
    description = "a language",
    source = source("lua.tar.gz", "{DIGEST}", 12, ["https://www.lua.org/ftp/", debian("pool/l.tar.gz")]),
    env = {{"B": "2", "A": "{{out}}"}},
    commands = [["make"]],
    outputs = ["out", "dev"],
    limits = limits(time = 2.5, memory = "2G", output = 7, files = 9, log = "1.5M", processes = 3),
    cores = 0,
)
"""
    )
    assert (recipe.name, recipe.version, recipe.description) == ("lua", "5.4.4", "a language")
    assert recipe.env == (("A", "{out}"), ("B", "2"))
    assert recipe.outputs == ("dev", "out")
    assert recipe.limits == Limits(time=2.5, memory=2 << 30, output=7, files=9, log=3 << 19, processes=3)
    assert recipe.cores == 0
    place, source = recipe.sources[0]
    assert place == ""
    assert isinstance(source, Source)
    assert source.origins == (Url("https://www.lua.org/ftp/lua.tar.gz"), Debian("pool/l.tar.gz"))
    assert (source.file, source.sha256.hex, source.size) == ("lua.tar.gz", DIGEST, 12)
    assert (source.unpack, source.strip) == (True, 1)


def test_a_file_that_is_no_archive_is_handed_in_as_it_is() -> None:
    recipe = fields(f'commands = [], source = source("x.bin", "{DIGEST}", 1, [])')
    source = recipe.sources[0][1]
    assert isinstance(source, Source)
    assert (source.unpack, source.strip) == (False, 0)


def test_the_commands_are_kept_in_order() -> None:
    recipe = fields(
        """commands = [
        ["a", "{out}"],
        run(["b"], cwd = "c", stdin = "d", stdout = "e", env = {"F": "g"}),
        script("echo {not a template}"),
        mkdir("h"),
        copy("i", "j", executable = True),
        write("k", "l"),
        symlink("m", "n"),
        unhex("o", "p", executable = True),
        compare("q", "r"),
    ]"""
    )
    assert recipe.commands == (
        Exec(argv=("a", "{out}")),
        Exec(argv=("b",), cwd="c", stdin="d", stdout="e", env=(("F", "g"),)),
        Exec(argv=("sh", "-e", "-u", "-c", "echo {{not a template}}")),
        MakeDirectory(path="h"),
        Copy(source="i", target="j", executable=True),
        Write(path="k", text="l"),
        MakeSymlink(target="m", path="n"),
        Unhex(source="o", target="p", executable=True),
        Compare(left="q", right="r"),
    )


MUSL = 'musl = recipe(name = "musl", version = "1", commands = [], outputs = ["out", "dev"])\n'


def test_an_input_has_the_name_of_its_recipe_and_output() -> None:
    recipe = fields("commands = [], tools = [musl.dev, musl]", MUSL)
    assert [(i.name, i.output) for i in recipe.tools] == [("musl", "out"), ("musl.dev", "dev")]
    assert recipe.path == ("musl.dev", "musl")


def test_an_input_can_be_named_by_its_user() -> None:
    recipe = fields('commands = [["{cc}/bin/cc"]], tools = {"cc": musl}, libs = {"libc": musl.dev}', MUSL)
    assert [i.name for i in recipe.tools] == ["cc"]
    assert [(i.name, i.output) for i in recipe.libs] == [("libc", "dev")]


def test_what_is_a_tool_and_a_lib_is_a_lib() -> None:
    recipe = fields("commands = [], tools = [musl], libs = [musl]", MUSL)
    assert [i.name for i in recipe.tools] == []
    assert [i.name for i in recipe.libs] == ["musl"]


def test_the_shell_is_a_tool() -> None:
    recipe = fields("commands = [], shell = musl", MUSL)
    assert recipe.shell == "musl"
    assert [i.name for i in recipe.tools] == ["musl"]


def test_the_shell_has_the_name_of_the_input_that_it_is() -> None:
    recipe = fields('commands = [], tools = {"sh": musl}, shell = musl', MUSL)
    assert recipe.shell == "sh"


def test_an_override_changes_some_fields_of_a_copy() -> None:
    copy = only('a = recipe(name = "a", version = "1", commands = [["x"]])\nb = override(a, version = "2")\n')
    assert (copy.name, copy.version, copy.commands) == ("a", "2", (Exec(argv=("x",)),))
    assert copy.where.line == 2


def test_a_recipe_tells_name_and_version() -> None:
    recipe = fields('commands = [["echo", musl.name, musl.version, musl.dev.name]]', MUSL)
    assert recipe.commands == (Exec(argv=("echo", "musl", "1", "musl")),)


def test_a_check_has_the_libs_of_its_recipe_and_its_own_tools() -> None:
    recipe = fields(
        'commands = [], libs = [musl], outputs = ["out", "doc"], tests = [\n'
        '  check(["{out}/x", "{doc}"], stdout = "y\\n"),\n'
        '  check([["a"], mkdir("b")], name = "second", tools = [musl.dev], slow = True, shell = musl)]',
        MUSL,
    )
    first, second = recipe.tests
    assert (first.name, first.stdout, first.slow) == ("1", "y\n", False)
    assert first.commands == (Exec(argv=("{out}/x", "{doc}")),)
    assert first.path == ("out", "doc", "musl")
    assert (second.name, second.stdout, second.slow, second.shell) == ("second", None, True, "musl")
    assert [i.name for i in second.tools] == ["musl.dev"]
    assert second.path == ("out", "doc", "musl.dev", "musl")


# local files

PATCHES = {
    "stages/00-one/patches/b.patch": "b",
    "stages/00-one/patches/a.patch": "a",
    "stages/00-one/deep/er/x": "#!x",
    "lib/near": "n",
    "lib/help.star": 'def near():\n    return files("near")\n',
}


def files_of(text: str) -> Files:
    recipe = project({**PATCHES, STAGE: text}).recipes[-1]
    material = recipe.sources[0][1]
    assert isinstance(material, Files)
    return material


def test_files_are_known_by_name_and_content() -> None:
    found = files_of('x = recipe(name = "x", version = "1", commands = [], source = files("patches/*"))')
    assert [(f.name, f.path, f.size) for f in found.files] == [
        ("patches/a.patch", "stages/00-one/patches/a.patch", 1),
        ("patches/b.patch", "stages/00-one/patches/b.patch", 1),
    ]


def test_files_can_leave_off_a_directory() -> None:
    text = 'x = recipe(name = "x", version = "1", commands = [], source = {})'
    (found,) = files_of(text.format('files("deep/**", strip = "deep/")')).files
    assert (found.name, found.executable) == ("er/x", True)


def test_files_are_looked_for_beside_the_file_that_names_them() -> None:
    text = 'load("//lib/help.star", "near")\n'
    text += 'x = recipe(name = "x", version = "1", commands = [], source = near())'
    assert files_of(text).files[0].path == "lib/near"


def test_patches_keep_the_order_of_their_names() -> None:
    text = f'_S = source("a.tar", "{DIGEST}", 1, [], patches = [files("deep/**"), files("patches/*")])\n'
    text += 'x = recipe(name = "x", version = "1", commands = [], sources = {".": _S, "sub": _S})'
    recipe = project({**PATCHES, STAGE: text}).recipes[-1]
    assert [place for place, _ in recipe.sources] == ["", "sub"]
    source = recipe.sources[0][1]
    assert isinstance(source, Source)
    assert [p.name for p in source.patches] == ["deep/er/x", "patches/a.patch", "patches/b.patch"]


# places and variables

GENERATIONS = """
def _make(n):
    return recipe(name = "musl", version = "1", commands = [["%d" % n]])

def chain():
    musl0 = _make(0)
    musl1 = _make(1)
    return struct(first = musl0, last = musl1)

_built = chain()
musl = _built.last
direct = recipe(name = "direct", version = "1", commands = [])
stage(name = "00-one", recipes = [musl, direct])
"""


def test_a_recipe_is_where_the_line_that_names_it_is() -> None:
    places = [(str(r.where), r.variable) for r in project(GENERATIONS).recipes]
    assert places == [(f"{STAGE}:6:13", "musl0"), (f"{STAGE}:7:13", "musl1"), (f"{STAGE}:12:10", "direct")]


def test_a_recipe_made_by_a_helper_elsewhere_is_where_the_helper_was_called() -> None:
    helper = 'def helper(n):\n    made = recipe(name = n, version = "1", commands = [])\n    return made\n'
    text = 'load("//lib/help.star", "helper")\n\nstage(name = "s", recipes = [helper("a")])\n'
    (recipe,) = project({"lib/help.star": helper, STAGE: text}).recipes
    assert (str(recipe.where), recipe.variable) == (f"{STAGE}:3:30", "")


def test_variables_that_hold_recipes_are_known() -> None:
    evaluated = project(GENERATIONS)
    names = evaluated.names[STAGE]
    assert {name: named.recipe.commands for name, named in names.items()} == {
        "musl0": (Exec(argv=("0",)),),
        "musl1": (Exec(argv=("1",)),),
        "musl": (Exec(argv=("1",)),),
        "direct": (),
    }


def test_a_variable_that_held_two_recipes_is_known_as_none() -> None:
    text = (
        "def make(v):\n"
        '    made = recipe(name = "a", version = v, commands = [])\n'
        "    return made\n"
        '_both = [make("1"), make("2")]\n'
    )
    assert project(text).names[STAGE] == {}


def test_a_stage_keeps_the_order_of_its_results() -> None:
    evaluated = project(GENERATIONS)
    (stage,) = evaluated.stages
    assert (stage.name, [r.name for r in stage.recipes]) == ("00-one", ["musl", "direct"])


def test_generations_may_share_name_and_version_if_one_at_most_is_a_result() -> None:
    assert [r.title for r in project(GENERATIONS).recipes] == ["musl@1", "musl@1", "direct@1"]


# files and options


def test_files_are_evaluated_once_and_before_those_that_load_them() -> None:
    files = {
        "stages/00-a/stage.star": 'load("//stages/01-b/stage.star", "b")\na = override(b, name = "a")\n',
        "stages/01-b/stage.star": 'b = recipe(name = "b", version = "1", commands = [])\n',
    }
    assert [r.name for r in project(files).recipes] == ["b", "a"]


def test_a_thousand_files_may_load_each_other_in_a_row() -> None:
    files = {
        f"stages/{n:04}/stage.star": f'load("//stages/{n + 1:04}/stage.star", "x{n + 1}")\nx{n} = x{n + 1}\n'
        for n in range(1000)
    }
    files["stages/1000/stage.star"] = 'x1000 = recipe(name = "x", version = "1", commands = [])\n'
    assert len(project(files).recipes) == 1


OPTION = 'x = recipe(name = option("seed", "a", ["a", "b"]), version = "1", commands = [])\n'


def test_an_option_has_its_default_unless_chosen() -> None:
    assert only(OPTION).name == "a"
    assert only(OPTION, seed="b").name == "b"
    assert project(OPTION, seed="b").options == (("seed", "b"),)


def test_a_choice_that_is_not_offered_is_refused_with_what_is() -> None:
    with pytest.raises(UsageError, match=r'cannot be "c" .*stage.star:1:19') as caught:
        project(OPTION, seed="c")
    assert "choices: a, b" in caught.value.hint


def test_an_option_that_no_file_asks_for_is_refused() -> None:
    with pytest.raises(UsageError, match='no recipe file asks for option "sede"') as caught:
        project(OPTION, sede="b")
    assert caught.value.hint == 'did you mean "seed"?'


def test_expectations_are_read_beside_the_stage() -> None:
    files = {STAGE: GENERATIONS, "stages/00-one/expectations": f"musl-1 {DIGEST}\n"}
    evaluated = project(files)
    assert {name: d.hex for name, d in evaluated.expectations["stages/00-one/expectations"].items()} == {
        "musl-1": DIGEST
    }


def test_a_missing_digest_is_told_if_the_file_is_at_hand() -> None:
    text = 'x = source(file = "x.tar", origins = [])\n'
    with pytest.raises(RecipeError) as caught:
        evaluate(ROOT, reader=MemoryReader({STAGE: text}), at_hand=lambda file: (DIGEST, len(file)))
    assert f'paste: sha256 = "{DIGEST}", size = 5' in caught.value.message


def test_a_file_outside_of_the_stages_can_be_evaluated_too() -> None:
    files = {STAGE: MUSL, "examples/hello.star": MUSL.replace("musl", "hello")}
    evaluated = evaluate(ROOT, ["examples/hello.star"], reader=MemoryReader(files))
    assert [r.name for r in evaluated.recipes] == ["musl", "hello"]
    again = evaluate(ROOT, [ROOT / "examples/hello.star"], reader=MemoryReader(files))
    assert [r.name for r in again.recipes] == ["musl", "hello"]


@pytest.mark.parametrize("entry", ["../x.star", "/elsewhere/x.star"])
def test_a_file_outside_of_the_project_is_refused(entry: str) -> None:
    with pytest.raises(UsageError, match="outside of the project"):
        evaluate(ROOT, [entry], reader=MemoryReader({STAGE: MUSL}))


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match=r"no such recipe file: x\.star"):
        evaluate(ROOT, ["x.star"], reader=MemoryReader({STAGE: MUSL}))


def test_a_project_without_stages_is_refused(tmp_path: Path) -> None:
    (tmp_path / "stages").mkdir()
    with pytest.raises(UsageError, match=r"has no \*/stage.star"):
        evaluate(tmp_path)


def test_everything_that_was_read_is_on_record(tmp_path: Path) -> None:
    for path, text in {**PATCHES, STAGE: 'load("//lib/help.star", "near")\nx = files("patches/*")\n'}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    evaluated = evaluate(tmp_path)
    assert evaluated.files == (
        "lib/help.star",
        "stages/00-one/patches/a.patch",
        "stages/00-one/patches/b.patch",
        STAGE,
    )
    assert evaluated.directories == ("stages", "stages/00-one", "stages/00-one/patches")
    assert str(tmp_path / STAGE) in evaluated.read
    assert str(tmp_path / "stages") in evaluated.read


def test_a_missing_expectations_file_is_on_record_as_its_directory(tmp_path: Path) -> None:
    (tmp_path / "stages" / "00-one").mkdir(parents=True)
    (tmp_path / STAGE).write_text('stage(name = "one", recipes = [])\n')
    assert "stages/00-one" in evaluate(tmp_path).directories
