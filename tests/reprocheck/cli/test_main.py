from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from reprocheck.cli.main import program, status
from reprocheck.cli.verbs import VERBS


def test_help_lists_every_verb_and_every_exit_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"\n  {verb.name} " in text for verb in VERBS)
    for line in ("1 not reproducible", "10 protected", "11 inconclusive", "12 a build failed"):
        assert line in text


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_every_verb_has_help_with_examples(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status([verb, "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"Usage: reprocheck {verb} ")
    assert "Examples:" in text


def test_what_begins_with_no_verb_is_a_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["lua"], ["check", "lua"], ["--json", "lua"], ["-j", "2", "lua"]):
        assert status([*words, "--project", str(tmp_path)]) == 2
        assert "no project" in capsys.readouterr().err.lower()


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["--version"]) == 0
    assert capsys.readouterr().out.startswith("reprocheck ")


def test_verbs_and_options_are_completed() -> None:
    def completed(*words: str, incomplete: str) -> set[str]:
        complete = ShellComplete(program, {}, "reprocheck", "_REPROCHECK_COMPLETE")
        return {item.value for item in complete.get_completions(list(words), incomplete)}

    assert completed(incomplete="va") == {"variations"}
    assert completed("variations", incomplete="--j") == {"--json"}
    assert completed("stage2", incomplete="--ht") == {"--html"}


def test_the_script_of_a_shell_is_of_this_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["completion", "bash"]) == 0
    assert "_REPROCHECK_COMPLETE=bash_complete" in capsys.readouterr().out


def test_the_table_of_variations_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["variations", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["host.name"]["level"] == "L2"
    assert rows["time.clock"]["cost"]
    members = {"name", "cause", "level", "text", "cost", "obstacle", "instead_of", "on_request"}
    assert rows["host.name"].keys() == members
    assert rows["time.clock-dst"]["instead_of"] == ["time.clock", "time.elapsed", "time.tz"]
    assert status(["variations"]) == 0
    text = capsys.readouterr().out
    assert all(name in text for name in rows)
    assert f"{len(rows)} variations, " in text


def test_starting_is_quick_because_little_is_imported() -> None:
    code = "import sys; from reprocheck.cli.main import status; status(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = done.stdout.splitlines()[-1].split()
    assert not {"reprocheck.compare", "reprocheck.variation.table", "rich", "sqlite3"} & set(modules)
