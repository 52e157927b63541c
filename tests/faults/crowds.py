"""Many processes on one store: the same target, different ones, and collections meanwhile."""

from __future__ import annotations

import subprocess
from contextlib import ExitStack
from pathlib import Path

from tests.faults.project import BUILDS, Project
from tests.faults.tally import Tally, Watch


def crowds(directory: Path, number: int) -> Tally:
    """`number` runs of one target at once, then as many of different ones; each derivation is built once."""
    tally = Tally(fault="many runs at once")
    project = Project(directory, directory / "home")
    project.round(0)
    wrong = project.unfinished(0)
    same, different = ["first"] * number, [f"b{n % BUILDS}" for n in range(number)]
    for round, targets, builds in ((1, same, BUILDS), (2, different, len(set(different)))):
        project.round(round)
        watch = Watch(project.home)
        with ExitStack() as all:
            started = [all.enter_context(project.running("run", target)) for target in targets]
            ends = [process.communicate(timeout=300) for process in started]
        built = sum(error.count(" built  ") for _, error in ends)
        if built != builds:
            wrong.append(f"{builds} derivations were built {built} times")
        for process, target, (_, error) in zip(started, targets, ends, strict=True):
            tally.count(f"run of {target}, round {round}", [*wrong, *_badly_ended(process, error)])
            wrong = []
        wrong = [*watch.compare(tally), *project.unfinished(round)]
    tally.notes += wrong
    tally.survived -= bool(wrong)
    return tally


def _badly_ended(process: subprocess.Popen[str], stderr: str) -> list[str]:
    return [f"ended with {process.returncode}: {stderr[-500:]}"] if process.returncode else []
