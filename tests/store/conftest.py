from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bootstrap.store import Store
from bootstrap.store.removal import remove_tree


@pytest.fixture
def home(tmp_path: Path) -> Iterator[str]:
    """Where a store may be made; removed afterwards, read-only as it is."""
    place = f"{tmp_path}/a home"
    yield place
    remove_tree(place)
    assert not os.path.lexists(place)


@pytest.fixture
def store(home: str) -> Iterator[Store]:
    with Store.open(home) as opened:
        yield opened
