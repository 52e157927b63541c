"""A trivial sandboxed build, beside a C program that makes the same namespaces and mounts."""

import subprocess
import tempfile
from pathlib import Path

import projects
from measure import bootstrap, command, environment, function, table

COUNT = 200

with tempfile.TemporaryDirectory() as scratch:
    floor = f"{scratch}/floor"
    here = Path(__file__).parent
    subprocess.run(["gcc", "-O2", "-o", floor, str(here / "floor.c")], check=True)
    true = Path(scratch, "true")
    true.write_bytes(projects.exit_zero())
    true.chmod(0o755)
    baseline = function(
        f"floor.c, one of {COUNT}",
        lambda: subprocess.run([floor, str(COUNT), str(true)], check=True),
        runs=5,
    )
    chain = projects.make(Path(scratch, "chain"), count=COUNT, shape="chain")
    homes = iter(range(1000))

    def build(*words: str) -> None:
        env = environment(f"{scratch}/home{next(homes)}")
        subprocess.run(bootstrap("run", *words), env=env, check=True, capture_output=True)

    many = function(
        f"bootstrap run, one of {COUNT}", lambda: build("all", "-j1", "--project", str(chain)), runs=3
    )
    table(baseline, many, unit=COUNT, budget="6 ms wall for each build")
    one = projects.make(Path(scratch, "one"), count=1, shape="chain")
    alone = command("floor.c, a single one", [floor, "1", str(true)])
    single = function("bootstrap run, a single one", lambda: build("all", "--project", str(one)), runs=9)
    table(alone, single, budget="100 ms wall from the command line")
