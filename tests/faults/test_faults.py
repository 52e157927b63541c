"""A few of each kind of fault; all of them: `python -m tests.faults`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bootstrap.store.removal import remove_tree
from tests.faults.crowds import crowds
from tests.faults.disks import full_disks
from tests.faults.io_errors import io_errors, run_with_error, says_why
from tests.faults.kills import kills
from tests.faults.project import BUILDS, Project
from tests.faults.tally import Tally, Watch

pytestmark = pytest.mark.sandbox


@pytest.fixture
def place(tmp_path: Path):
    yield tmp_path / "faults"
    remove_tree(str(tmp_path / "faults"))


def harmless(tally: Tally) -> None:
    assert tally.good, "\n".join(tally.notes)


def test_kills(place: Path) -> None:
    harmless(kills(place, 8))


def test_full_disks(place: Path) -> None:
    harmless(full_disks(place, 5))


def test_io_errors(place: Path) -> None:
    harmless(io_errors(place, 10))


@pytest.mark.parametrize("call", ["pread64 of {}/db.sqlite", "pwrite64 of {}/db.sqlite-shm"])
def test_an_io_error_while_the_database_is_opened_is_told(place: Path, call: str) -> None:
    project = Project(place, place / "home")
    project.round(0)
    assert project.unfinished(0) == []
    project.round(1)
    call = call.format(project.home)
    _, failed, done = run_with_error(project, lambda number, each: each == call)
    assert failed == call
    assert done.returncode == 8
    assert says_why(done.stderr), done.stderr
    assert project.unfinished(1) == []


def test_crowds(place: Path) -> None:
    harmless(crowds(place, 20))


def test_damage_is_seen(place: Path) -> None:
    """Else all of the above would show nothing."""
    project = Project(place, place / "home")
    project.round(1)
    assert project.unfinished(1) == []
    watch = Watch(project.home)
    mark = project.real(project.path("b0")) / "mark"
    mark.chmod(0o644)
    mark.write_text("2")
    tally = Tally(fault="damage")
    tally.count("a changed byte", watch.compare(tally))
    assert (tally.survived, tally.corrupt, tally.good) == (0, BUILDS, False)  # they share the file
    assert tally.bytes_lost > 0
