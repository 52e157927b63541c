"""make-key, verify-statement, challenge, as a person calls them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reprocheck.report.model import Report
from reprocheck.statement.envelope import sign
from reprocheck.statement.keys import load_signer
from reprocheck.statement.statement import statement
from tests.reprocheck.cli.test_diff_verb import call
from tests.reprocheck.statement.test_statement import report

OTHER = replace(report(), outputs=(("out", "bootstrap-output:" + "b" * 32),))


@pytest.fixture
def rebuilders(tmp_path: Path) -> Path:
    """Where alice, bob and carol have a key each."""
    for name in ("alice", "bob", "carol"):
        done = call("make-key", name, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    return tmp_path


def state(rebuilders: Path, name: str, found: Report) -> str:
    envelope = sign(statement(found), load_signer(rebuilders / name))
    (rebuilders / f"{name}.json").write_text(json.dumps(envelope))
    return f"{name}.json"


def test_a_statement_by_a_trusted_key_is_told(rebuilders: Path) -> None:
    file = state(rebuilders, "alice", report())
    done = call("verify-statement", "--key", "alice.pub", file, cwd=rebuilders)
    assert done.returncode == 0
    assert "alice.json: musl@1.2.3: PASSED (BIT_FOR_BIT_2_OF_2)\n" in done.stdout


def test_a_statement_by_another_key_is_refused(rebuilders: Path) -> None:
    file = state(rebuilders, "alice", report())
    done = call("verify-statement", "--key", "bob.pub", file, cwd=rebuilders)
    assert (done.returncode, done.stdout) == (1, "")
    assert "alice.json: not trusted: not signed by any of the 1 keys given" in done.stderr


def test_rebuilders_that_say_the_same_agree(rebuilders: Path) -> None:
    files = [state(rebuilders, name, report()) for name in ("alice", "bob")]
    done = call("challenge", "--key", ".", *files, cwd=rebuilders)
    assert done.returncode == 0
    assert done.stdout.startswith("musl@1.2.3: agree: 2 of 2 keys needed\n")


def test_one_that_says_otherwise_is_shown(rebuilders: Path) -> None:
    said = {"alice": report(), "bob": report(), "carol": OTHER}
    files = [state(rebuilders, name, found) for name, found in said.items()]
    done = call("challenge", "--key", ".", "--json", *files, cwd=rebuilders)
    assert done.returncode == 1
    (answer,) = json.loads(done.stdout)["answers"]
    assert answer["agreement"] == "disagree"
    assert [len(claim["keys"]) for claim in answer["claims"]] == [2, 1]


def test_fewer_than_needed_are_not_enough(rebuilders: Path) -> None:
    files = [state(rebuilders, name, report()) for name in ("alice", "bob")]
    done = call("challenge", "--key", "alice.pub", *files, cwd=rebuilders)
    assert done.returncode == 11
    assert "not enough: 1 of 2 keys needed" in done.stdout
    assert "bob.json: not counted" in done.stderr


def test_without_a_key_nothing_is_believed(rebuilders: Path) -> None:
    done = call("challenge", state(rebuilders, "alice", report()), cwd=rebuilders)
    assert done.returncode == 2
    assert "--key" in done.stderr


def test_a_key_is_never_overwritten(rebuilders: Path) -> None:
    done = call("make-key", "alice", cwd=rebuilders)
    assert done.returncode == 2
    assert "is there already" in done.stderr
