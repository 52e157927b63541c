"""What passes a limit is killed whole, and the outcome names the limit."""

from __future__ import annotations

import pytest

from bootstrap.recipe.model import Exec, Limits

pytestmark = pytest.mark.sandbox


def test_time(build):
    outcome = build.run(Exec(argv=("true",)), Exec(argv=("sleep", "60")), limits=Limits(time=0.3))
    assert (outcome.ok, outcome.limit, outcome.failed_index) == (False, "time", 1)
    assert 0.3 <= outcome.wall < 5
    assert outcome.message == (
        "passed its limit of 0.3 seconds of wall time and was killed whole; "
        "limits(time = ...) in the recipe raises it"
    )


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


def test_output_counts_holes(build):
    assert build.sh("truncate -s 20000000 file", limits=Limits(output=10_000_000)).limit == "output"


def test_output_counts_every_file_as_a_block(build):
    script = "i=0; while [ $i -lt 300 ]; do : > f$i; i=$((i+1)); done"
    assert build.sh(script, limits=Limits(output=300 * 4096 - 1)).limit == "output"
    assert build.sh(script, limits=Limits(output=300 * 4096)).ok


def test_output_counts_hard_links_once(build):
    assert build.sh("head -c 1000000 /dev/zero > a; ln a b; ln a c", limits=Limits(output=1_500_000)).ok


def test_files(build):
    script = "i=0; while [ $i -lt 300 ]; do : > f$i; i=$((i+1)); done"
    outcome = build.sh(script, limits=Limits(files=299))
    assert (outcome.ok, outcome.limit) == (False, "files")
    assert outcome.message == (
        "passed its limit of 299 files, directories and links where it may write and was killed whole; "
        "limits(files = ...) in the recipe raises it"
    )
    build.sh("rm -f f*")
    assert build.sh(script, limits=Limits(files=300)).ok


def test_memory_under_its_limit_is_let_be(build):
    assert build.py(
        "x = b'x' * 30_000_000; import time; time.sleep(0.4)", limits=Limits(memory=200_000_000)
    ).ok
