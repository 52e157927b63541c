"""Standard streams that are closed, full, or that nobody reads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BOOTSTRAP = f"{sys.executable} -m bootstrap.cli"


def shell(line: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BOOTSTRAP_HOME": str(home / "home")}
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("verb", ["--version", "gc --dry-run", "roots --json"])
def test_a_full_standard_output_is_an_error_in_words(tmp_path: Path, verb: str) -> None:
    done = shell(f"{BOOTSTRAP} {verb} > /dev/full", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: the answer cannot be written: No space left on device\n")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_closed_standard_streams_are_as_good_as_none(tmp_path: Path, closed: str) -> None:
    done = shell(f"{BOOTSTRAP} gc --dry-run {closed}", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    again = shell(f"{BOOTSTRAP} verify", tmp_path)
    assert again.returncode == 0, again.stderr


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    done = shell(f"{BOOTSTRAP} list --json | head -c 1", tmp_path)
    assert done.stderr == ""
    assert done.returncode in (0, 141)
