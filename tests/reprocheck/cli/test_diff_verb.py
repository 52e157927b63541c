from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reprocheck.compare.samples import TIME, gz, tar


def call(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "reprocheck.cli", *map(str, words)]
    return subprocess.run(argv, cwd=cwd, text=True, capture_output=True, check=False)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, str]:
    for name, time in (("left", TIME), ("right", TIME + 1)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.tar.gz").write_bytes(gz(tar({"dir/file": name.encode()}), mtime=time))
        (tmp_path / name / "same").write_text("same")
    return "left", "right"


def test_equal_is_0(tmp_path: Path, pair: tuple[str, str]) -> None:
    done = call("diff", "left", "left", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "equal\n")


def test_different_is_1_and_says_where(tmp_path: Path, pair: tuple[str, str]) -> None:
    done = call("diff", *pair, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.splitlines()[:4] == [
        "a.tar.gz",
        "  gzip header: MTIME",
        "      - 2001-09-09 01:46:40 UTC (1000000000)",
        "      + 2001-09-09 01:46:41 UTC (1000000001)",
    ]
    assert "a.tar.gz//dir/file\n" in done.stdout
    assert "that may only follow from others" in done.stdout


def test_two_files_are_called_as_they_were_given(tmp_path: Path, pair: tuple[str, str]) -> None:
    done = call("diff", "left/a.tar.gz", "right/a.tar.gz", cwd=tmp_path)
    assert done.stdout.startswith("left/a.tar.gz\n")
    assert "left/a.tar.gz//dir/file\n" in done.stdout


def test_json_has_everything_and_names_its_schema(tmp_path: Path, pair: tuple[str, str]) -> None:
    done = call("diff", "--json", *pair, cwd=tmp_path)
    value = json.loads(done.stdout)
    assert done.returncode == 1
    assert (value["schema"], value["left"], value["right"]) == ("reprocheck.diff/1", "left", "right")
    assert value["equal"] is False
    assert value["count"] == len(value["differences"])
    first = value["differences"][0]
    assert (first["path"], first["kind"], first["field"]) == ("a.tar.gz", "metadata", "gzip header: MTIME")
    assert first["ranges"][0]["left"] == {
        "start": 4,
        "size": 4,
        "where": "",
        "excerpt": {"start": 4, "hex": "00ca9a3b", "text": "...;"},
    }


def test_the_schema_is_the_one_that_is_published(tmp_path: Path, pair: tuple[str, str]) -> None:
    page = (Path(__file__).parents[3] / "docs/reference/reprocheck.md").read_text("utf-8")
    value = json.loads(call("diff", "--json", *pair, cwd=tmp_path).stdout)
    members = {*value, *value["differences"][0], *value["differences"][0]["ranges"][0]["left"]}
    assert not [member for member in members if f'"{member}"' not in page]
    assert value["schema"] in page


def test_a_limit_leaves_out_and_says_so(tmp_path: Path, pair: tuple[str, str]) -> None:
    done = call("diff", "--limit", "1", *pair, cwd=tmp_path)
    assert "not listed: see --limit" in done.stdout
    value = json.loads(call("diff", "--json", "--limit", "1", *pair, cwd=tmp_path).stdout)
    assert (len(value["differences"]), value["count"] > 1) == (1, True)


@pytest.mark.parametrize("words", [("diff", "left"), ("diff", "left", "nothing"), ("dif", "a", "b")])
def test_what_means_nothing_is_2_and_says_why(
    tmp_path: Path, pair: tuple[str, str], words: tuple[str, ...]
) -> None:
    done = call(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_help_lists_the_verb_and_its_exit_statuses(tmp_path: Path) -> None:
    assert "\n  diff " in call("--help", cwd=tmp_path).stdout
    help = call("diff", "--help", cwd=tmp_path).stdout
    assert help.startswith("Usage: reprocheck diff")
    assert "0 equal, 1 different, 2 usage" in help
