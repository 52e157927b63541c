"""Timing of commands and functions for the benchmarks: several runs, the least and the median."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """Seconds of several runs: wall time, and CPU time (user and system, children included)."""

    name: str
    wall: tuple[float, ...]
    cpu: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.wall)

    @property
    def median_cpu(self) -> float:
        return statistics.median(self.cpu)


def command(
    name: str,
    argv: Sequence[str],
    *,
    runs: int = 15,
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
    before: Callable[[], None] | None = None,
) -> Figure:
    """Runs a command `runs` times; stops with its output if it fails."""

    def once() -> None:
        done = subprocess.run(argv, env=env, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode:
            sys.exit(f"{argv} ended with {done.returncode}\n{done.stderr.decode(errors='replace')}")

    return function(name, once, runs=runs, before=before)


def function(
    name: str, act: Callable[[], object], *, runs: int = 5, before: Callable[[], None] | None = None
) -> Figure:
    """Calls a function `runs` times, each time after `before`, which is not measured."""
    wall, cpu = [], []
    for _ in range(runs):
        if before is not None:
            before()
        cpu_began, began = _cpu(), time.perf_counter()
        act()
        wall.append(time.perf_counter() - began)
        cpu.append(_cpu() - cpu_began)
    return Figure(name, tuple(wall), tuple(cpu))


def _cpu() -> float:
    total = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        total += usage.ru_utime + usage.ru_stime
    return total


def table(baseline: Figure, *figures: Figure, unit: float = 1, budget: str = "") -> None:
    """Prints the figures below their baseline, each with its ratio; `unit` divides the times."""
    print(f"{'':44} {'wall ms':>9} {'cpu ms':>9} {'ratio':>7}")
    for figure in (baseline, *figures):
        ratio = figure.median / baseline.median if baseline.median else float("nan")
        print(
            f"{figure.name:44} {1000 * figure.median / unit:9.1f} "
            f"{1000 * figure.median_cpu / unit:9.1f} {ratio:7.2f}"
        )
    if budget:
        print(f"budget: {budget}")


def environment(home: str) -> dict[str, str]:
    """The environment of a user with this BOOTSTRAP_HOME, whose Python keeps compiled modules."""
    env = {**os.environ, "BOOTSTRAP_HOME": home, "NO_COLOR": "1"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env


def bootstrap(*words: str) -> list[str]:
    """The command line of the installed program."""
    return [os.path.join(os.path.dirname(sys.executable), "bootstrap"), *words]
