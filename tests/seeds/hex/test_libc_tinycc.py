"""TinyCC with the seed's libc compiles like any other: the chain from it ends in the same bytes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bootstrap.fetch.lay import lay
from bootstrap.recipe.evaluate import evaluate
from bootstrap.recipe.model import Source, Write
from tests.seeds.hex.test_libc import ALONE, LIBC, PROGRAMS, call
from tests.stages.conftest import ROOT, Chain, chain, sources  # noqa: F401

pytestmark = [pytest.mark.stages, pytest.mark.sandbox]

SEED = """
load("//stages/00-toolchain/tinycc.star", "TINYCC", "VERSION", "runtime")

tcc0 = recipe(
    name = "tcc",
    version = VERSION,
    source = TINYCC,
    sources = {"made": files("tcc")},
    commands = [copy("made/tcc", "{out}/bin/tcc", executable = True)] + runtime(),
)
"""


def lay_tinycc(archives: Path, target: Path) -> None:
    """TinyCC's source as stage0 compiles it, with its config.h."""
    stage = next(stage for stage in evaluate(ROOT, options={}).stages if stage.name == "stage0")
    tcc = next(recipe for recipe in stage.recipes if recipe.name == "tcc")
    source, config = dict(tcc.sources)[""], tcc.commands[0]
    assert isinstance(source, Source)
    assert isinstance(config, Write)
    target.mkdir()
    lay(source, target=target, archive=archives / source.file, project=ROOT)
    (target / config.path).write_text(config.text.format(out="/no-out", musl="/no-musl"))


@pytest.fixture
def made(sources: Path, tmp_path: Path) -> Path:  # noqa: F811
    """TinyCC by gcc, linked with nothing but the seed's libc."""
    source = tmp_path / "source"
    lay_tinycc(sources, source)
    options = [*ALONE, "-w", "-O1", "-fno-tree-loop-distribute-patterns", "-fno-strict-aliasing", "-fwrapv"]
    files = [source / "tcc.c", *sorted(LIBC.glob("*.c")), PROGRAMS / "host.c"]
    defined = ["-DONE_SOURCE=1", "-DCONFIG_TCCBOOT"]
    call("gcc", *options, *defined, "-static", "-nostdlib", "-no-pie", *files, "-o", tmp_path / "tcc")
    return tmp_path / "tcc"


def test_tinycc_with_this_libc_makes_musl_and_itself_as_other_seeds_do(
    chain: Chain,  # noqa: F811
    made: Path,
    tmp_path: Path,
) -> None:
    copy = tmp_path / "copy"
    for part in ("stages", "seeds", "lib"):
        shutil.copytree(ROOT / part, copy / part)
    (copy / "seeds/made").mkdir()
    (copy / "seeds/made/seed.star").write_text(SEED)
    shutil.copy(made, copy / "seeds/made/tcc")
    stage = copy / "stages/00-toolchain/stage.star"
    chosen, count = re.subn(r"(?m)^first = .*$", "first = made", stage.read_text())
    assert count == 1
    stage.write_text(chosen.replace("load(", 'load("//seeds/made/seed.star", made = "tcc0")\nload(', 1))

    expected = chain.paths("stage0")
    assert chain.at(copy).paths("stage0") == expected
    generations = {
        name: re.findall(r"^  out .*$", chain.at(copy)("show", f"stage0:{name}"), re.M)
        for name in ("musl0", "musl", "tcc1", "tcc")
    }
    assert generations["musl0"] == generations["musl"]
    assert generations["tcc1"] == generations["tcc"]
