"""Collecting 5,000 dead paths of 10,000, beside `rm -rf` of the same 5,000 trees."""

import os
import shutil
import subprocess
import tempfile

from measure import bootstrap, command, environment, table

from bootstrap.store import Store
from bootstrap.storepath import StorePath, scratch_path

BASE = os.environ.get("BENCH_DIR", "/dev/shm")
COUNT = 10_000

with tempfile.TemporaryDirectory(dir=BASE) as scratch:
    kept: list[StorePath] = []
    dead: list[StorePath] = []
    with Store.open(f"{scratch}/filled") as store:
        for number in range(COUNT):
            before = kept if number % 2 else dead
            place = f"{store.home}/tmp/output"
            os.mkdir(place)
            with open(f"{place}/text", "w") as file:
                file.write(" ".join([str(number), *map(str, before[-3:])]))
            output = (place, scratch_path(f"p{number}", "1", "out"))
            before.append(store.add_outputs({"out": output}, candidates=before[-3:])["out"].path)
        store.set_root("kept", kept[-1])
    home = f"{scratch}/home"
    with open(f"{scratch}/dead", "w") as file:
        file.write("\0".join(f"{home}/store/{path.basename}" for path in dead))

    def clear(directory: str) -> None:
        if os.path.exists(directory):
            os.system(f"chmod -R u+w {directory}")
            shutil.rmtree(directory)

    def fill() -> None:
        """The same home again, in which a file of a path and the pool's are one, too."""
        clear(home)
        subprocess.run(["cp", "-a", f"{scratch}/filled", home], check=True)

    def fill_writable() -> None:
        """With trees that rm can remove for an ordinary user."""
        fill()
        for path in dead:
            os.chmod(f"{home}/store/{path.basename}", 0o755)

    remove = ["sh", "-c", f"xargs -0 rm -rf < {scratch}/dead"]
    removing = command("rm -rf of 5,000 trees", remove, before=fill_writable, runs=5)
    collect = bootstrap("gc", "--older-than", "0")
    collecting = command("bootstrap gc", collect, env=environment(home), before=fill, runs=5)
    assert set(os.listdir(f"{home}/store")) == {path.basename for path in kept}
    table(removing, collecting, budget="400 ms over rm -rf")
    clear(home)
    clear(f"{scratch}/filled")
