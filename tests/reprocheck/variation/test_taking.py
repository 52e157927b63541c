"""Every row of the table in a real sandbox: that it takes, and that nothing else makes it seem so."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest

from bootstrap.recipe.model import Exec
from bootstrap.sandbox import Launcher
from reprocheck.subject import Build, Subject
from reprocheck.subjects.command import CommandSubject
from reprocheck.variation.model import Variation
from reprocheck.variation.table import TABLE, find, tell
from tests.reprocheck.subjects.recipes import made_in

pytestmark = pytest.mark.sandbox

ORDINARY = [row for row in TABLE if not row.on_request]
FOR_COMMANDS = [row for row in ORDINARY if row.name not in ("order.parallel", "store.reference")]
FOR_RECIPES = [row for row in ORDINARY if row.name != "state"]


class Pair:
    """A subject, and two controls of it with every one of these rows that it can have."""

    def __init__(self, subject: Subject, rows: Sequence[Variation] = ORDINARY) -> None:
        self.subject = subject
        self.rows = [row for row in rows if not subject.suits(row.name) and not row.obstacle()]
        self.controls = [self.build(()), self.build(())]

    def build(self, varied: Sequence[str]) -> Build:
        build = self.subject.build(tell(self.rows, varied), cancel=threading.Event())
        assert build.ok, build.message
        return build


@pytest.fixture(scope="module")
def command() -> Iterator[Pair]:
    with Launcher() as launcher:
        subject = CommandSubject(["sh", "-c", "echo built > $OUT/file"], launcher=launcher)
        yield Pair(subject)
        subject.close()


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    argv = ("{programs}/lib/ld.so", "--library-path", "{programs}/lib", "{programs}/bin/true")
    with made_in(tmp_path_factory.mktemp("recipe") / "home") as recipes:
        step = recipes.step(Exec(argv=argv), programs=recipes.programs("true"))
        yield Pair(recipes.subject(step))


def check(pair: Pair, row: Variation) -> None:
    if why := row.obstacle():
        pytest.skip(why)
    first, second = pair.controls
    varied = pair.build([row.name])
    assert row.took(first.observed, varied.observed), varied.observed
    assert not row.took(first.observed, second.observed)
    assert not row.took(second.observed, first.observed)


@pytest.mark.parametrize("row", FOR_COMMANDS, ids=lambda row: row.name)
def test_it_takes_in_builds_of_a_command(command: Pair, row: Variation) -> None:
    assert command.subject.suits(row.name) == ""
    check(command, row)


@pytest.mark.parametrize("row", FOR_RECIPES, ids=lambda row: row.name)
def test_it_takes_in_builds_of_a_recipe(recipe: Pair, row: Variation) -> None:
    assert recipe.subject.suits(row.name) == ""
    check(recipe, row)


def test_what_cpuid_says_takes_in_builds_of_both(command: Pair, recipe: Pair) -> None:
    row = find("cpu.features-cpuid")
    for pair in (command, recipe):
        assert pair.subject.suits(row.name) == ""
        check(Pair(pair.subject, [*ORDINARY, row]), row)


def test_a_command_has_no_seed(command: Pair) -> None:  # a recipe's: reprocheck/cli/test_other_seed.py
    assert command.subject.suits("seed")


def test_all_take_at_once(command: Pair) -> None:
    rows = [row for row in command.rows if not row.instead_of]
    varied = command.build([row.name for row in rows])
    assert [row.name for row in rows if not row.took(command.controls[0].observed, varied.observed)] == []
