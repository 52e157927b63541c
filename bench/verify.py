"""`bootstrap verify` of 20,000 small files and 1 GiB in large ones, beside b3sum of the same files.

Without b3sum the baseline is hashing them with the blake3 module, all cores for large ones.
"""

import os
import random
import shutil
import tempfile

from measure import bootstrap, command, environment, function, table

from bootstrap.digest import digest_file
from bootstrap.store import Store
from bootstrap.store.removal import remove_tree

BASE = os.environ.get("BENCH_DIR", "/dev/shm")
SMALL, LARGE = 20_000, 16


def fill(directory: str, *, small: int, large: int) -> None:
    chance = random.Random(1)
    block = chance.randbytes(64 << 20)
    for number in range(small):
        if number % 100 == 0:
            os.makedirs(f"{directory}/{number // 100}")
        with open(f"{directory}/{number // 100}/{number}", "wb") as file:
            file.write(chance.randbytes(chance.choice([200, 2000, 4000, 10000])))
    for number in range(large):
        os.makedirs(directory, exist_ok=True)
        with open(f"{directory}/large-{number}", "wb") as file:
            file.write(b"%d" % number + block)


def compare(title: str, small: int, large: int) -> None:
    with tempfile.TemporaryDirectory(dir=BASE) as scratch:
        home = f"{scratch}/home"
        fill(f"{scratch}/source", small=small, large=large)
        with Store.open(home) as store:
            store.add_tree(f"{scratch}/source", "thing-1")
        shutil.rmtree(f"{scratch}/source")
        files = [os.path.join(top, name) for top, _, names in os.walk(f"{home}/files") for name in names]
        with open(f"{scratch}/list", "w") as names:
            names.writelines(f"{name}\n" for name in files)
        if shutil.which("b3sum"):
            baseline = command("b3sum", ["xargs", "-a", f"{scratch}/list", "b3sum"], runs=5)
        else:
            baseline = function("the blake3 module", lambda: [digest_file(name) for name in files])
        verify = command(
            "bootstrap verify", bootstrap("verify", "--home", home), env=environment(home), runs=5
        )
        print(title)
        table(baseline, verify, budget="1.43 (0.7 of the speed), with start-up")
        print(f"speed {baseline.median / verify.median:.2f} of the baseline's\n")
        remove_tree(home)


if __name__ == "__main__":
    compare(f"{SMALL:,} small files", SMALL, 0)
    compare("1 GiB in large files", 0, LARGE)
    compare("both", SMALL, LARGE)
