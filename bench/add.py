"""Adding 20,000 small files (82 MB), adding them again, and adding 1 GiB, beside `cp -r`.

BENCH_DIR says where (a tmpfs shows the work, a disk shows the disk).
"""

import itertools
import os
import random
import shutil
import subprocess
import tempfile

from measure import Figure, function, table

from bootstrap.store import Store
from bootstrap.storepath import scratch_path

BASE = os.environ.get("BENCH_DIR", "/dev/shm")
number = itertools.count()


def small(directory: str) -> None:
    """20,000 files of 0 to 8,200 bytes in 200 directories."""
    source = random.Random(1)
    for outer in range(200):
        os.makedirs(f"{directory}/d{outer}")
        for inner in range(100):
            with open(f"{directory}/d{outer}/f{inner}", "wb") as file:
                file.write(source.randbytes(source.randrange(8200)))


def large(directory: str) -> None:
    """1 GiB in four files."""
    os.makedirs(directory)
    for name in range(4):
        with open(f"{directory}/{name}", "wb") as file:
            for _ in range(256):
                file.write(random.Random(name).randbytes(1 << 20))


def copy(source: str) -> None:
    subprocess.run(["cp", "-r", source, f"{BASE}/bench-copy-{next(number)}"], check=True)


def clear() -> None:
    for name in os.listdir(BASE):
        if name.startswith("bench-"):
            subprocess.run(["chmod", "-R", "u+w", f"{BASE}/{name}"], check=True)
            shutil.rmtree(f"{BASE}/{name}")


def measure(source: str, what: str, budget: str, *, again: bool) -> None:
    def new_store() -> Store:
        return Store.open(f"{BASE}/bench-home-{next(number)}")

    figures: list[Figure] = []
    figures.append(
        function(
            f"add {what} from outside", lambda: new_store().add_tree(source, "tree-1"), runs=3, before=clear
        )
    )
    clear()
    home: list[Store] = []
    moved: list[str] = []

    def prepare() -> None:
        clear()
        home[:] = [new_store()]
        moved[:] = [f"{home[0].home}/tmp/output"]
        shutil.copytree(source, moved[0])

    scratch = scratch_path("tree", "1", "out")
    figures.append(
        function(
            f"add {what} left by a build",
            lambda: home[0].add_outputs({"out": (moved[0], scratch)}, candidates=[]),
            runs=3,
            before=prepare,
        )
    )
    if again:
        clear()
        store = new_store()
        store.add_tree(source, "tree-1")
        figures.append(function(f"add {what} again", lambda: store.add_tree(source, "tree-1"), runs=3))
    clear()
    baseline = function(f"cp -r, {what}", lambda: copy(source), runs=3, before=clear)
    table(baseline, *figures, budget=budget)
    clear()


with tempfile.TemporaryDirectory(dir=BASE) as scratch_directory:
    small(f"{scratch_directory}/small")
    measure(f"{scratch_directory}/small", "20,000 files", "700 ms CPU, again 200 ms CPU", again=True)
    large(f"{scratch_directory}/large")
    measure(f"{scratch_directory}/large", "1 GiB", "900 ms CPU", again=False)
