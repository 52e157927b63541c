"""Scanning 1 GiB for 200 and for 10,000 references, beside hashing it alone and `grep -F`.

The bytes are of four kinds in turn: random, machine code (this Python's own), text, and base64.
"""

import base64
import os
import random
import shutil
import subprocess
import sys
import tempfile

from measure import function, table

from bootstrap.digest import digest, digest_file
from bootstrap.store import Store
from bootstrap.storepath import StorePath, output_digest, output_name, scratch_path
from bootstrap.tree import File, directory

BASE = os.environ.get("BENCH_DIR", "/dev/shm")


def path(number: int) -> StorePath:
    """Where an output with the file "number" goes: the first 16 are really in the store."""
    tree = directory({b"number": File(digest=digest(b"%d" % number), size=len(str(number)))})
    name = output_name("input", str(number), "out")
    return StorePath(output_digest(name, tree.digest, []).base32, name)


def fill(directory: str) -> None:
    os.makedirs(directory)
    chance = random.Random(1)
    with open(os.path.realpath(sys.executable), "rb") as program:
        code = program.read()
    words = [digest(b"word %d" % n).base32[: n % 9 + 2] for n in range(5000)]
    text = " ".join(chance.choices(words, k=200_000)).encode()
    kinds = [chance.randbytes(1 << 20), code, text, base64.b64encode(chance.randbytes(1 << 20))]
    for number in range(16):
        with open(f"{directory}/{number}", "wb") as file:
            kind = kinds[number % 4]
            block = (kind * ((64 << 20) // len(kind) + 1))[: 64 << 20]
            at = chance.randrange(len(block) - 100)
            file.write(block[:at] + str(path(number)).encode() + block[at + 60 :])


with tempfile.TemporaryDirectory(dir=BASE) as scratch:
    source = f"{scratch}/source"
    fill(source)
    names = [f"{source}/{name}" for name in os.listdir(source)]
    homes: list[Store] = []

    def prepare() -> None:
        while homes:
            store = homes.pop()
            store.close()
            subprocess.run(["chmod", "-R", "u+w", store.home], check=True)
            shutil.rmtree(store.home)
        homes.append(Store.open(f"{scratch}/home"))
        for number in range(16):
            place = f"{homes[0].home}/tmp/output"
            os.mkdir(place)
            with open(f"{place}/number", "w") as file:
                file.write(str(number))
            lies = (place, scratch_path("input", str(number), "out"))
            assert homes[0].add_outputs({"out": lies}, candidates=[])["out"].path == path(number)
        shutil.copytree(source, f"{homes[0].home}/tmp/output")

    def add(count: int) -> None:
        candidates = [path(number) for number in range(count)]
        output = (f"{homes[0].home}/tmp/output", scratch_path("scan", "1", "out"))
        added = homes[0].add_outputs({"out": output}, candidates=candidates)
        assert len(added["out"].references) == 16

    with open(f"{scratch}/patterns", "w") as patterns:
        patterns.writelines(f"{path(number).hash}\n" for number in range(200))
    grep = ["grep", "-a", "-c", "-F", "-f", f"{scratch}/patterns", *names]
    table(
        function("hashing 1 GiB alone", lambda: [digest_file(name) for name in names], runs=3),
        function("grep -F, 200 patterns", lambda: subprocess.run(grep, stdout=subprocess.DEVNULL), runs=1),
        function("hash, scan and store, 200 references", lambda: add(200), runs=3, before=prepare),
        function("hash, scan and store, 10,000 references", lambda: add(10_000), runs=3, before=prepare),
        budget="800 ms, independent of how many are possible",
    )
    prepare()
