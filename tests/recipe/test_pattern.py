"""Patterns of files()."""

from __future__ import annotations

import pytest

from bootstrap.recipe.pattern import expand
from tests.recipe.memory import MemoryReader

READER = MemoryReader(
    dict.fromkeys(["s/a.c", "s/b.h", "s/d/e.c", "s/d/f/g.c", "s/.hidden", "s/[x]", "o"], "")
)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("a.c", ["a.c"]),
        ("*.c", ["a.c"]),
        ("?.?", ["a.c", "b.h"]),
        ("*/*.c", ["d/e.c"]),
        ("**/*.c", ["a.c", "d/e.c", "d/f/g.c"]),
        ("**", ["[x]", "a.c", "b.h", "d/e.c", "d/f/g.c"]),
        ("d/**", ["d/e.c", "d/f/g.c"]),
        ("**/g.c", ["d/f/g.c"]),
        (".hid*", [".hidden"]),
        ("[x]", ["[x]"]),
        ("./a.c", ["a.c"]),
        ("d", []),
        ("none", []),
    ],
)
def test_a_pattern_finds_files(pattern: str, found: list[str]) -> None:
    assert expand(READER, "s", pattern) == found


@pytest.mark.parametrize("pattern", ["", "/o", "../o", "d/../../o"])
def test_a_pattern_stays_in_its_directory(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"relative|out of"):
        expand(READER, "s", pattern)
