"""Full disks, closed terminals, kills, impatience: told in words, nothing left, and the next run goes on."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.checkout import end, processes, wait_until
from tests.reprocheck.cli.conftest import Rechecked
from tests.reprocheck.cli.test_check_verb import wake_once

REPROCHECK = [sys.executable, "-m", "reprocheck.cli"]
BOTH = """
one = made("one", act("sleep", "{span}", "host", "{{out}}/named"))
other = made("other", act("sleep", "{span}", "random", "{{out}}/noise"))
stage(name = "first", recipes = [one, other])
"""


@pytest.fixture
def span(request: pytest.FixtureRequest) -> str:
    """A number of seconds that no other process on this machine sleeps for."""
    return f"300.{os.getpid()}{abs(hash(request.node.name)) % 1000:03}"


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are made: those of builds are in `scratch/reprocheck-UID/tmp`."""
    (tmp_path / "scratch").mkdir()
    (tmp_path / "source").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    monkeypatch.chdir(tmp_path / "source")
    return tmp_path / "scratch"


def left(scratch: Path) -> list[str]:
    return os.listdir(scratch / f"reprocheck-{os.geteuid()}/tmp")


def sleeping(span: str, *words: str) -> list[str]:
    script = 'uname -n > "$OUT/name"; sleep "$0"'
    return [*REPROCHECK, "command", *words, "--", "sh", "-c", script, span]


@contextmanager
def running(argv: list[str]) -> Iterator[subprocess.Popen[str]]:
    """Killed at the end if it is still there."""
    with subprocess.Popen(argv, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def shell(line: str, *words: str) -> subprocess.CompletedProcess[str]:
    argv = ["bash", "-c", line, "-", *REPROCHECK, *words]
    done = subprocess.run(argv, text=True, capture_output=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.mark.parametrize("words", [("variations",), ("diff", "/", "/dev/null"), ("--version",)])
def test_an_answer_that_cannot_be_written_is_not_taken_for_a_difference(words: tuple[str, ...]) -> None:
    done = shell('"$@" > /dev/full', *words)
    assert done.returncode == 8
    assert done.stderr == "error: the answer cannot be written: No space left on device\n"


def test_a_full_standard_error_changes_no_status() -> None:
    assert shell('"$@" 2> /dev/full', "diff", "/none", "/").returncode == 2
    assert shell('"$@" 2> /dev/full', "diff", "--frob").returncode == 2
    assert shell('"$@" > /dev/full 2>&1', "variations").returncode == 8


def test_names_in_errors_cannot_steer_the_terminal() -> None:
    done = shell('"$@"', "diff", "/no\x1b[31m\x07\u202e", "/")
    assert "/no\\x1b[31m\\x07\\u202e" in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.sandbox
@pytest.mark.parametrize("numbers", [(signal.SIGHUP,), (signal.SIGINT,) * 3, (signal.SIGTERM, signal.SIGINT)])
def test_impatience_and_a_hangup_leave_nothing(
    scratch: Path, span: str, numbers: tuple[signal.Signals, ...]
) -> None:
    argv = ["env", "--default-signal=HUP", *sleeping(span)]  # whatever ignores it where tests are run
    with running(argv) as process:
        wait_until(lambda: len(processes(span)) >= 3)
        for number in numbers[:-1]:
            process.send_signal(number)
            time.sleep(0.02)
        status, stderr = end(process, numbers[-1])
    assert status == 130
    assert stderr.endswith("error: interrupted; nothing is left running\n")
    assert left(scratch) == []
    assert processes(span) == []


@pytest.mark.sandbox
def test_a_terminal_that_is_closed_leaves_nothing(scratch: Path, span: str) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        os.execve(sys.executable, sleeping(span), {**os.environ, "TERM": "xterm"})
    wait_until(lambda: len(processes(span)) >= 3)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 130
    assert left(scratch) == []
    assert processes(span) == []


@pytest.mark.sandbox
def test_what_one_that_was_killed_left_is_removed_by_the_next(scratch: Path, span: str) -> None:
    with running(sleeping(span)) as process:
        wait_until(lambda: len(processes(span)) >= 3)
        process.kill()
    wait_until(lambda: not processes(span))
    assert len(left(scratch)) == 2
    done = shell('"$@"', "command", "--only", "host", "--", "sh", "-c", 'umask 022; echo > "$OUT/a"')
    assert done.returncode == 0, done.stderr
    assert left(scratch) == []


@pytest.mark.sandbox
def test_a_supervisor_that_dies_is_a_failed_build(scratch: Path, span: str) -> None:
    argv = sleeping(span, "-q", "--only", "time.clock")
    with running(argv) as process:
        killed: set[int] = set()
        while process.poll() is None:
            killed |= {first for sleeper in processes(span) if (first := first_of_its_sandbox(sleeper))}
            for first in killed:
                kill(first)
            time.sleep(0.02)
        stdout, stderr = process.communicate()
    assert (process.returncode, stderr) == (12, "")
    assert "killed by signal 9 (SIGKILL) from outside" in " ".join(stdout.split())
    assert left(scratch) == []


def first_of_its_sandbox(pid: int) -> int | None:
    """The process 1 that looks after a build's process; None if it is in no sandbox, or gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = dict(line.split(":\t", 1) for line in lines)
    numbers = fields["NSpid"].split()
    if len(numbers) < 2 or numbers[-1] == "1":
        return pid if len(numbers) > 1 else None
    return first_of_its_sandbox(int(fields["PPid"]))


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


@pytest.mark.sandbox
@pytest.mark.parametrize("size", [4, 48])
def test_a_full_directory_for_temporary_files_is_told(scratch: Path, size: int) -> None:
    Path("text").write_bytes(bytes(100_000))
    mount = f'mount -t tmpfs -o size={size}k none "$TMPDIR"; exec "$@"'
    line = f"exec unshare -Urm sh -e -c '{mount}' - \"$@\""
    done = shell(line, "command", "--", "sh", "-c", 'cp text "$OUT"; yes | head -c 100000')
    assert done.returncode == 8
    assert "No space left on device" in done.stderr
    assert "TMPDIR" in done.stderr


@pytest.fixture
def project(checkout: Rechecked) -> Rechecked:
    checkout.stage('host = made("host", act("host", "{out}/named"))\nstage(name = "first", recipes = [host])')
    return checkout


@pytest.mark.sandbox
def test_a_full_home_is_told_and_the_next_run_goes_on(project: Rechecked) -> None:
    project.home.mkdir()
    run = " ".join(project.bootstrap.command("run", "host"))
    free = 'df -k --output=avail "$BOOTSTRAP_HOME" | tail -1'
    mounts = f"""
        mount -t tmpfs -o size=4m none "$BOOTSTRAP_HOME"; {run} >&2
        head -c $(($({free}) - 100))K /dev/zero > "$BOOTSTRAP_HOME/fill"
        "$@" && exit 99 || test $? = 8
        rm "$BOOTSTRAP_HOME/fill"
    """
    done = project.beneath(mounts, "host", "-q")
    assert "BOOTSTRAP_HOME" in done.stderr
    assert (done.returncode, done.stdout[:6]) == (10, "host@1")


@pytest.mark.sandbox
def test_a_home_that_may_not_be_written_to_still_tells_what_is_kept(project: Rechecked) -> None:
    assert project("host").returncode == 10
    read_only = 'mount --bind "$BOOTSTRAP_HOME" "$BOOTSTRAP_HOME"; mount -o remount,ro,bind "$BOOTSTRAP_HOME"'
    assert project.beneath(read_only, "host", "--changed").returncode == 10
    done = project.beneath(read_only, "host")
    assert done.returncode == 8
    assert "BOOTSTRAP_HOME" in done.stderr


@pytest.mark.sandbox
def test_two_that_check_the_same_do_not_disturb_each_other(project: Rechecked) -> None:
    project.bootstrap.good("run", "host")
    with project.running("host") as one, project.running("host", "--rotate") as other:
        statuses = [process.wait(60) for process in (one, other)]
    assert statuses[0] == 10
    assert statuses[1] in (0, 10)
    assert project("host", "--changed").returncode in (0, 10)


@pytest.mark.sandbox
@pytest.mark.parametrize("words", [("-j", "2"), ("--rotate",)])
def test_an_interrupted_check_of_several_leaves_nothing(
    checkout: Rechecked, span: str, words: tuple[str, ...]
) -> None:
    checkout.stage(BOTH.format(span=span))
    with checkout.bootstrap.running("run", "first") as process:
        while process.poll() is None:
            wake_once(span)
    with checkout.running("first", *words) as process:
        wait_until(lambda: len(processes(span)) >= (2 if "-j" in words else 1))
        status, stderr = end(process, signal.SIGINT)
    assert status == 130
    assert "hint: run the same" in stderr
    assert "Traceback" not in stderr
    assert processes(span) == []
    assert os.listdir(checkout.home / "tmp") == []
