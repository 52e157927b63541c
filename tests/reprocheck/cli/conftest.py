from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.checkout import Checkout
from tests.cli.conftest import act, home

__all__ = ["act", "home"]


class Rechecked(Checkout):
    """A checkout driven through reprocheck; `bootstrap` is the same driven through bootstrap."""

    bootstrap: Checkout

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "reprocheck.cli", *words]


@pytest.fixture
def checkout(tmp_path: Path, home: Path, act: Path) -> Rechecked:
    rechecked = Rechecked(tmp_path / "project", home, act)
    rechecked.bootstrap = Checkout.__new__(Checkout)
    rechecked.bootstrap.root, rechecked.bootstrap.home = rechecked.root, home
    return rechecked
