"""Start of `bootstrap exec`, beside the same program started directly."""

import os
import subprocess
import tempfile
from pathlib import Path

import projects
from measure import bootstrap, command, environment, table

with tempfile.TemporaryDirectory() as scratch:
    root = projects.make(Path(scratch, "project"), count=1, shape="chain")
    stage = root / "stages/00-many/stage.star"
    stage.write_text(
        stage.read_text().replace('write("{out}/name", name)', 'copy("true", "{out}/bin/nothing")')
    )
    env = environment(f"{scratch}/home")
    subprocess.run(bootstrap("run", "all", "--project", str(root)), env=env, check=True, capture_output=True)
    direct = command("the program itself", [os.fspath(root / "stages/00-many/true")])
    ours = command(
        "bootstrap exec", bootstrap("exec", "all", "--project", str(root), "--", "nothing"), env=env
    )
    table(direct, ours, budget="none stated; a run with nothing to do has 90 ms")
