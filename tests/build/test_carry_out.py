"""Faults of our own and of the machine, in the threads that build. No sandbox is reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bootstrap.build.carry_out import CarryOut, Result
from bootstrap.build.wish import Wish
from bootstrap.digest import Sha256
from bootstrap.errors import FetchError, StoreError
from bootstrap.plan.derivation import Derivation
from bootstrap.plan.plan import Step
from bootstrap.recipe.model import Source
from bootstrap.store import Store
from tests.build.fakes import HERE, plan, step


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
