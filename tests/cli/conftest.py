from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bootstrap.store.removal import remove_tree
from tests.cli.checkout import HERE, Checkout


@pytest.fixture(scope="session")
def act(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program that does what its arguments say, statically linked."""
    program = tmp_path_factory.mktemp("act") / "act"
    subprocess.run(["gcc", "-static", "-O1", "-Wall", "-o", program, HERE / "act.c"], check=True)
    return program


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Where a store may be made; removed afterwards, read-only as it is."""
    yield tmp_path / "home"
    remove_tree(str(tmp_path / "home"))


@pytest.fixture
def checkout(tmp_path: Path, home: Path, act: Path) -> Checkout:
    return Checkout(tmp_path / "project", home, act)
