"""Python and its libraries, and what happens without one."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

from bootstrap.doctor.python import LIBRARIES, libraries, locale, python


def test_this_interpreter_and_its_libraries_are_fine() -> None:
    assert [finding.state for finding in (python(), libraries(), locale())] == ["ok"] * 3


def test_every_dependency_is_looked_for() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    wanted = {dependency.partition(">")[0] for dependency in project["dependencies"]}
    assert wanted == set(LIBRARIES.values())


def test_a_library_that_cannot_be_imported_is_named_with_its_reason(tmp_path) -> None:
    (tmp_path / "blake3.py").write_text("raise ImportError('wrong ELF class')")
    done = subprocess.run(
        [sys.executable, "-c", "from bootstrap.doctor.python import libraries; print(libraries())"],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{':'.join(sys.path)}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "state='bad'" in done.stdout
    assert "blake3: wrong ELF class" in done.stdout


def test_an_old_interpreter_is_too_old(monkeypatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    assert (python().state, "3.9.2" in python().says) == ("bad", True)
