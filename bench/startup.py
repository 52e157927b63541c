"""Start-up: `bootstrap --version` and `--help`, beside a Python that does nothing."""

import sys

from measure import bootstrap, command, environment, table

env = environment("")
table(
    command("python -c pass", [sys.executable, "-c", "pass"], env=env),
    command("bootstrap --version", bootstrap("--version"), env=env),
    command("bootstrap --help", bootstrap("--help"), env=env),
    command("bootstrap run --help", bootstrap("run", "--help"), env=env),
    budget="--version 60 ms wall",
)
