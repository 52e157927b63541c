"""attest, as a person calls it: from a check to statements that others compare."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reprocheck.report.model import Report, Verdict
from reprocheck.report.schema import several_to_json, to_json
from tests.reprocheck.cli.conftest import Rechecked
from tests.reprocheck.cli.test_diff_verb import call
from tests.reprocheck.statement.test_statement import report

STAGE = """
low = made("low")
clean = made("clean", tools = [low])
stage(name = "first", recipes = [clean])
"""


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Where alice and bob have a key each."""
    where = tmp_path / "keys"
    where.mkdir()
    for name in ("alice", "bob"):
        assert call("make-key", name, cwd=where).returncode == 0
    return where


def kept(where: Path, *reports: Report) -> Path:
    file = where / "kept.json"
    file.write_text(json.dumps(several_to_json(reports)))
    return file


@pytest.mark.sandbox
def test_two_that_checked_the_same_agree(checkout: Rechecked, keys: Path) -> None:
    checkout.stage(STAGE)
    checkout.good("first", "-q")
    for name in ("alice", "bob"):
        done = checkout.good("attest", "--key", str(keys / name), "--to", str(keys / f"of-{name}"), "first")
        files = [str(keys / f"of-{name}" / file) for file in ("low-1.intoto.json", "clean-1.intoto.json")]
        assert done.stdout.splitlines() == files
        done = checkout.good("verify-statement", "--key", str(keys / f"{name}.pub"), *files)
        assert "low@1: PASSED (BIT_FOR_BIT_2_OF_2)" in done.stdout
        assert checkout.bootstrap.path("low").split("/")[-1].split("-")[0] in done.stdout
    done = checkout("challenge", "--key", str(keys), "--json", str(keys / "of-alice"), str(keys / "of-bob"))
    assert done.returncode == 0, done.stderr
    assert [(each["name"], each["agreement"]) for each in json.loads(done.stdout)["answers"]] == [
        ("clean@1", "agree"),
        ("low@1", "agree"),
    ]


@pytest.mark.sandbox
def test_the_report_of_a_command_can_be_stated(tmp_path: Path, keys: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    words = ["--json", "--only", "host", "--source", "source", "--", "sh", "-c"]
    for text in ("one", "one", "two"):
        done = call("command", *words, f'umask 022; echo {text} > "$OUT/a"', cwd=tmp_path)
        (tmp_path / "made.json").write_text(done.stdout)
        assert call("attest", "--key", keys / "alice", "made.json", cwd=tmp_path).returncode == 0
    files = sorted(tmp_path.glob("*.intoto.json"))
    assert [file.name for file in files] == [
        f"sh-c-umask-022-echo-{text}-OUT-a.intoto.json" for text in ("one", "two")
    ]
    told = call("verify-statement", "--key", keys / "alice.pub", "--json", *files, cwd=tmp_path)
    built = [
        each["statement"]["predicate"]["configuration"][0]["digest"]["blake3"]
        for each in json.loads(told.stdout)["verified"]
    ]
    assert len(set(built)) == 2


@pytest.mark.sandbox
def test_a_target_without_a_verdict_is_an_error(checkout: Rechecked, keys: Path) -> None:
    checkout.stage(STAGE)
    checkout.good("low", "-q")
    done = checkout("attest", "--key", str(keys / "alice"), "--to", str(keys / "none"), "low", "clean")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no verdict is kept of clean@1" in done.stderr
    assert "reprocheck low clean" in done.stderr
    assert not (keys / "none").exists()


def test_subjects_that_meet_in_a_name_have_a_file_each(keys: Path) -> None:
    others = kept(keys, report(), report(derivation="cd" * 32))
    done = call("attest", "--key", "alice", others, cwd=keys)
    assert done.stdout.splitlines() == [f"musl-1.2.3-{each * 8}.intoto.json" for each in ("ab", "cd")]


def test_a_hostile_name_stays_in_the_directory(keys: Path) -> None:
    value = {**to_json(report()), "subject": "../../etc/\0\n passwd@" + "x" * 500}
    (keys / "kept.json").write_text(json.dumps(value))
    done = call("attest", "--key", "alice", "--to", "made", "kept.json", cwd=keys)
    assert done.returncode == 0, done.stderr
    (made,) = (keys / "made").iterdir()
    assert made.name.startswith("etc-passwd-xxx")


def test_nothing_is_written_if_one_cannot_be_stated(keys: Path) -> None:
    failed = kept(keys, report(), report(Verdict.BUILD_FAILED))
    done = call("attest", "--key", "alice", "--to", "made", failed, cwd=keys)
    assert done.returncode == 2
    assert "nothing can be stated of it" in done.stderr
    assert not (keys / "made").exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "reprocheck.reports/1"}', "[" * 100_000])
def test_what_is_no_report_is_refused(keys: Path, text: str) -> None:
    (keys / "odd.json").write_text(text)
    done = call("attest", "--key", "alice", "odd.json", cwd=keys)
    assert done.returncode == 2
    assert "odd.json: not a report" in done.stderr
    assert "Traceback" not in done.stderr
