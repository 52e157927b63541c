"""However a build ends, nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bootstrap.errors import BootstrapError
from bootstrap.recipe.model import Exec
from bootstrap.sandbox import Launcher, Sandbox
from tests.sandbox.conftest import Build, host_tools

pytestmark = pytest.mark.sandbox


AWHILE = f"61.{os.getpid():07}"
"""Seconds to sleep, spelt as no other process of this machine spells them: these tests run in
several workers at once, and once more as an ordinary user."""


def wait_until(holds, seconds=10.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return False


def test_cancelling_kills_all_of_it(build, processes_named):
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    outcome = build.sh(f"trap '' TERM; sleep {AWHILE} & sleep {AWHILE}; sleep {AWHILE}", cancel=cancel)
    assert (outcome.ok, outcome.cancelled, outcome.limit) == (False, True, None)
    assert outcome.wall < 5
    assert processes_named(AWHILE) == []


def test_an_exception_while_output_is_shown_kills_the_build_first(build, processes_named):
    def interrupted(_: bytes) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build.sh(f"echo x; sleep {AWHILE}", on_output=interrupted)
    assert processes_named(AWHILE) == []


def test_closing_the_launcher_kills_what_runs(tmp_path, processes_named):
    launcher = Launcher()
    build = Build(launcher, tmp_path)
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(build.sh(f"sleep {AWHILE}")))
    thread.start()
    assert wait_until(lambda: processes_named(AWHILE))
    launcher.close()
    thread.join(10)
    assert not outcomes[0].ok
    assert outcomes[0].signal == signal.SIGKILL
    assert processes_named(AWHILE) == []


def test_a_launcher_that_was_killed_takes_its_builds_along_and_is_started_anew(tmp_path, processes_named):
    with Launcher() as launcher:
        build = Build(launcher, tmp_path)
        failures = []

        def run():
            try:
                build.sh(f"sleep {AWHILE}")
            except BootstrapError as error:
                failures.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        assert wait_until(lambda: processes_named(AWHILE))
        launcher._process.kill()
        thread.join(10)
        assert "launcher died" in str(failures[0])
        assert wait_until(lambda: processes_named(AWHILE) == [])
        assert build.sh("true").ok


PARENT = """
import sys
sys.path[:0] = sys.argv[1].split(':')
from pathlib import Path
from bootstrap.recipe.model import Exec
from tests.sandbox.conftest import Build
from bootstrap.sandbox import Launcher
awhile = sys.argv[3]
Build(Launcher(), Path(sys.argv[2])).sh(f"trap '' TERM HUP INT; setsid sleep {awhile} & sleep {awhile}")
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_caller_that_is_killed_leaves_nothing(tmp_path, processes_named, number):
    mounts = Path("/proc/self/mountinfo").read_text()
    path = ":".join(sys.path)
    caller = subprocess.Popen(
        [sys.executable, "-c", PARENT, path, str(tmp_path), AWHILE],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert wait_until(lambda: len(processes_named(f"sleep\0{AWHILE}")) == 2)
    caller.send_signal(number)
    caller.wait()
    assert wait_until(lambda: processes_named(f"sleep\0{AWHILE}") == [])
    assert Path("/proc/self/mountinfo").read_text() == mounts


def test_no_descriptor_of_the_callers_is_lost(build):
    build.says("true")
    before = os.listdir("/proc/self/fd")
    for _ in range(5):
        build.says("true")
        build.sh("exit 1")
    assert os.listdir("/proc/self/fd") == before


def test_many_sandboxes_run_at_once(launcher, tmp_path):
    binds, links = host_tools()
    sandbox = Sandbox(
        binds=binds, links=links, env=(("PATH", "/usr/bin:/bin"),), commands=(Exec(argv=("sleep", "0.5")),)
    )
    outcomes = []

    def run(index: int) -> None:
        outcomes.append(launcher.run(sandbox, log=tmp_path / str(index)))

    threads = [threading.Thread(target=run, args=(index,)) for index in range(20)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 20
    assert all(outcome.ok for outcome in outcomes)
    assert time.monotonic() - start < 8


def test_the_launcher_outlives_the_thread_that_started_it(tmp_path):
    with Launcher() as launcher:
        thread = threading.Thread(target=launcher.start)
        thread.start()
        thread.join()
        time.sleep(0.1)
        first = launcher._process.pid
        assert Build(launcher, tmp_path).sh("true").ok
        assert launcher._process.pid == first


def test_the_launcher_has_a_session_of_its_own(launcher, build):
    build.says("true")
    assert os.getsid(launcher._process.pid) != os.getsid(0)
