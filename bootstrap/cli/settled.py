"""What was found in order before need not be looked at again.

After a run that ended well, the state of every file that was read to plan it is remembered with
the results. While none of them has changed, the same run has nothing to do: no evaluation, no
planning, one look into the store. A file counts as changed if its change time (ctime of inode(7),
which nobody can set back, and which an executable bit moves, too), size or inode is another one. A
run is not remembered if a file was changed after the project began to be read, or so shortly before
that a second change could hide in the same tick of the clock.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bootstrap import __version__
from bootstrap.digest import digest
from bootstrap.errors import StoreError
from bootstrap.store import Store
from bootstrap.storepath import StorePath

_TICK_NS = 100_000_000
"""A file changed so shortly before it was read may change again without showing it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One output of a target: name@version, output, and where it is."""

    title: str
    output: str
    path: StorePath


def key(root: str, targets: Sequence[str], options: Iterable[tuple[str, str]], kind: str) -> str:
    """What a run is remembered by: the question, and the version of what answers it."""
    question = [__version__, _engine(), root, list(targets), list(options), kind]
    return "settled " + digest(json.dumps(question).encode()).hex


def recall(store: Store, key: str) -> list[Answer] | None:
    """The results of that run, if nothing it depended on has changed and all are in the store; they
    are held (`Store.hold`)."""
    data = store.recall(key)
    if data is None:
        return None
    memory = json.loads(data)
    if any(_state(path) != state for path, *state in memory["read"]):
        return None
    answers = [Answer(t, o, StorePath.parse(p)) for t, o, p in memory["answers"]]
    return answers if store.hold([answer.path for answer in answers], wait=False) else None


def remember(store: Store, key: str, read: Iterable[str], answers: Sequence[Answer], *, since: int) -> None:
    """Keeps a run that ended well; `read` are the files and directories that were looked at, from
    `since` on, in nanoseconds since the epoch."""
    states: list[list[Any]] = []
    newest = since - _TICK_NS
    for path in read:
        state = _state(path)
        if state is None or state[0] > newest:
            return
        states.append([path, *state])
    memory = {"read": states, "answers": [[a.title, a.output, str(a.path)] for a in answers]}
    try:
        store.remember(key, json.dumps(memory).encode())
    except StoreError:
        pass  # a store that may not be written to answers all the same


def _state(path: str) -> list[int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return [status.st_ctime_ns, status.st_size, status.st_ino]


def _engine() -> list[Any]:
    """The state of the code that evaluates and plans, so that a newer one answers anew."""
    here = os.path.dirname(os.path.dirname(__file__))
    return [
        [entry.name, entry.stat().st_mtime_ns]
        for package in ("recipe", "plan")
        for entry in sorted(os.scandir(os.path.join(here, package)), key=lambda e: e.name)
        if entry.name.endswith(".py")
    ]
