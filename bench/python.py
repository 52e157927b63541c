"""The project's Pythons at a dozen small tasks, beside the Python that runs this: CPU time."""

import json
import os
import statistics
import subprocess
import sys

from measure import bootstrap, environment

TASKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "python_tasks.py")


def times(*argv: str, env: dict[str, str]) -> dict[str, float]:
    """CPU seconds of each task."""
    done = subprocess.run([*argv, TASKS], env=env, check=True, capture_output=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    targets = sys.argv[1:] or ["python-tcc", "python"]
    env = environment(os.environ.get("BOOTSTRAP_HOME", os.path.expanduser("~/.local/share/bootstrap")))
    host = times(sys.executable, env=env)
    ours = {target: times(*bootstrap("exec", target, "--", "python3"), env=env) for target in targets}
    print(f"{'':20} {'host ms':>9}" + "".join(f" {target:>16} ms {'ratio':>6}" for target in targets))
    for task, baseline in host.items():
        columns = "".join(f" {1000 * ours[t][task]:19.1f} {ours[t][task] / baseline:6.2f}" for t in targets)
        print(f"{task:20} {1000 * baseline:9.1f}{columns}")
    for target in targets:
        ratios = [ours[target][task] / baseline for task, baseline in host.items()]
        print(f"{target}: geometric mean of the ratios {statistics.geometric_mean(ratios):.2f}")
