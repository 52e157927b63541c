"""The promises that fuzz targets hold, for all inputs of the corpus and for new ones."""

from __future__ import annotations

import importlib
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from fuzz.engine import CORPUS, HERE, TARGETS

SECONDS = 10
"""That each target is fuzzed: with eleven targets two minutes of one core."""

FILES, BYTES = 200, 1 << 20
"""Of one target's corpus, and of all together, at most."""


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_for_its_corpus(name: str) -> None:
    target = importlib.import_module(f"fuzz.targets.{name}")
    inputs = sorted((CORPUS / name).iterdir())
    assert inputs
    for path in inputs:
        target.try_one(path.read_bytes())


def test_the_corpus_is_small_and_of_targets_that_there_are() -> None:
    assert sorted(path.name for path in CORPUS.iterdir()) == list(TARGETS)
    sizes = {name: [path.stat().st_size for path in (CORPUS / name).iterdir()] for name in TARGETS}
    assert all(len(of_one) <= FILES for of_one in sizes.values())
    assert sum(map(sum, sizes.values())) <= BYTES


@pytest.mark.fuzz
@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not installed: ./setup test,fuzz")
@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_for_what_a_fuzzer_makes_up(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fuzz.engine", name, str(SECONDS)],
        cwd=HERE.parent,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-5000:].decode(errors="replace")


def test_whoever_names_no_target_is_told_which_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fuzz.engine", "none"],
        cwd=HERE.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert all(name in done.stderr for name in TARGETS)


def test_every_dictionary_is_of_a_target() -> None:
    assert {path.name for path in Path(HERE / "dictionaries").iterdir()} <= set(TARGETS)
