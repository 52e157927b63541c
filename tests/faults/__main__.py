"""python -m tests.faults [--kills N] [--disks N] [--errors N] [--crowd N]

Runs every kind of fault in a directory of its own and prints a table; as root, everything is done
again as an ordinary user. Exit status 1 if anything was lost.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bootstrap.store.removal import remove_tree
from tests.faults.archives import archives
from tests.faults.crowds import crowds
from tests.faults.disks import full_disks
from tests.faults.escapes import escapes
from tests.faults.io_errors import io_errors
from tests.faults.kills import kills
from tests.faults.tally import Tally

NOBODY = 65534


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, metavar="N")
    parser.add_argument("--disks", type=int, default=20, metavar="N")
    parser.add_argument("--errors", type=int, default=60, metavar="N")
    parser.add_argument("--crowd", type=int, default=20, metavar="N")
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    numbers = {"kills": wanted.kills, "disks": wanted.disks, "errors": wanted.errors, "crowd": wanted.crowd}
    tallies = {_user(): list(all_faults(numbers, _say))}
    if os.getuid() == 0:
        tallies["an ordinary user"] = as_ordinary_user(numbers)
    if wanted.json:
        print(json.dumps([tally.as_json() for tally in tallies[_user()]]))
    else:
        report(tallies)
    return 0 if all(tally.good for each in tallies.values() for tally in each) else 1


def all_faults(numbers: dict[str, int], say: Callable[[str], None]) -> Iterator[Tally]:
    kinds: dict[str, Callable[[Path], Tally]] = {
        "kills": lambda directory: kills(directory, numbers["kills"]),
        "full disks": lambda directory: full_disks(directory, numbers["disks"]),
        "I/O errors": lambda directory: io_errors(directory, numbers["errors"]),
        "crowds": lambda directory: crowds(directory, numbers["crowd"]),
        "hostile archives": archives,
        "escape attempts": lambda _: escapes(),
    }
    for name, kind in kinds.items():
        say(f"{name} ...")
        with scratch() as directory:
            yield kind(directory)


@contextmanager
def scratch() -> Iterator[Path]:
    """A directory that is gone afterwards, whatever lies in it."""
    with tempfile.TemporaryDirectory(prefix="bootstrap-faults-", ignore_cleanup_errors=True) as base:
        try:
            yield Path(base)
        finally:
            for entry in os.listdir(base):
                remove_tree(f"{base}/{entry}")


def as_ordinary_user(numbers: dict[str, int]) -> list[Tally]:
    """The same by a user without any rights, in a Python of the system that reads our modules."""
    argv = ["/usr/bin/python3", "-m", "tests.faults", "--json"]
    for name, number in numbers.items():
        argv += [f"--{name}", str(number)]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(filter(None, [os.getcwd(), *sys.path]))}
    done = subprocess.run(
        argv,
        env=environment,
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if not done.stdout:
        raise SystemExit("an ordinary user cannot run this checkout: is it readable for all?")
    return [Tally(**each) for each in json.loads(done.stdout)]


def report(tallies: dict[str, list[Tally]]) -> None:
    heads = ("as", "fault", "injected", "survived", "bytes lost", "corrupt", "processes and mounts left")
    rows = [heads]
    notes = []
    for user, each in tallies.items():
        for tally in each:
            counts = (tally.injected, tally.survived, tally.bytes_lost, tally.corrupt, tally.left)
            rows.append((user, tally.fault, *(f"{count:,}" for count in counts)))
            notes += [f"{user}: {tally.fault}: {note}" for note in tally.notes]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    for row in rows:
        texts = [f"{text:<{width}}" for text, width in zip(row[:2], widths, strict=False)]
        counts = [f"{text:>{width}}" for text, width in zip(row[2:], widths[2:], strict=True)]
        print("  ".join(texts + counts))
    for note in notes:
        print(note)


def _user() -> str:
    return "root" if os.getuid() == 0 else f"uid {os.getuid()}"


def _say(text: str) -> None:
    print(f"{_user()}: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
