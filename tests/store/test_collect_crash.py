"""kill -9 of collectors at any moment, and collectors among builders: what is registered stays whole."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import SpawnProcess
from typing import Any

from bootstrap.store import Store
from bootstrap.store.facts import Facts
from bootstrap.store.policy import Policy
from bootstrap.storepath import StorePath
from tests.store.outputs import add_one
from tests.store.test_crash import build_for_ever, everything_registered

SPAWN = multiprocessing.get_context("spawn")
ALL = Policy(older_than=0.0)
CALLS = ("rename", "unlink", "rmdir", "mkdir", "chmod", "open")


def collect_until_killed(home: str, allowed: int) -> None:
    """Kills itself at one of the calls that change something, or between transaction and removal."""
    left = allowed

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **how: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            result = call(*arguments, **how)
            if call is forget:
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return result

        return wrapped

    with Store.open(home) as store:
        forget = Facts.forget_paths
        Facts.forget_paths = counted(forget)  # type: ignore[method-assign]
        for call in CALLS:
            setattr(os, call, counted(getattr(os, call)))
        store.collect_garbage(ALL)


def collect_for_ever(home: str) -> None:
    with Store.open(home) as store:
        while True:
            store.collect_garbage(ALL)


def whole(home: str) -> list[StorePath]:
    """What is registered, all of it held and verified."""
    with Store.open(home) as store:
        while True:
            paths = everything_registered(store)
            if store.hold(paths):
                break
        assert store.verify_all(paths, threads=2).verdict.damaged == ()
        assert set(store.closure(paths)) == set(paths)
    return paths


def test_a_kill_at_any_step_leaves_what_is_registered_whole_and_the_rest_to_be_collected(home: str) -> None:
    for allowed in range(0, 300, 2):
        with Store.open(home) as store:
            lib = add_one(store, {"a": b"same", "d": {"b": b"1"}}, name="lib")
            kept = add_one(store, {"a": b"same", "lib": str(lib)}, [lib], name="kept")
            other = add_one(store, {"d": {"b": b"%d" % allowed}, "lib": str(lib)}, [lib], name="other")
            top = add_one(store, {"other": str(other)}, [other], name="top")
            store.set_root("kept", kept)
        process = SPAWN.Process(target=collect_until_killed, args=(home, allowed))
        process.start()
        process.join()
        paths = set(whole(home))
        assert {lib, kept} <= paths
        assert other in paths or top not in paths
        with Store.open(home) as store:
            store.collect_garbage(ALL)
        assert set(whole(home)) == {lib, kept}
        assert set(os.listdir(f"{home}/store")) == {lib.basename, kept.basename}
        assert os.listdir(f"{home}/tmp") == []
        pooled = [name for _, _, names in os.walk(f"{home}/files") for name in names]
        assert len(pooled) == 2
        if process.exitcode == 0:
            break
    else:
        raise AssertionError("it never got through")
    assert allowed > 20


@contextmanager
def stopped(processes: list[SpawnProcess]) -> Iterator[None]:
    for number in (signal.SIGSTOP, signal.SIGCONT):
        for process in processes:
            assert process.pid is not None
            os.kill(process.pid, number)
        if number == signal.SIGSTOP:
            yield


def test_collectors_killed_at_random_moments_do_no_harm_to_those_who_add(home: str) -> None:
    Store.open(home).close()
    chance = random.Random(2)
    builders = [SPAWN.Process(target=build_for_ever, args=(home,)) for _ in range(2)]
    for builder in builders:
        builder.start()
    try:
        for _ in range(6):
            collector = SPAWN.Process(target=collect_for_ever, args=(home,))
            collector.start()
            time.sleep(chance.uniform(0.6, 1.2))
            with stopped(builders):  # they add faster than one process can read
                whole(home)
                collector.kill()
                collector.join()
                whole(home)
        assert all(builder.is_alive() for builder in builders)  # nothing it relied on went away
    finally:
        for builder in builders:
            builder.kill()
            builder.join()
    with Store.open(home) as store:
        store.collect_garbage(ALL)
        store.sweep_leftovers()
    assert os.listdir(f"{home}/store") == []
    assert os.listdir(f"{home}/tmp") == []
    assert os.listdir(f"{home}/locks") == []
