"""Fifty `bootstrap exec lua -- lua -e 'print(1)'` at once, beside the CPU time that one alone takes.

What fifty cannot do without is fifty times the CPU time of one, divided by the cores: the baseline.
Where the cores are not all ours, as many processes that only burn this CPU time tell what could be
had. Builds lua first if it is not there.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from measure import bootstrap

ROOT = Path(__file__).parents[1]
MANY = 50
COMMAND = bootstrap("exec", "lua", "--", "lua", "-e", "print(1)")
BURN = "import sys, time\nwhile time.process_time() < float(sys.argv[1]): pass\nprint(1)"


def at_once(count: int, command: Sequence[str] = COMMAND) -> tuple[float, float, int]:
    """Wall time and CPU time (user and system) in seconds, and how many printed 1 and ended with 0."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    started = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        for _ in range(count)
    ]
    good = sum(process.communicate()[0] == b"1\n" and process.returncode == 0 for process in started)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, good


if __name__ == "__main__":
    subprocess.run(bootstrap("run", "lua"), cwd=ROOT, check=True, capture_output=True)
    cores = len(os.sched_getaffinity(0))
    at_once(1)
    alone = sorted(at_once(1) for _ in range(9))[4]
    runs, burns = [], []
    for _ in range(5):
        runs.append(at_once(MANY))
        burns.append(at_once(MANY, [sys.executable, "-S", "-c", BURN, str(alone[1])]))
    wall, cpu, _ = sorted(runs)[2]
    baseline, burnt = MANY * alone[1] / cores, sorted(burns)[2][0]
    good = min(run[2] for run in runs)
    print(f"one alone               {1000 * alone[0]:8.1f} ms wall {1000 * alone[1]:8.1f} ms CPU")
    print(f"{MANY} at once              {1000 * wall:8.1f} ms wall {1000 * cpu:8.1f} ms CPU, {cores} cores")
    print(f"{MANY} x CPU / cores        {1000 * baseline:8.1f} ms: ratio {wall / baseline:.2f}, budget 1.3")
    print(f"{MANY} that only burn it    {1000 * burnt:8.1f} ms: ratio {wall / burnt:.2f}")
    print(f"{good} of {MANY} succeeded in the worst of {len(runs)} runs")
    sys.exit(good != MANY)
