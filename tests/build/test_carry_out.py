"""Faults of our own and of the machine, in the threads that build. No sandbox is reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bootstrap.build.carry_out import CarryOut, Result
from bootstrap.build.needs import Needs, needs
from bootstrap.build.wish import Wish
from bootstrap.digest import Sha256
from bootstrap.errors import FetchError, StoreError
from bootstrap.plan.derivation import Derivation
from bootstrap.plan.plan import Step
from bootstrap.recipe.model import Source
from bootstrap.store import Store
from bootstrap.store.policy import Policy
from bootstrap.store.removal import remove_tree
from bootstrap.storepath import StorePath
from tests.build.fakes import HERE, plan, step
from tests.store.outputs import add_one


class BrokenFetcher:
    """Fails in a way of the test's choice."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def fetch(self, source: Source) -> Path:
        raise self._error

    def cancel(self) -> None:
        pass


SOURCE = Source(file="a.tar", sha256=Sha256("0" * 64), size=1, origins=(), unpack=True, strip=1, where=HERE)
NEEDY = Step(derivation=Derivation(name="needy", version="1", sources=(("", SOURCE),)), where=HERE)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "home") as store:
        yield store
    remove_tree(str(tmp_path / "home"))


def carry_out(store: Store, error: Exception, *steps: Step, keep_going: bool = False) -> Result:
    fetcher: Any = BrokenFetcher(error)
    return CarryOut(
        plan(*steps, targets=[steps[-1]]),
        store=store,
        fetcher=fetcher,
        project=Path("/"),
        wish=Wish(jobs=1, keep_going=keep_going),
        on_event=lambda event: None,
    ).run()


def test_a_fault_of_our_own_in_a_thread_comes_out_as_it_is(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        carry_out(store, ZeroDivisionError(), NEEDY)


def test_what_the_system_refuses_is_an_error_of_the_store_with_the_file(store: Store) -> None:
    result = carry_out(store, OSError(28, "No space left on device", "/home/x"), NEEDY)
    assert [type(error) for error in result.failed] == [StoreError]
    assert result.failed[0].message == "cannot build needy@1: No space left on device (/home/x)"
    assert "make room" in result.failed[0].hint


def test_a_source_that_is_not_to_be_had_names_who_needs_it(store: Store) -> None:
    result = carry_out(store, FetchError("a.tar: not to be had", hint="a hint"), NEEDY)
    (error,) = result.failed
    assert type(error) is FetchError
    assert error.message == f"a.tar: not to be had\n  needed by   needy@1, defined at {HERE}"
    assert error.hint == "a hint"


@pytest.mark.parametrize("keep_going", [True, False])
def test_what_needs_a_failed_build_is_named_as_not_tried(keep_going: bool, store: Store) -> None:
    result = carry_out(store, FetchError("no"), NEEDY, step("after", NEEDY), keep_going=keep_going)
    assert result.left_out == ["after@1"]


def has_been_built(home: str, step: Step) -> StorePath:
    """As if the step had been built by a run that has ended."""
    with Store.open(home) as store:
        path = add_one(store, {"a": b"1"})
        store.register([step.id], {"out": path})
        return path


def collect(home: str) -> int:
    with Store.open(home) as store:
        return len(store.collect_garbage(Policy(older_than=0.0)).garbage)


def test_what_is_collected_while_looking_what_is_there_is_built_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_been_built(store.home, NEEDY)
    removed: list[int] = []

    def slowly(*arguments: Any) -> Needs:
        todo = needs(*arguments)
        removed.append(collect(store.home))
        return todo

    monkeypatch.setattr("bootstrap.build.carry_out.needs", slowly)
    result = carry_out(store, FetchError("tried to build"), NEEDY)
    assert removed == [1, 0]
    assert (result.to_do, [error.message.partition("\n")[0] for error in result.failed]) == (
        1,
        ["tried to build"],
    )


def test_what_a_plan_has_is_held_from_the_moment_it_is_told_to_be_there(store: Store) -> None:
    path = has_been_built(store.home, NEEDY)
    removed: list[int] = []
    fetcher: Any = BrokenFetcher(FetchError("no"))
    result = CarryOut(
        plan(NEEDY, targets=[NEEDY]),
        store=store,
        fetcher=fetcher,
        project=Path("/"),
        wish=Wish(jobs=1),
        on_event=lambda event: removed.append(collect(store.home)),
    ).run()
    assert (removed, result.outputs) == ([0], {NEEDY.id: {"out": path}})
