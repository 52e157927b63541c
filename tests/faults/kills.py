"""kill -9 at random moments: of the run itself, of a collection, or of any process that belongs to it."""

from __future__ import annotations

import random
import subprocess
import time
from pathlib import Path

import psutil

from tests.faults.project import Project
from tests.faults.tally import Tally, Watch


def kills(directory: Path, number: int) -> Tally:
    """`number` kills in one home, each followed by a look at every registered path and a run to the end."""
    tally = Tally(fault="kill -9 at a random moment")
    chance = random.Random(number)
    project = Project(directory, directory / "home")
    project.round(0)
    began = time.monotonic()
    wrong = project.unfinished(0)
    span = time.monotonic() - began
    for round in range(1, number + 1):
        project.round(round)
        moment = chance.uniform(0, span * 1.1)
        watch = Watch(project.home)
        with project.running("run", "first") as process:
            time.sleep(moment)
            victim = _kill_one(process, chance)
        tally.count(
            f"kill {round}, of {victim} after {moment:.3f} s",
            [*wrong, *watch.compare(tally), *project.unfinished(round)],
        )
        wrong = []
    return tally


def _kill_one(process: subprocess.Popen[str], chance: random.Random) -> str:
    """Kills the run, or one of its processes; which."""
    try:
        run = psutil.Process(process.pid)
        below = run.children(recursive=True)
        victim = run if not below or chance.random() < 0.7 else chance.choice(below)
        name = victim.name()
        victim.kill()
    except psutil.NoSuchProcess:
        return "nothing: it had ended"
    if victim is not run:
        process.communicate(timeout=60)
    return name
