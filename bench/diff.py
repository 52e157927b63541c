"""A 200 MB tree, and one 200 MB file, with one differing byte: beside `diff -rq`, `cmp` and diffoscope.

The tree is 1,000 files of 200 kB. Peak memory is that of the whole program, Python included.
diffoscope is measured where it is installed, and only with DIFFOSCOPE=1: it takes minutes.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile

from measure import environment, function, table

from reprocheck.compare import diff
from reprocheck.compare.index import dumps, index, loads

BASE = os.environ.get("BENCH_DIR", "/dev/shm")
DIFFOSCOPE = shutil.which("diffoscope") if os.environ.get("DIFFOSCOPE") else None
ENVIRONMENT = environment("/nonexistent")


def different(*argv: str) -> None:
    """Runs a command that must say that two things differ: exit status 1."""
    done = subprocess.run(argv, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True)
    assert done.returncode == 1, (argv, done)


def peak(left: str, right: str) -> str:
    """The peak memory of a comparison; VmHWM, since ru_maxrss counts what was there before exec, too."""
    code = (
        "import sys; from reprocheck.cli.main import status; status(['diff', *sys.argv[1:]]);"
        "print(*[line for line in open('/proc/self/status') if line.startswith('VmHWM')])"
    )
    argv = [sys.executable, "-c", code, left, right]
    done = subprocess.run(argv, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    return done.stdout.split("VmHWM:")[1].strip()


def change(path: str) -> None:
    """Another byte in the middle of a file."""
    with open(path, "r+b") as file:
        middle = os.path.getsize(path) // 2
        file.seek(middle)
        byte = file.read(1)
        file.seek(middle)
        file.write(bytes([byte[0] ^ 1]))


with tempfile.TemporaryDirectory(dir=BASE) as scratch:
    left, right = f"{scratch}/left", f"{scratch}/right"
    os.mkdir(left)
    chance = random.Random(1)
    for outer in range(20):
        os.mkdir(f"{left}/{outer}")
        for inner in range(50):
            with open(f"{left}/{outer}/{inner}", "wb") as file:
                file.write(chance.randbytes(200_000))
    shutil.copytree(left, right)
    change(f"{right}/10/25")
    program = (sys.executable, "-m", "reprocheck.cli", "diff")
    kept = dumps(index(left)), dumps(index(right))

    def with_leaves() -> None:
        found = list(diff(left, right, left_index=loads(kept[0]), right_index=loads(kept[1])))
        assert len(found) == 1

    def hashing() -> None:
        found = list(diff(left, right, left_index=index(left), right_index=index(right)))
        assert len(found) == 1

    figures = [
        function("reprocheck diff, stored leaves read and compared", with_leaves),
        function("reprocheck diff", lambda: different(*program, left, right)),
        function("both trees hashed in parallel, leaves compared", hashing),
    ]
    if DIFFOSCOPE:
        figures.append(function("diffoscope", lambda: different(DIFFOSCOPE, left, right), runs=1))
    print("200 MB tree, one differing byte")
    table(
        function("diff -rq", lambda: different("diff", "-rq", left, right)),
        *figures,
        budget="50 ms with stored leaves, 1.5 s without",
    )

    one, other = f"{scratch}/one", f"{scratch}/other"
    with open(one, "wb") as file:
        for _ in range(200):
            file.write(chance.randbytes(1_000_000))
    shutil.copy(one, other)
    change(other)
    longer = f"{scratch}/longer"
    with open(other, "rb") as source, open(longer, "wb") as file:
        file.write(b"begin")
        shutil.copyfileobj(source, file)
    figures = [
        function("reprocheck diff", lambda: different(*program, one, other)),
        function("reprocheck diff, bytes put in at the front, too", lambda: different(*program, one, longer)),
    ]
    if DIFFOSCOPE:
        figures.append(function("diffoscope", lambda: different(DIFFOSCOPE, one, other), runs=1))
    print("\n200 MB file, one differing byte")
    table(function("cmp", lambda: different("cmp", one, other)), *figures, budget="1 s, 64 MB")
    print(f"peak memory of reprocheck diff: {peak(one, other)}, with bytes put in: {peak(one, longer)}")
