"""The closure of 10,000 paths, also from the command line, beside one plain SQLite query over as many
rows."""

import os
import shutil
import sqlite3
import tempfile

from measure import bootstrap, command, environment, function, table

from bootstrap.store import Store
from bootstrap.storepath import StorePath, scratch_path

BASE = os.environ.get("BENCH_DIR", "/dev/shm")
COUNT = 10_000

with tempfile.TemporaryDirectory(dir=BASE) as scratch:
    store = Store.open(f"{scratch}/home")
    before: list[StorePath] = []
    for number in range(COUNT):
        place = f"{store.home}/tmp/output"
        os.mkdir(place)
        with open(f"{place}/text", "w") as file:
            file.write(" ".join([str(number), *map(str, before[-3:])]))
        output = (place, scratch_path(f"p{number}", "1", "out"))
        before.append(store.add_outputs({"out": output}, candidates=before[-3:])["out"].path)
    plain = sqlite3.connect(f"{scratch}/plain")
    plain.execute("create table t (a text primary key, b text)")
    plain.executemany("insert into t values (?, ?)", ((str(p), p.name) for p in before))
    plain.commit()
    assert len(store.closure([before[-1]])) == COUNT
    table(
        function("select all of 10,000 rows", lambda: plain.execute("select * from t").fetchall(), runs=9),
        function("closure of 10,000 paths", lambda: store.closure([before[-1]]), runs=9),
        command("bootstrap --version", bootstrap("--version")),
        command(
            "bootstrap show --closure",
            bootstrap("show", "--closure", str(before[-1])),
            env=environment(store.home),
        ),
        budget="80 ms",
    )
    plain.close()
    store.close()
    os.system(f"chmod -R u+w {scratch}/home")
    shutil.rmtree(f"{scratch}/home")
