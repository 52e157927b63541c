"""The default seed to Lua and Python, sources cached: seconds, CPU seconds and peak memory of each step."""

import json
import os
import subprocess
import tempfile

from measure import bootstrap, command, environment

with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as scratch:
    env = environment(f"{scratch}/home")
    collected = f"{scratch}/collected"
    subprocess.run(bootstrap("sources", "stage2", "--to", collected), env=env, check=True)
    env.update(BOOTSTRAP_HOME=f"{scratch}/empty-home", BOOTSTRAP_SOURCES=collected)
    whole = command("the whole command", bootstrap("run", "stage2", "--offline"), env=env, runs=1)
    stats = subprocess.run(bootstrap("stats", "stage2", "--json"), env=env, check=True, capture_output=True)
    for row in json.loads(stats.stdout):
        print(
            f"{row['target']:40} wall {row['wall']:6.1f} s  cpu {row['user'] + row['system']:6.1f} s  "
            f"peak {row['peak_memory'] / 1e6:6.0f} MB"
        )
    print(
        f"{whole.name:40} wall {whole.median:6.1f} s  cpu {whole.median_cpu:6.1f} s  "
        " budget: 90 s wall on 2 idle cores"
    )
