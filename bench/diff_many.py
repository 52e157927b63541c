"""100,000 tiny files, two 4 GB sparse files, and a tar.gz of 10,000 members: beside `diff -rq` and `cmp`."""

import gzip
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile

from measure import environment, function, table

BASE = os.environ.get("BENCH_DIR", "/dev/shm")
ENVIRONMENT = environment("/nonexistent")
PROGRAM = (sys.executable, "-m", "reprocheck.cli", "diff")


def different(*argv: str) -> None:
    """Runs a command that must say that two things differ: exit status 1."""
    done = subprocess.run(argv, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True)
    assert done.returncode == 1, (argv, done)


def archive(last: bytes) -> bytes:
    """A tar.gz of 10,000 members of 1 kB, of which the last one has these bytes."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as out:
        for number in range(10_000):
            data = last if number == 9_999 else b"%1000d" % number
            info = tarfile.TarInfo(f"directory/{number}")
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))
    return gzip.compress(file.getvalue(), 1, mtime=0)


with tempfile.TemporaryDirectory(dir=BASE) as scratch:
    left, right = f"{scratch}/left", f"{scratch}/right"
    for outer in range(100):
        os.makedirs(f"{left}/{outer}")
        for inner in range(1000):
            with open(f"{left}/{outer}/{inner}", "wb") as file:
                file.write(b"%d\n" % inner)
    shutil.copytree(left, right)
    with open(f"{right}/50/500", "w") as file:
        file.write("999\n")
    print("100,000 tiny files, one differs")
    table(
        function("diff -rq", lambda: different("diff", "-rq", left, right), runs=3),
        function("reprocheck diff", lambda: different(*PROGRAM, left, right), runs=3),
    )

    sparse = f"{scratch}/sparse", f"{scratch}/other"
    for name in sparse:
        with open(name, "wb") as file:
            file.truncate(4 << 30)
    with open(sparse[1], "r+b") as file:
        file.seek(-5, os.SEEK_END)
        file.write(b"!")
    print("\ntwo 4 GB sparse files, one byte at the end differs")
    table(
        function("cmp", lambda: different("cmp", *sparse), runs=3),
        function("reprocheck diff", lambda: different(*PROGRAM, *sparse), runs=3),
    )

    archives = f"{scratch}/a.tar.gz", f"{scratch}/b.tar.gz"
    for name, last in zip(archives, (b"one", b"two"), strict=True):
        with open(name, "wb") as out:
            out.write(archive(last))
    print("\na tar.gz of 10,000 members, one differs")
    table(
        function("cmp", lambda: different("cmp", *archives), runs=3),
        function("reprocheck diff", lambda: different(*PROGRAM, *archives), runs=3),
    )
