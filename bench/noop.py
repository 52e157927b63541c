"""Nothing to do: 10, 100 and 1,000 recipes, as a chain and as a fan."""

import shutil
import sys
import tempfile
from pathlib import Path

import projects
from measure import bootstrap, command, environment, table

with tempfile.TemporaryDirectory() as scratch:
    figures = []
    for shape in ("chain", "fan"):
        for count in (10, 100, 1000):
            root = projects.make(Path(scratch, f"{shape}{count}"), count=count, shape=shape)
            env = environment(f"{scratch}/home")
            argv = bootstrap("run", "all", "--project", str(root))
            command("first", argv, env=env, runs=1)
            figures.append(command(f"bootstrap run, {count} recipes, {shape}", argv, env=env))
    if make := shutil.which("make"):
        makefile = Path(scratch, "Makefile")
        names = [f"t{n}" for n in range(1000)]
        rules = [f"{b}: {a}\n\ttouch {b}\n" for a, b in zip(names, names[1:], strict=False)]
        makefile.write_text(f"{names[-1]}:\n" + "".join(rules) + "t0:\n\ttouch t0\n")
        command("first", [make, "-C", scratch, names[-1]], runs=1)
        baseline = command("make, 1000 targets, chain", [make, "-C", scratch, names[-1]])
    else:
        baseline = command("python -c pass", [sys.executable, "-c", "pass"])
    table(baseline, *figures, budget="90 ms wall at 1,000, nearly flat")
