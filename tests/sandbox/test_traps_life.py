"""Processes live under traps as they do without: started, stopped, killed, limited, counted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bootstrap.recipe.model import Exec, Limits
from bootstrap.sandbox.conditions import Clock, Conditions, Traps
from tests.sandbox.test_end import AWHILE, wait_until
from tests.sandbox.trapped import LINKED, program, run, says

pytestmark = pytest.mark.sandbox

ALL = Traps(
    clock=Clock(at=1_000_000_000),
    random=b"seed",
    directories="shuffled",
    release="1.2.3",
    kernel_version="#4",
    processors=5,
    memory=6 << 30,
    file_times=7,
    writers=True,
)
FROZEN = Traps(clock=Clock(at=1_000_000_000, runs=False), random=b"seed")
DELAYED = Traps(delays=1)
UNTRACED = Traps(directories="sorted", processors=3)
KINDS = pytest.mark.parametrize(
    "traps", [ALL, FROZEN, DELAYED, UNTRACED, None], ids=["all", "frozen", "delayed", "untraced", "none"]
)


@KINDS
@pytest.mark.parametrize("linked", LINKED)
def test_processes_live_as_ever(build, traps, linked):
    assert says(build, traps, "life", by=program(linked))[-1] == "well"


@KINDS
@pytest.mark.parametrize("seed", ["1", "1000"])
def test_calls_with_any_arguments_do_no_harm(build, traps, seed):
    assert says(build, traps, "fuzz", seed, "40") == ["well"]
    assert says(build, traps, "nothing") == []


@KINDS
def test_how_a_command_ends(build, traps):
    conditions = Conditions(traps=traps)
    assert build.sh("exit 3", conditions=conditions).exit_status == 3
    assert build.sh("kill -9 $$", conditions=conditions).signal == signal.SIGKILL
    assert build.sh("kill -TRAP $$", conditions=conditions).signal == signal.SIGTRAP
    plain = build.run(Exec(argv=("no-such-program",)))
    assert build.run(Exec(argv=("no-such-program",)), conditions=conditions).message == plain.message
    (build.build / "script").write_text("#!/no/such/interpreter\n")
    (build.build / "script").chmod(0o755)
    plain = build.run(Exec(argv=("./script",)))
    assert build.run(Exec(argv=("./script",)), conditions=conditions).message == plain.message
    assert "/no/such/interpreter" in plain.message


def test_programs_and_their_hidden_vdsos_are_counted(build):
    outcome = build.sh("for i in 1 2 3 4 5; do /bin/true; done", conditions=Conditions(traps=ALL))
    told = outcome.observed["traps"]
    assert told["execs"] == told["vdso_hidden"] == 6


def test_large_arguments_and_environments(build):
    script = "x=$(head -c 100000 /dev/zero | tr '\\0' x); y=$(seq 30000); env A=$x B=$x /trapped times $y"
    assert says_sh(build, script) == ["1000000000"] * 7


def says_sh(build, script):
    from bootstrap.sandbox import Bind

    outcome = build.sh(script, conditions=Conditions(traps=FROZEN), binds=(Bind(program(), "/trapped"),))
    assert outcome.ok, outcome.message
    return build.output.split()


def test_who_traces_is_refused(build):
    assert says(build, ALL, "traced") == ["well"]


def test_nothing_of_it_reaches_a_program(build):
    script = (
        "ls /proc/self/fd | wc -l; grep -E 'SigBlk|SigIgn|ShdPnd' /proc/self/status; ulimit -a; umask; id"
    )
    assert build.says(script, conditions=Conditions(traps=FROZEN)) == build.says(script)


def test_several_commands_one_of_which_outlives_its_own(build):
    commands = (
        Exec(argv=("sh", "-c", "(for i in 1 2 3 4 5 6 7 8 9; do date +%s; sleep 0.05; done) &")),
        Exec(argv=("date", "+%s")),
        Exec(argv=("sleep", "0.7")),
    )
    assert build.run(*commands, conditions=Conditions(traps=FROZEN)).ok
    assert build.output.split() == ["1000000000"] * 10


def test_limits_hold(build):
    conditions = Conditions(traps=ALL)
    assert build.sh("sleep 60", limits=Limits(time=0.5), conditions=conditions).limit == "time"
    forks = "i=0; while [ $i -lt 100 ]; do sleep 60 & i=$((i+1)); done; wait"
    assert build.sh(forks, limits=Limits(processes=50), conditions=conditions).limit == "processes"


def test_cancelling_kills_all_of_it(build, processes_named):
    cancel = threading.Event()
    threading.Timer(0.4, cancel.set).start()
    script = f"trap '' TERM; sleep {AWHILE} & kill -STOP $!; sleep {AWHILE}; sleep {AWHILE}"
    outcome = build.sh(script, cancel=cancel, conditions=Conditions(traps=ALL))
    assert (outcome.ok, outcome.cancelled) == (False, True)
    assert processes_named(AWHILE) == []


def test_a_build_whose_supervisor_dies_fails_and_leaves_nothing(build, processes_named):
    outcomes = []
    thread = threading.Thread(
        target=lambda: outcomes.append(build.sh(f"sleep {AWHILE}", conditions=Conditions(traps=ALL)))
    )
    thread.start()
    assert wait_until(lambda: processes_named(f"sleep\0{AWHILE}"))
    [sleeper] = processes_named(f"sleep\0{AWHILE}")
    status = Path(f"/proc/{sleeper}/status").read_text()
    tracer = int(status.partition("TracerPid:")[2].split()[0])
    os.kill(tracer, signal.SIGKILL)
    thread.join(10)
    assert (outcomes[0].ok, outcomes[0].signal) == (False, signal.SIGKILL)
    assert processes_named(AWHILE) == []


UNDER_A_LISTENER = """
import sys
sys.path[:0] = sys.argv[1].split(":")
from pathlib import Path
from bootstrap.sandbox import Launcher, syscalls
from bootstrap.sandbox.conditions import Clock, Conditions, Traps
from bootstrap.sandbox.inside.traps import listener
from tests.sandbox.conftest import Build
syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1, name="PR_SET_NO_NEW_PRIVS")
allow = (0x7fff0000).to_bytes(4, "little")
kept = listener.install(b"\\x06\\x00\\x00\\x00" + allow)
with Launcher() as launcher:
    build = Build(launcher, Path(sys.argv[2]))
    outcome = build.sh("date +%Y", conditions=Conditions(traps=Traps(clock=Clock(at=0, runs=False))))
print(outcome.ok, outcome.observed["refused"]["traps"])
print(build.output != "1970\\n", "traps" in outcome.observed)
"""


def test_where_the_kernel_gives_no_listener_the_build_goes_on_and_says_so(tmp_path):
    # seccomp(2): a process has at most one, whoever set it.
    done = subprocess.run(
        [sys.executable, "-c", UNDER_A_LISTENER, ":".join(sys.path), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    first, second = done.stdout.splitlines()
    assert first.startswith("True seccomp(")
    assert "busy" in first
    assert second == "True False"


def test_an_ordinary_sandbox_loads_nothing_of_it(build):
    assert run(build, None, "nothing").observed == {}


def test_a_build_that_starves_its_supervisor_of_what_it_may_write_has_failed(build):
    outcome = build.sh("prlimit --pid 1 --fsize=1:1; echo done", conditions=Conditions(traps=ALL))
    assert not outcome.ok
    assert "starved by the build: [Errno 27] File too large" in outcome.message
    assert build.output == "done\n"


def test_delays_change_nothing_but_time(build):
    script = "for i in 1 2 3; do (echo $i); done | sort; exit 4"
    outcome = build.sh(script, conditions=Conditions(traps=DELAYED))
    assert (outcome.exit_status, build.output) == (4, "1\n2\n3\n")
