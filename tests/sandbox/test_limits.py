"""What passes a limit is killed whole, and the outcome names the limit."""

from __future__ import annotations

import pytest

from bootstrap.recipe.model import Exec, Limits
from bootstrap.sandbox import Bind

pytestmark = pytest.mark.sandbox


def test_time(build):
    outcome = build.run(Exec(argv=("true",)), Exec(argv=("sleep", "60")), limits=Limits(time=0.3))
    assert (outcome.ok, outcome.limit, outcome.failed_index) == (False, "time", 1)
    assert 0.3 <= outcome.wall < 5
    assert outcome.message == (
        "passed its limit of 0.3 seconds of wall time and was killed whole; "
        "limits(time = ...) in the recipe raises it"
    )


def test_a_build_that_ignores_every_signal_is_killed_all_the_same(build):
    outcome = build.sh("trap '' TERM INT HUP QUIT; while :; do sleep 60; done", limits=Limits(time=0.3))
    assert outcome.limit == "time"
    assert outcome.wall < 5


def test_a_build_that_stops_itself_is_killed_all_the_same(build):
    assert build.sh("kill -STOP $$", limits=Limits(time=0.3)).limit == "time"


def test_log(build):
    outcome = build.sh("yes", limits=Limits(log=100_000))
    assert (outcome.limit, outcome.failed_index) == ("log", 0)
    assert build.log.stat().st_size == 100_000
    assert "100,000 bytes of log" in outcome.message


def test_a_log_of_just_its_limit_is_kept(build):
    assert build.sh("head -c 100000 /dev/zero", limits=Limits(log=100_000)).ok
    assert build.log.stat().st_size == 100_000


def test_the_file_for_standard_output_counts_as_log(build, tmp_path):
    assert build.sh("yes", limits=Limits(log=100_000), stdout_file=tmp_path / "stdout").limit == "log"
    assert (tmp_path / "stdout").stat().st_size == 100_000


def test_output_while_it_grows(build, tmp_path):
    (tmp_path / "out").mkdir()
    outcome = build.sh(
        "head -c 20000000 /dev/zero > /bootstrap/out/file; sleep 60",
        binds=(Bind(tmp_path / "out", "/bootstrap/out", writable=True),),
        limits=Limits(output=10_000_000),
    )
    assert outcome.limit == "output"
    assert outcome.wall < 10


def test_output_of_a_quick_build(build):
    outcome = build.sh("head -c 20000000 /dev/zero > file", limits=Limits(output=10_000_000))
    assert (outcome.ok, outcome.limit) == (False, "output")


def test_output_counts_holes(build):
    assert build.sh("truncate -s 1000000000000 file || true", limits=Limits(output=10_000_000)).ok
    assert build.sh("truncate -s 20000000 file", limits=Limits(output=10_000_000)).limit == "output"


def test_output_counts_every_file_as_a_block(build):
    script = "i=0; while [ $i -lt 300 ]; do : > f$i; i=$((i+1)); done"
    assert build.sh(script, limits=Limits(output=300 * 4096 - 1)).limit == "output"
    assert build.sh(script, limits=Limits(output=300 * 4096)).ok


def test_output_counts_hard_links_once(build):
    assert build.sh("head -c 1000000 /dev/zero > a; ln a b; ln a c", limits=Limits(output=1_500_000)).ok


def test_processes(build):
    # Bounded: for root on a host without cgroups only the count stops it, not the kernel.
    script = "i=0; while [ $i -lt 500 ]; do sleep 60 & i=$((i+1)); done; sleep 60"
    outcome = build.sh(script, limits=Limits(processes=100))
    assert (outcome.ok, outcome.limit) == (False, "processes"), outcome
    assert outcome.wall < 20


def test_threads_count_as_processes(build):
    outcome = build.py(
        "import threading, time\n"
        "for _ in range(60): threading.Thread(target=time.sleep, args=(60,)).start()\n",
        limits=Limits(processes=50),
    )
    assert outcome.limit == "processes"


def test_memory(build):
    outcome = build.py(
        "x = b'x' * 300_000_000; import time; time.sleep(60)", limits=Limits(memory=100_000_000)
    )
    assert (outcome.ok, outcome.limit) == (False, "memory")
    assert outcome.wall < 10
    assert "100,000,000 bytes of memory" in outcome.message


def test_memory_counts_files_that_are_in_memory(build):
    outcome = build.sh("head -c 300000000 /dev/zero > /tmp/x; sleep 60", limits=Limits(memory=100_000_000))
    assert outcome.limit == "memory"


def test_memory_under_its_limit_is_let_be(build):
    assert build.py(
        "x = b'x' * 30_000_000; import time; time.sleep(0.4)", limits=Limits(memory=200_000_000)
    ).ok
