"""cc's preprocessor: macros, conditions, inclusion (C99 6.10); # shows what becomes of macros."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.seeds.hex.test_cc import PRINT, PROGRAMS, START, build, compilers, run  # noqa: F401

# Chunks of three parts: #define lines, what is expanded, what becomes of it
EXPANSIONS = [chunk.split("---\n") for chunk in (PROGRAMS / "macros.txt").read_text().split("###\n")[1:]]
CONDITIONS = [line.split(" ", 1) for line in (PROGRAMS / "conditions.txt").read_text().splitlines()]
STRING = "#define STRING_(...) #__VA_ARGS__\n#define STRING(...) STRING_(__VA_ARGS__)\n"


def expansion(compiler: list[str | Path], extra: list[str | Path], text: str, place: Path) -> str:
    """What becomes of the text."""
    source = place / "in.c"
    (place / "start.c").write_text(START)
    source.write_text(f"{PRINT}{STRING}{text}")
    build(*compiler, "-o", place / "out", source, *extra)
    return run(place / "out")[1].decode()


@pytest.mark.parametrize(("definitions", "text", "expected"), EXPANSIONS)
def test_macros_are_replaced_as_the_standard_and_gcc_do(
    compilers: dict[str, Path],  # noqa: F811
    definitions: str,
    text: str,
    expected: str,
    tmp_path: Path,
) -> None:
    program = f"{definitions}int main(void) {{ text(STRING({text})); return 0; }}\n"
    for name in ("seed", "sanitized"):
        assert expansion([compilers[name]], [tmp_path / "start.c"], program, tmp_path) == expected
    if shutil.which("gcc"):
        assert expansion(["gcc", "-w"], [], program, tmp_path) == expected


@pytest.mark.parametrize(("value", "condition"), CONDITIONS)
def test_conditions(
    compilers: dict[str, Path],  # noqa: F811
    value: str,
    condition: str,
    tmp_path: Path,
) -> None:
    text = "#define X 5\n#define F(x) (x + 1)\n#define HAS defined(X)\n#define EMPTY\n"
    text += f'int main(void) {{\n#if {condition}\ntext("1");\n#else\ntext("0");\n#endif\nreturn 0; }}'
    assert expansion([compilers["sanitized"]], [tmp_path / "start.c"], text, tmp_path) == value + "\n"


def test_groups_that_are_left_out_are_not_looked_at(compilers: dict[str, Path], tmp_path: Path) -> None:  # noqa: F811
    groups = (PROGRAMS / "groups.h").read_text()
    text = f"int main(void) {{ text(STRING(\n{groups})); return 0; }}\n"
    said = expansion([compilers["sanitized"]], [tmp_path / "start.c"], text, tmp_path)
    assert said == "first second third fourth fourth fifth\n"


def test_files_are_included_from_where_they_are_looked_for(
    compilers: dict[str, Path],  # noqa: F811
    tmp_path: Path,
) -> None:
    for folder in ("source", "one", "two", "one/deep"):
        (tmp_path / folder).mkdir()
    (tmp_path / "source/own.h").write_text("E(own, __FILE__, __LINE__)\n")
    (tmp_path / "one/own.h").write_text('#error "must be found beside the file first"\n')
    (tmp_path / "one/list.h").write_text('E(list, __FILE__, __LINE__)\n#include "deep/below.h"\n')
    (tmp_path / "two/list.h").write_text("#error the first directory counts\n")
    (tmp_path / "one/deep/below.h").write_text('E(below, "", 0)\n#include "beside.h"\n#include "only.h"')
    (tmp_path / "one/deep/beside.h").write_text(
        '#ifndef B\n#define B\n#include "beside.h"\nE(beside, "", 0)\n#endif'
    )
    (tmp_path / "two/only.h").write_text('E(only, "", 0)')
    (tmp_path / "source/in.c").write_text(PRINT + (PROGRAMS / "inclusion.c").read_text())
    (tmp_path / "start.c").write_text(START)
    build_in = [compilers["sanitized"], "-I", "one", "-Itwo", "-o", "out", "source/in.c", "start.c"]
    assert run(*build_in, cwd=tmp_path) == (0, b"", b"")
    own = "own\nsource/own.h\n1\n"
    below = "below\n\n0\n"
    listed = "list\none/list.h\n1\n" + below
    first = own + own + listed + "beside\n\n0\nonly\n\n0\n" + listed + "only\n\n0\n"
    assert run(tmp_path / "out")[1].decode() == first + "1\nsource/in.c\n"
