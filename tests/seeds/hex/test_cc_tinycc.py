"""TinyCC made by cc, with the seed's libc, compiles what TinyCC made by gcc compiles, to the same bytes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bootstrap.fetch.lay import lay
from bootstrap.recipe.evaluate import evaluate
from bootstrap.recipe.model import Exec, Source, Write
from tests.seeds.hex.test_cc import HEX, build, compilers  # noqa: F401
from tests.seeds.hex.test_libc_tinycc import lay_tinycc
from tests.stages.conftest import ROOT, sources  # noqa: F401

pytestmark = pytest.mark.stages

LIBC = HEX / "libc"
DEFINED = ["-DONE_SOURCE=1", "-DCONFIG_TCCBOOT"]


@pytest.fixture(scope="session")
def tinycc(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    source = tmp_path_factory.mktemp("tinycc") / "source"
    lay_tinycc(sources, source)
    return source


@pytest.fixture(scope="session")
def made(compilers: dict[str, Path], tinycc: Path) -> dict[str, Path]:  # noqa: F811
    """TinyCC by cc and by gcc; by cc it is the same bytes whichever cc it is."""
    ours, theirs = tinycc / "by-cc", tinycc / "by-gcc"
    include = ["-I", LIBC / "include", "-I", tinycc]
    for compiler in compilers.values():
        made = tinycc / f"by-{compiler.name}"
        build(compiler, *include, *DEFINED, "-o", made, tinycc / "tcc.c", *sorted(LIBC.glob("*.c")))
        ours.exists() or made.rename(ours)
        assert not made.exists() or made.read_bytes() == ours.read_bytes()
    build("gcc", "-O2", "-w", *DEFINED, tinycc / "tcc.c", "-o", theirs)
    return {"cc": ours, "gcc": theirs}


def test_tinycc_compiles_itself_as_it_does_when_gcc_made_it(
    made: dict[str, Path], tinycc: Path, tmp_path: Path
) -> None:
    objects = []
    for name, tcc in made.items():
        objects.append(tmp_path / f"{name}.o")
        include = ["-nostdinc", "-I", LIBC / "include", "-I", tinycc]
        build(tcc, "-c", *include, *DEFINED, tinycc / "tcc.c", "-o", objects[-1])
    assert objects[0].read_bytes() == objects[1].read_bytes()


def commands(tree: Path, archives: Path) -> Iterator[tuple[list[str], str]]:
    """What compiles musl: the words behind the compiler's name, and the folder to be in."""
    stage = next(stage for stage in evaluate(ROOT, options={}).stages if stage.name == "stage0")
    musl = next(recipe for recipe in stage.recipes if recipe.name == "musl")
    for folder, material in musl.sources:
        (tree / folder).mkdir(parents=True, exist_ok=True)
        archive = archives / material.file if isinstance(material, Source) else None
        lay(material, target=tree / folder, archive=archive, project=ROOT)
    for command in musl.commands:
        if isinstance(command, Write) and command.path == "generated/version.h":
            (tree / command.path).write_text(command.text)
        if isinstance(command, Exec) and command.argv[1] == "-c" and "-DCRT" not in command.argv:
            yield [word.replace("/build", str(tree)) for word in command.argv[1:]], command.cwd


def test_tinycc_compiles_musl_as_it_does_when_gcc_made_it(
    made: dict[str, Path],
    sources: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    for name, tcc in made.items():
        for words, folder in commands(tmp_path / name, sources):
            (tmp_path / name / folder).mkdir(parents=True)
            subprocess.run([tcc, *words], cwd=tmp_path / name / folder, check=True, capture_output=True)
    objects = {path.relative_to(tmp_path / "gcc"): path for path in (tmp_path / "gcc").rglob("*.o")}
    assert len(objects) > 1200
    assert len(list((tmp_path / "cc").rglob("*.o"))) == len(objects)
    differ = [
        str(p) for p, path in objects.items() if path.read_bytes() != (tmp_path / "cc" / p).read_bytes()
    ]
    assert differ == []
