"""What bench/python.py has each Python do. Prints a JSON object: task → CPU seconds (least of five runs)."""

import decimal
import hashlib
import json
import os
import re
import sys
import time
import zlib
from collections.abc import Callable

TEXT = "the cat and the dog and the bird, 17 of them, saw 4 mice in 1980; " * 4_000


def loop() -> None:
    total = 0
    for number in range(400_000):
        total += number * number & 255


def calls() -> None:
    def fibonacci(n: int) -> int:
        return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

    fibonacci(24)


def floats() -> None:
    """Two bodies around each other."""
    x, y, vx, vy = 1.0, 0.0, 0.0, 1.0
    for _ in range(60_000):
        pull = (x * x + y * y) ** -1.5 * 0.001
        vx -= x * pull
        vy -= y * pull
        x += vx * 0.001
        y += vy * 0.001


def objects() -> None:
    class Node:
        def __init__(self, value: int, following: "Node | None") -> None:
            self.value = value
            self.following = following

    for _ in range(10):
        first: Node | None = None
        for value in range(5_000):
            first = Node(value, first)
        while first:
            first = first.following


def words() -> None:
    counts: dict[str, int] = {}
    for word in TEXT.split():
        counts[word] = counts.get(word, 0) + 1
    sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def regular_expressions() -> None:
    re.sub(r"(\w+) and (\w+)", r"\2 and \1", TEXT)
    re.findall(r"\b\d+\b", TEXT)


def serialisation() -> None:
    for _ in range(4):
        json.loads(json.dumps([{"name": f"item {n}", "size": n, "ratio": n / 7} for n in range(2_000)]))


def sorting() -> None:
    sorted((number * 7919 % 100_003 for number in range(60_000)), key=str)


def integers() -> None:
    3**60_000 % (10**5_000 + 1)
    for _ in range(20):
        str(7**5_000)


def decimals() -> None:
    with decimal.localcontext() as context:
        context.prec = 1_000
        total = decimal.Decimal(0)
        for n in range(1, 3_000):
            total += decimal.Decimal(1) / n
        total.sqrt()


def compression() -> None:
    zlib.decompress(zlib.compress(TEXT.encode() * 4, 6))


def digests() -> None:
    hashlib.sha256(bytes(10_000_000)).digest()


def start() -> float:
    """A Python with nothing to do, from its start to its end: CPU time, the least of ten."""
    runs = []
    for _ in range(10):
        child = os.posix_spawn(sys.executable, [sys.executable, "-c", ""], os.environ)
        usage = os.wait4(child, 0)[2]
        runs.append(usage.ru_utime + usage.ru_stime)
    return min(runs)


def seconds(task: Callable[[], None]) -> float:
    """CPU time, the least of five runs."""
    runs = []
    for _ in range(5):
        began = time.process_time()
        task()
        runs.append(time.process_time() - began)
    return min(runs)


TASKS = (
    loop,
    calls,
    floats,
    objects,
    words,
    regular_expressions,
    serialisation,
    sorting,
    integers,
    decimals,
    compression,
    digests,
)

if __name__ == "__main__":
    figures = {task.__name__.replace("_", " "): seconds(task) for task in TASKS}
    print(json.dumps({**figures, "start": start()}))
