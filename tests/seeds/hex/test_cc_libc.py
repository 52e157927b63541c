"""The seed's libc does the same whether cc compiles it or gcc."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.seeds.hex.test_cc import build, compilers  # noqa: F401
from tests.seeds.hex.test_libc import LIBC, PARTS, PROGRAMS, behaviour, theirs  # noqa: F401


@pytest.fixture(scope="module")
def by_cc(compilers: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    program = tmp_path_factory.mktemp("libc-by-cc") / "functions"
    files = [PROGRAMS / "functions.c", *sorted(LIBC.glob("*.c"))]
    build(compilers["seed"], "-I", LIBC / "include", "-o", program, *files)
    return program


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_the_libc_does_the_same(by_cc: Path, theirs: Path, part: str, tmp_path: Path) -> None:  # noqa: F811
    assert behaviour(by_cc, part, tmp_path / "ours") == behaviour(theirs, part, tmp_path / "theirs")
