"""Derivations built aside: equal to what is stored, or different where a reference hides."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from bootstrap.digest import digest
from bootstrap.errors import Interrupted, StoreError
from bootstrap.plan.derivation import Derivation, Output
from bootstrap.plan.plan import Step
from bootstrap.recipe.model import Copy, Exec, Limits, MakeDirectory, MakeSymlink, Write
from reprocheck.circumstances import Circumstances
from reprocheck.compare import diff
from reprocheck.subject import Build, Subject
from reprocheck.variation.table import find
from tests.reprocheck.subjects.recipes import HERE, Recipes, recipes

__all__ = ["recipes"]

pytestmark = pytest.mark.sandbox

RENAMED = Circumstances(renamed=True)


def build(subject: Subject, circumstances: Circumstances | None = None) -> Build:
    return subject.build(circumstances or Circumstances(), cancel=threading.Event())


def said(*argv: str) -> str:
    if shutil.which(argv[0]) is None:
        pytest.skip(f"this host has no {argv[0]}")
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()


def differing(subject: Subject, build: Build) -> list[str]:
    stored = subject.stored()
    assert stored is not None
    assert build.ok, build.message
    assert stored.outputs.keys() == build.outputs.keys()
    return sorted(
        {
            f"{name}/{difference.path.partition('//')[0]}"
            for name in stored.outputs
            for difference in diff(stored.outputs[name], build.outputs[name])
        }
    )


@pytest.mark.parametrize("circumstances", [Circumstances(), RENAMED], ids=["plain", "renamed"])
def test_a_build_is_equal_to_what_is_stored(recipes: Recipes, circumstances: Circumstances) -> None:
    step = recipes.plain()
    recipes.built(step)
    subject = recipes.subject(step)
    assert differing(subject, build(subject, circumstances)) == []


def test_without_a_stored_result_two_builds_are_equal(recipes: Recipes) -> None:
    subject = recipes.subject(recipes.plain())
    assert subject.stored() is None
    one, other = build(subject), build(subject, RENAMED)
    assert [*diff(one.outputs["out"], other.outputs["out"])] == []
    assert "thing-1" in (one.outputs["out"] / "bin/program").read_text()


def test_modes_and_times_are_those_of_a_store(recipes: Recipes) -> None:
    built = build(recipes.subject(recipes.plain()))
    for path in (built.outputs["out"], built.outputs["out"] / "bin", built.outputs["out"] / "bin/program"):
        assert (os.stat(path).st_mode & 0o777, os.stat(path).st_mtime) == (0o555, 1)


def test_nothing_enters_the_store(recipes: Recipes) -> None:
    before = sorted(os.listdir(f"{recipes.store.home}/store"))
    step = recipes.plain()
    subject = recipes.subject(step)
    build(subject, RENAMED)
    assert sorted(os.listdir(f"{recipes.store.home}/store")) == before
    assert recipes.store.realisation(step.id) is None
    subject.close()
    assert os.listdir(f"{recipes.store.home}/tmp") == []


def test_a_renamed_build_sees_other_digits_everywhere(recipes: Recipes) -> None:
    step = recipes.step(
        Copy(source="{data}/note", target="{out}/note"), MakeSymlink(target="{data}", path="{out}/data")
    )
    subject = recipes.subject(step)
    seen = recipes.subject(recipes.step(MakeDirectory(path="{out}/{data}")))
    assert (build(subject, RENAMED).outputs["out"] / "note").read_text() == f"of {recipes.deep}\n"
    place = build(seen, RENAMED).outputs["out"] / str(recipes.data)[1:]
    assert place.is_dir()


def test_a_name_with_digits_is_put_back(recipes: Recipes) -> None:
    step = recipes.step(Write(path="{out}/{data}/file", text="{data}"))
    recipes.built(step)
    subject = recipes.subject(step)
    assert differing(subject, build(subject, RENAMED)) == []


def test_a_reference_in_a_compressed_file_is_found(recipes: Recipes) -> None:
    programs = recipes.programs("gzip")
    step = recipes.step(
        Write(path="plain", text="it lies at {data}\n"),
        Exec(
            argv=(
                "{programs}/lib/ld.so",
                "--library-path",
                "{programs}/lib",
                "{programs}/bin/gzip",
                "-9nc",
                "plain",
            ),
            stdout="packed.gz",
        ),
        Copy(source="plain", target="{out}/plain"),
        Copy(source="packed.gz", target="{out}/packed.gz"),
        programs=programs,
    )
    recipes.built(step)
    subject = recipes.subject(step)
    assert differing(subject, build(subject)) == []
    assert differing(subject, build(subject, RENAMED)) == ["out/packed.gz"]


def test_a_reference_in_immediates_of_gcc_is_found(recipes: Recipes) -> None:
    compiler = said("gcc", "-print-prog-name=cc1")
    programs = recipes.programs(compiler, "as")

    def run(*argv: str) -> Exec:
        return Exec(argv=("{programs}/lib/ld.so", "--library-path", "{programs}/lib", *argv))

    step = recipes.step(
        Write(
            path="hidden.c",
            text='void use(char *);\nvoid hidden(void) {{ char at[] = "{data}"; use(at); }}\n',
        ),
        Write(path="seen.c", text='const char *seen(void) {{ return "{data}"; }}\n'),
        *(
            command
            for name in ("hidden", "seen")
            for command in (
                run("{programs}/bin/cc1", "-quiet", "-ffreestanding", "-O1", f"{name}.c", "-o", f"{name}.s"),
                run("{programs}/bin/as", f"{name}.s", "-o", f"{name}.o"),
                Copy(source=f"{name}.o", target=f"{{out}}/{name}.o"),
            )
        ),
        programs=programs,
    )
    outputs = recipes.built(step)
    info = recipes.store.info(outputs["out"])
    assert info is not None
    assert info.references == (recipes.data,)
    subject = recipes.subject(step)
    assert differing(subject, build(subject)) == []
    assert differing(subject, build(subject, RENAMED)) == ["out/hidden.o"]


def test_a_recipe_that_names_the_build_directory_finds_it_elsewhere(recipes: Recipes) -> None:
    step = recipes.step(
        Write(path="/build/note", text="-I/build/include /building {data}/build\n"),
        Copy(source="/build/note", target="{out}/note"),
    )
    subject = recipes.subject(step)
    moved = build(subject, find("path.build").vary(Circumstances()))
    text = (moved.outputs["out"] / "note").read_text()
    assert text == f"-I/ohced/include /building {recipes.data}/build\n"


def test_a_build_in_memory_is_equal(recipes: Recipes) -> None:
    row = find("fs.type")
    if why := row.obstacle():
        pytest.skip(why)
    step = recipes.plain()
    recipes.built(step)
    subject = recipes.subject(step)
    assert differing(subject, build(subject, row.vary(Circumstances()))) == []


def test_a_build_that_fails_is_a_result(recipes: Recipes) -> None:
    failed = build(recipes.subject(recipes.step(Copy(source="missing", target="{out}/x"))))
    assert not failed.ok
    assert "missing" in failed.message
    assert failed.outputs == {}


def test_what_a_store_must_not_hold_is_a_failed_build(recipes: Recipes) -> None:
    programs = recipes.programs("mkfifo")
    argv = ("{programs}/lib/ld.so", "--library-path", "{programs}/lib", "{programs}/bin/mkfifo", "{out}/pipe")
    failed = build(recipes.subject(recipes.step(Exec(argv=argv), programs=programs)))
    assert "pipe: is a fifo" in failed.message
    assert failed.outputs == {}


def test_a_limit_that_is_passed_is_a_failed_build(recipes: Recipes) -> None:
    big = recipes.step(Write(path="{out}/big", text="x" * 4096), limits=Limits(output=1024))
    failed = build(recipes.subject(big))
    assert "limit" in failed.message


def test_a_build_is_interrupted(recipes: Recipes) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Interrupted):
        recipes.subject(recipes.plain()).build(Circumstances(), cancel=cancel)


def test_a_build_that_is_to_wait_is_interrupted_meanwhile(recipes: Recipes) -> None:
    cancel = threading.Event()
    threading.Timer(0.1, cancel.set).start()
    with pytest.raises(Interrupted):
        recipes.subject(recipes.plain()).build(Circumstances(pause=3600.0), cancel=cancel)


def test_an_input_that_is_not_in_the_store_is_told(recipes: Recipes) -> None:
    gone = Output(digest(b"never built"), "out")
    step = Step(derivation=Derivation(name="user", version="1", inputs=(("gone", gone),)), where=HERE)
    with pytest.raises(StoreError, match="input of it is not in the store"):
        recipes.subject(step)


def test_variables_that_the_recipe_sets_are_its_own(recipes: Recipes) -> None:
    subject = recipes.subject(recipes.step(Write(path="{out}/x", text=""), env=(("TZ", "JST-9"),)))
    assert subject.suits("time.tz") == "it sets TZ itself"
    assert subject.suits("path.home") == ""
    observed = build(subject, find("time.tz").vary(Circumstances())).observed
    assert observed.get("environment", {}).get("TZ", "JST-9") == "JST-9"


def test_what_does_not_suit_a_recipe_is_told(recipes: Recipes) -> None:
    one = recipes.subject(recipes.step(Write(path="{out}/x", text=""), cores=1))
    assert "/tmp" in one.suits("state")
    assert "one core" in one.suits("order.parallel")
    assert one.suits("order.parallel-delays") == ""


def test_the_log_is_kept_until_the_end(recipes: Recipes) -> None:
    programs = recipes.programs("gzip")
    argv = ("{programs}/lib/ld.so", "--library-path", "{programs}/lib", "{programs}/bin/gzip", "missing")
    lines: list[str] = []
    subject = recipes.subject(recipes.step(Exec(argv=argv), programs=programs))
    failed = subject.build(Circumstances(), cancel=threading.Event(), on_line=lines.append)
    assert failed.log is not None
    assert "missing" in Path(failed.log).read_text()
    assert "missing" in failed.message
    assert lines
