"""Hostile archives and patches, each by itself, and all archives within bounds of memory and time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fetch.case import Case
from tests.fetch.hostile import CASES, try_archive
from tests.fetch.hostile_patches import PATCHES, Patch, try_patch
from tests.sandbox.conftest import PYTHON

NOBODY = 65534


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_archive_is_refused_or_laid_out_as_it_says(case: Case, tmp_path: Path) -> None:
    assert try_archive(case, tmp_path).fault == ""


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("user", [os.geteuid(), NOBODY])
def test_none_takes_much_memory_or_time_whoever_tries_it(user: int, tmp_path: Path) -> None:
    """Root could do what an ordinary user cannot: device nodes, owners."""
    if os.geteuid() not in (0, user):
        pytest.skip("only root can become another user")
    path = ":".join(entry for entry in sys.path if entry)
    directory = Path("/tmp") / f"hostile-{os.getpid()}"
    directory.mkdir()
    try:
        os.chown(directory, user, -1)
        done = subprocess.run(
            [PYTHON if user == NOBODY else sys.executable, "-m", "tests.fetch.hostile", str(directory)],
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
            cwd="/",
            user=user,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    except PermissionError:
        pytest.skip("this checkout's Python cannot be run by an ordinary user")
    finally:
        subprocess.run(["rm", "-rf", str(directory)], check=True)


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.name)
def test_a_hostile_patch_is_refused_and_changes_nothing(patch: Patch, tmp_path: Path) -> None:
    assert try_patch(patch, tmp_path) == ""
