"""What is counted, and how one looks for damage and for what was left behind."""

from __future__ import annotations

import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bootstrap.store import Store
from bootstrap.storepath import StorePath

_PATIENCE = 20.0
"""Seconds within which the kernel must have ended what belonged to a killed process."""


@dataclass(kw_only=True)
class Tally:
    """One line of the table."""

    fault: str
    injected: int = 0
    survived: int = 0
    bytes_lost: int = 0
    corrupt: int = 0
    """Registered paths that are not what their name says."""
    left: int = 0
    """Processes and mounts that outlived what they belonged to."""
    notes: list[str] = field(default_factory=list)
    """What went wrong, for whoever mends it."""

    @property
    def good(self) -> bool:
        return self.injected == self.survived and not (self.bytes_lost or self.corrupt or self.left)

    def count(self, what: str, wrong: list[str]) -> None:
        """One fault, and what was wrong after it."""
        self.injected += 1
        self.survived += not wrong
        self.notes += [f"{what}: {each}" for each in wrong]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Watch:
    """A home before a fault; `compare` tells what the fault did to it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._mounts = _own_mounts(home)
        with Store.open(home) as store:
            self._before = _registered(store)

    def compare(self, tally: Tally) -> list[str]:
        """Adds damage to the tally; a line for each thing that is wrong."""
        wrong = []
        left = outlivers(self._home)
        mounts = _own_mounts(self._home) - self._mounts
        tally.left += len(left) + len(mounts)
        wrong += [f"still there: {each}" for each in [*left, *mounts]]
        with Store.open(self._home) as store:
            after = _registered(store)
            for path, size in self._before.items():
                if path not in after:
                    tally.bytes_lost += size
                    wrong.append(f"no longer in the store: {path}")
            for path, size in after.items():
                damage = store.verify(path)
                if damage is not None:
                    tally.corrupt += 1
                    tally.bytes_lost += size
                    wrong.append(f"{path}: {damage.what}")
        return wrong


def outlivers(home: Path) -> list[str]:
    """Processes that work in this home or see a mount of it, once they have had time to end."""
    deadline = time.monotonic() + _PATIENCE
    while found := _users(str(home)):
        if time.monotonic() > deadline:
            return found
        time.sleep(0.01)
    return []


def _registered(store: Store) -> dict[StorePath, int]:
    rows = store._database.read("SELECT hash, name, size FROM paths")
    return {StorePath(hash, name): size for hash, name, size in rows}


def _users(home: str) -> list[str]:
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        try:
            process = Path("/proc", entry)
            told = process.joinpath("environ").read_bytes() + process.joinpath("cmdline").read_bytes()
            mounts = process.joinpath("mountinfo").read_text()
        except OSError:
            continue
        if f"BOOTSTRAP_HOME={home}\0".encode() in told or (home in mounts and not _is_ours(process)):
            found.append(f"process {entry}: {told[-100:]!r}")
    return found


def _is_ours(process: Path) -> bool:
    """Whether it sees the mounts that we see."""
    try:
        return os.readlink(process / "ns/mnt") == os.readlink("/proc/self/ns/mnt")
    except OSError:
        return True


def _own_mounts(home: Path) -> set[str]:
    """Mounts of ours at or beneath a home, or made from it."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return {line for line in lines if f"{home}/" in line}
