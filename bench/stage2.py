"""Seed to Lua and Python, sources cached: seconds, CPU seconds and peak memory of each step."""

import json
import os
import subprocess
import tempfile
import time

from measure import bootstrap, environment

with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as home:
    env = environment(home)
    env.setdefault("BOOTSTRAP_SOURCES", f"{home}/collected")
    subprocess.run(bootstrap("sources", "stage2", "--to", env["BOOTSTRAP_SOURCES"]), env=env, check=True)
    began = time.perf_counter()
    subprocess.run(bootstrap("run", "stage2", "--offline"), env=env, check=True)
    wall = time.perf_counter() - began
    plan = subprocess.run(bootstrap("stats", "stage2", "--json"), env=env, check=True, capture_output=True)
    rows = json.loads(plan.stdout)
    for row in rows:
        print(
            f"{row['target']:40} wall {row['wall']:6.1f} s  cpu {row['user'] + row['system']:6.1f} s  "
            f"peak {row['peak_memory'] / 1e6:6.0f} MB"
        )
    cpu = sum(row["user"] + row["system"] for row in rows)
    print(f"{'all':40} wall {wall:6.1f} s  cpu {cpu:6.1f} s   budget: 75 s wall on 2 idle cores")
