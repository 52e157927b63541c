"""Commands of this host checked through the command line, in real sandboxes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.checkout import end, processes, wait_until

pytestmark = pytest.mark.sandbox


def call(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "reprocheck.cli", "command", *words]
    done = subprocess.run(argv, cwd=cwd, text=True, capture_output=True, timeout=300, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    source.mkdir()
    (source / "text").write_text("text\n")
    return source


def test_a_clean_command_is_0_and_its_source_is_left_alone(source: Path) -> None:
    done = call(
        "--", "sh", "-c", 'rm text.o 2>/dev/null; install -m 644 text "$OUT/a" && rm text', cwd=source
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("sh -c ")
    assert os.listdir(source) == ["text"]


def test_the_name_of_the_host_is_found_as_the_cause(source: Path) -> None:
    script = 'umask 022; uname -n > "$OUT/name"; echo same > "$OUT/same"'
    done = call("--json", "--only", "host", "--", "sh", "-c", script, cwd=source)
    report = json.loads(done.stdout)
    assert done.returncode == 10
    assert (report["kind"], report["verdict"]) == ("command", "protected by the sandbox")
    assert [each["cause"] for each in report["causes"]] == ["host.name"]
    assert [each["path"] for each in report["findings"]] == ["name"]
    assert report["subject"].startswith("sh -c ")


def test_env_and_out_and_source_are_as_told(source: Path, tmp_path: Path) -> None:
    script = 'umask 022; mkdir dist; echo "$GREETING" > dist/a; cat text >> dist/a'
    words = ("--only", "host", "--keep", str(tmp_path / "kept"), "--source", str(source), "--out", "dist")
    done = call(*words, "--env", "GREETING=hello", "--", "sh", "-c", script, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "kept/1/out/a").read_text() == "hello\ntext\n"


@pytest.mark.parametrize(
    ("script", "words", "said"),
    [
        ("echo no luck; exit 3", (), "no luck"),
        ("true", (), "left nothing"),
        ("sleep 100", ("--timeout", "1s"), "1"),
        ("exec no-such-program", (), "not found"),
    ],
)
def test_a_build_that_fails_is_12_and_says_why(
    source: Path, script: str, words: tuple[str, ...], said: str
) -> None:
    done = call(*words, "--json", "--", "sh", "-c", script, cwd=source)
    report = json.loads(done.stdout)
    assert (done.returncode, report["verdict"]) == (12, "build failed")
    assert said in report["builds"][0]["message"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Missing argument"),
        (("--env", "X", "--", "true"), "NAME=VALUE"),
        (("--timeout", "soon", "--", "true"), "no age"),
        (("--source", "nowhere", "--", "true"), "does not exist"),
        (("--out", "../elsewhere", "--", "true"), "beneath the source"),
        (("--only", "tme", "--", "true"), "tme"),
    ],
)
def test_what_means_nothing_is_2_and_says_why(source: Path, words: tuple[str, ...], said: str) -> None:
    done = call(*words, cwd=source)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_options_behind_the_program_are_its_own(source: Path) -> None:
    done = call("--only", "host", "sh", "-c", 'umask 022; echo "$0" > "$OUT/a"', "--json", cwd=source)
    assert done.returncode == 0
    assert not done.stdout.startswith("{")


def test_an_interrupted_command_leaves_nothing_running(source: Path) -> None:
    span = f"300.{os.getpid()}8"
    argv = [sys.executable, "-m", "reprocheck.cli", "command", "--", "sleep", span]
    with subprocess.Popen(
        argv, cwd=source, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        # reprocheck itself has the argument, too
        wait_until(lambda: len(processes(span)) >= 2)
        status, stderr = end(process, signal.SIGINT)
    assert status == 130
    assert "interrupted" in stderr
    wait_until(lambda: not processes(span))
