"""The program as a whole: verbs, help, messages, exit statuses. No project and no store needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bootstrap import errors
from bootstrap.cli.main import program, status
from bootstrap.cli.verbs import VERBS


def call(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "bootstrap.cli", *words]
    return subprocess.run(argv, cwd=cwd, text=True, capture_output=True, check=False)


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_every_verb_has_help_that_says_how_to_use_it(verb: str) -> None:
    result = CliRunner().invoke(program, [verb, "--help"])
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: bootstrap {verb}")


def test_help_lists_every_verb_and_every_exit_status() -> None:
    output = CliRunner().invoke(program, ["--help"]).output
    for verb in VERBS:
        assert f"\n  {verb.name} " in output
    for number in (0, 1, 2, 3, 4, 5, 6, 7, 8, 70, 130):
        assert f" {number} " in output


def test_a_misspelt_verb_is_a_usage_error_that_names_the_nearest() -> None:
    done = call("rnu", "lua")
    assert done.returncode == 2
    assert 'Did you mean "run"?' in done.stderr


def test_outside_of_a_project_the_error_says_what_was_looked_for(tmp_path: Path) -> None:
    done = call("plan", "lua", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "stages" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_option_without_a_value_is_a_usage_error() -> None:
    done = call("plan", "lua", "--option", "seed")
    assert (done.returncode, "NAME=VALUE" in done.stderr) == (2, True)


def test_exec_without_a_program_says_how_it_is_used() -> None:
    done = call("exec", "lua")
    assert (done.returncode, "-- lua" in done.stderr) == (2, True)


def test_a_reader_that_goes_away_causes_no_traceback() -> None:
    done = subprocess.run(
        f"{sys.executable} -m bootstrap.cli completion bash | true", shell=True, capture_output=True
    )
    assert b"Traceback" not in done.stderr


def test_a_fault_of_our_own_is_told_as_such_with_all_that_helps_to_find_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> None:
        raise ZeroDivisionError("a fault")

    monkeypatch.setattr(program, "main", broken)
    assert status(["list"]) == 70
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "error: this is a fault of bootstrap" in said


def test_each_kind_of_failure_has_an_exit_status_of_its_own() -> None:
    kinds = [
        errors.BuildError,
        errors.UsageError,
        errors.RecipeError,
        errors.FetchError,
        errors.DigestMismatch,
        errors.SandboxUnavailable,
        errors.ExpectationMissed,
        errors.StoreError,
        errors.Interrupted,
    ]
    assert len({kind.exit_status for kind in kinds}) == len(kinds)
