"""A result of another route, found and lost again. No sandbox is reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bootstrap.build.builder import Builder, Order
from bootstrap.digest import Digest
from bootstrap.plan.derivation import Derivation
from bootstrap.sandbox import Launcher
from bootstrap.store import Realisation, Store
from bootstrap.store.policy import Policy
from bootstrap.store.removal import remove_tree
from tests.build.fakes import HERE
from tests.store.outputs import add_one

ORDER = Order(derivation=Derivation(name="thing", version="1"), where=HERE, target="thing", step="thing@1")


class BeginsToBuild(Exception):
    pass


@pytest.fixture
def home(tmp_path: Path) -> Iterator[str]:
    yield f"{tmp_path}/home"
    remove_tree(f"{tmp_path}/home")


@pytest.fixture
def builder(home: str) -> Iterator[Builder]:
    with Store.open(home) as store:
        store.register([ORDER.derivation.resolve({}).id], {"out": add_one(store, {"a": b"1"})})
    fetcher: Any = None

    def on_start(order: Order) -> None:
        raise BeginsToBuild

    with Store.open(home) as store:
        yield Builder(store=store, fetcher=fetcher, launcher=Launcher(), project=Path("/"), on_start=on_start)


def collect(home: str) -> int:
    with Store.open(home) as store:
        return len(store.collect_garbage(Policy(older_than=0.0)).garbage)


def test_what_is_reused_is_held(home: str, builder: Builder) -> None:
    made = builder.make(ORDER, {})
    assert made.reused
    assert collect(home) == 0
    assert builder.store.info(made.outputs["out"]) is not None


def test_what_is_collected_after_it_was_found_is_built(
    home: str, builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = builder.store.realisation

    def slowly(id: Digest) -> Realisation | None:
        known = original(id)
        assert known is not None
        assert collect(home) == 1
        return known

    monkeypatch.setattr(builder.store, "realisation", slowly)
    with pytest.raises(BeginsToBuild):
        builder.make(ORDER, {})
