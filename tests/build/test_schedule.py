"""Which job next: order, cores, memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootstrap.build.schedule import Job, Schedule, Start

PLENTY = 1 << 40


def job(key: str, *after: str, seconds: float = 1.0, memory: int = 1 << 20, cores: int = 1) -> Job[str]:
    return Job(key=key, after=frozenset(after), seconds=seconds, memory=memory, cores=cores)


def test_a_job_starts_only_after_all_it_waits_for() -> None:
    schedule = Schedule([job("lib"), job("tool"), job("program", "lib", "tool")], cores=2)
    assert {s.key for s in schedule.start(memory=PLENTY)} == {"lib", "tool"}
    schedule.end("lib", good=True)
    assert schedule.start(memory=PLENTY) == []
    schedule.end("tool", good=True)
    assert [s.key for s in schedule.start(memory=PLENTY)] == ["program"]


def test_the_longest_way_to_the_end_goes_first() -> None:
    jobs = [job("short"), job("first"), job("then", "first", seconds=100)]
    assert [s.key for s in Schedule(jobs, cores=1).start(memory=PLENTY)] == ["first"]


def test_what_waits_for_no_job_of_this_plan_is_ready() -> None:
    schedule = Schedule([job("program", "there already")], cores=1)
    assert [s.key for s in schedule.start(memory=PLENTY)] == ["program"]


def test_a_lone_job_that_can_use_all_cores_gets_them() -> None:
    assert Schedule([job("a", cores=0)], cores=8).start(memory=PLENTY) == [Start("a", 8)]


def test_jobs_that_are_ready_together_share_the_cores() -> None:
    starts = Schedule([job("a", cores=0), job("b", cores=0)], cores=8).start(memory=PLENTY)
    assert sorted(s.cores for s in starts) == [4, 4]


def test_a_trifle_beside_a_long_job_does_not_halve_its_cores() -> None:
    schedule = Schedule([job("long", cores=0, seconds=30), job("check", seconds=0.1)], cores=2)
    assert schedule.start(memory=PLENTY) == [Start("long", 2)]


def test_a_job_never_gets_more_cores_than_it_can_use() -> None:
    assert Schedule([job("a", cores=2)], cores=8).start(memory=PLENTY) == [Start("a", 2)]


def test_no_job_starts_beside_another_when_memory_is_short() -> None:
    schedule = Schedule([job("a", memory=4 << 30), job("b", memory=4 << 30)], cores=2)
    assert len(schedule.start(memory=6 << 30)) == 1
    assert schedule.start(memory=2 << 30) == []


def test_a_job_alone_starts_however_short_memory_is() -> None:
    assert len(Schedule([job("a", memory=1 << 50)], cores=2).start(memory=0)) == 1


def test_what_waits_for_a_failed_job_is_lost_and_the_rest_goes_on() -> None:
    schedule = Schedule([job("a"), job("b", "a"), job("c", "b"), job("other")], cores=1)
    assert schedule.start(memory=PLENTY)[0].key == "a"
    assert set(schedule.end("a", good=False)) == {"b", "c"}
    assert [s.key for s in schedule.start(memory=PLENTY)] == ["other"]


def test_after_stop_nothing_new_starts() -> None:
    schedule = Schedule([job("a"), job("b"), job("c", "a")], cores=1)
    schedule.start(memory=PLENTY)
    schedule.stop()
    schedule.end("a", good=True)
    assert schedule.start(memory=PLENTY) == []
    assert schedule.running == 0


def test_jobs_that_wait_for_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="circle"):
        Schedule([job("a", "b"), job("b", "a")], cores=1)


@given(st.data())
def test_every_job_runs_once_in_an_order_that_its_needs_allow(data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 20))
    jobs = [
        job(
            str(n),
            *data.draw(st.sets(st.sampled_from([str(m) for m in range(n)]))) if n else (),
            seconds=data.draw(st.floats(0, 100)),
            memory=data.draw(st.integers(0, 4 << 30)),
            cores=data.draw(st.integers(0, 4)),
        )
        for n in range(count)
    ]
    cores = data.draw(st.integers(1, 4))
    schedule = Schedule(jobs, cores=cores)
    needs = {j.key: j.after for j in jobs}
    ended: list[str] = []
    running: dict[str, int] = {}
    while True:
        for start in schedule.start(memory=data.draw(st.integers(0, 8 << 30))):
            assert needs[start.key] <= set(ended)
            assert start.key not in running
            running[start.key] = start.cores
        assert sum(running.values()) <= cores
        if not running:
            break
        key = data.draw(st.sampled_from(sorted(running)))
        del running[key]
        schedule.end(key, good=True)
        ended.append(key)
    assert sorted(ended) == sorted(needs)
