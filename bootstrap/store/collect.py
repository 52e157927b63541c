"""Removing garbage while builds go on and programs run; a kill at any instant does no harm.

Of so many paths at a time:

1. Each is claimed: its lock of `bootstrap.store.uses` taken exclusively. What cannot be claimed, was
   used since it was marked, or has a root by now, stays with all that it refers to.
2. One transaction forgets those that nothing else refers to. It is on disk before anything is
   removed, since a power cut must not bring back names of what is gone.
3. The trees are moved aside, into a directory that is swept up if this process is killed, and the
   claims end. Only then are they removed, which takes longest.

So nobody waits for a collector who does not want the very path that is just going. Why nothing goes
that somebody uses: who has found a path holds its lock. What the path refers to has a referrer that
is registered, and step 2 leaves it alone, until the claim on the path itself, which fails.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from threading import Event

from bootstrap.errors import Interrupted
from bootstrap.store.facts import Facts
from bootstrap.store.garbage import reach
from bootstrap.store.layout import Layout
from bootstrap.store.locks import lock
from bootstrap.store.mark import Marked, mark
from bootstrap.store.places import new_place, sweep
from bootstrap.store.policy import Collected, Garbage, Policy
from bootstrap.store.removal import remove_tree
from bootstrap.store.roots import roots
from bootstrap.store.trouble import system_error
from bootstrap.store.uses import Uses, last_uses
from bootstrap.store.weigh import Weights, sweep_pool
from bootstrap.storepath import PREFIX, StorePath

_AT_ONCE = 1000
"""Paths that are claimed together, if they are not large."""
_BYTES_AT_ONCE = 1 << 30
_LOG_OF_A_RUNNING_BUILD = 86400.0
"""Seconds for which a log without a record may still be one."""


def find(layout: Layout, facts: Facts, policy: Policy) -> Collected:
    """What `collect` would do now; changes nothing."""
    marked = mark(layout, facts, policy, weigh=True)
    there = _entries(layout.store)
    return Collected(
        garbage=tuple(marked.garbage),
        freed=marked.freed,
        leftovers=len(_unknown(there, facts)),
        size=None if marked.size is None else marked.size - marked.freed,
    )


def collect(
    layout: Layout,
    facts: Facts,
    policy: Policy,
    *,
    cancel: Event,
    on_progress: Callable[[int, int], None],
    on_wait: Callable[[], None] | None,
) -> Collected:
    """Removes what may go by this policy, and whatever killed processes left.

    Calls `on_progress` with how many paths are gone, of how many; `on_wait` if another collector is
    at work, which is waited for. Interrupted soon after `cancel` is set, with nothing half-done.
    """
    with lock(f"{layout.locks}/collect", on_wait=on_wait, cancel=cancel):
        marked = mark(layout, facts, policy, weigh=False)
        work = _Collection(layout, facts, marked)
        try:
            for start, batch in _batches(marked.garbage):
                on_progress(start, len(marked.garbage))
                _go_on(cancel)
                work.remove(batch)
            on_progress(len(marked.garbage), len(marked.garbage))
            _go_on(cancel)
            leftovers = work.remove_leftovers()
            _go_on(cancel)
            sweep(layout)
            _sweep_logs(layout, facts)
            freed = sweep_pool(layout)
        except OSError as error:
            raise system_error("collect garbage", error) from error
        finally:
            work.close()
    gone = tuple(each for each in marked.garbage if each.path in work.gone)
    return Collected(
        garbage=gone,
        freed=sum(each.size for each in gone) if freed is None else freed,
        leftovers=leftovers,
        spared=len(marked.garbage) - len(gone),
        size=None if policy.max_size is None else store_size(layout, facts),
    )


def store_size(layout: Layout, facts: Facts) -> int:
    """Bytes in the store; what paths share counts once."""
    return Weights(layout, without_links=facts.total_size()).total


def kept_directories(layout: Layout) -> list[str]:
    """Where the directories of failed builds lie that somebody asked to keep."""
    try:
        return [f"{layout.kept}/{name}" for name in sorted(os.listdir(layout.kept))]
    except FileNotFoundError:
        return []


def remove_kept(layout: Layout) -> int:
    """Removes them; how many."""
    directories = kept_directories(layout)
    try:
        for directory in directories:
            remove_tree(directory)
    except OSError as error:
        raise system_error("remove what was kept of failed builds", error) from error
    return len(directories)


class _Collection:
    """One collector at work; `gone` are the paths that it has removed."""

    def __init__(self, layout: Layout, facts: Facts, marked: Marked) -> None:
        self.gone: set[StorePath] = set()
        self._layout = layout
        self._facts = facts
        self._marked = marked
        self._uses = Uses(layout)
        self._spared: set[int] = set()

    def close(self) -> None:
        self._uses.close()

    def remove(self, garbage: Sequence[Garbage]) -> None:
        """Removes those that may still go."""
        claimed: list[StorePath] = []
        with new_place(self._layout) as aside:
            try:
                for each in garbage:
                    if self._row(each.path) in self._spared:
                        continue
                    if not self._uses.claim(each.path):
                        self._spare([each.path])
                        continue
                    claimed.append(each.path)
                    if self._was_used(each.path):
                        self._spare([each.path])
                self._spare({root.path for root in roots(self._layout)}.intersection(claimed))
                going = [path for path in claimed if self._row(path) not in self._spared]
                gone = self._facts.forget_paths(going)
                self._spare(set(going) - gone)
                for path in gone:
                    self._move(path, aside.path)
                self.gone |= gone
            finally:
                self._uses.release()

    def remove_leftovers(self) -> int:
        """Removes what lies in the store and is not registered, and notes of use of what is no more;
        how many of the former."""
        there = _entries(self._layout.store)
        noted = _entries(self._layout.uses)
        removed = 0
        with new_place(self._layout) as aside:
            for path in _unknown(there | noted, self._facts):
                try:
                    if self._uses.claim(path) and not self._facts.has(path):
                        removed += self._move(path, aside.path)
                finally:
                    self._uses.release()
        return removed

    def _row(self, path: StorePath) -> int:
        return self._marked.rows[path.hash]

    def _spare(self, paths: Collection[StorePath]) -> None:
        if paths:
            self._spared |= reach([self._row(path) for path in paths], self._marked.references)

    def _was_used(self, path: StorePath) -> bool:
        now = last_uses(self._layout, [path.basename])
        return now.get(path.basename) != self._marked.uses.get(path.basename)

    def _move(self, path: StorePath, aside: str) -> bool:
        """Moves a claimed path out of the store; whether it was there."""
        real, target = self._layout.real(path), f"{aside}/{path.basename}"
        try:
            try:
                os.rename(real, target)
            except PermissionError:
                os.chmod(real, 0o700)  # renaming a directory rewrites its "..", see `add`
                os.rename(real, target)
            there = True
        except FileNotFoundError:
            there = False
        try:
            os.unlink(f"{self._layout.uses}/{path.basename}")
        except FileNotFoundError:
            pass
        return there


def _batches(garbage: Sequence[Garbage]) -> Iterator[tuple[int, Sequence[Garbage]]]:
    """Pieces to be removed at once, each with the number of paths before it."""
    start = size = 0
    for end, each in enumerate(garbage, 1):
        size += each.size
        if end - start == _AT_ONCE or size >= _BYTES_AT_ONCE or end == len(garbage):
            yield start, garbage[start:end]
            start, size = end, 0


def _entries(directory: str) -> set[str]:
    try:
        return set(os.listdir(directory))
    except FileNotFoundError:
        return set()


def _unknown(names: set[str], facts: Facts) -> list[StorePath]:
    """Those of the base names that are no registered path's, but could be one's."""
    found = []
    for name in sorted(names.difference([base for _, _, base, _, _ in facts.rows_of_paths()])):
        try:
            found.append(StorePath.parse(f"{PREFIX}/{name}"))
        except ValueError:
            continue  # somebody else's
    return found


def _sweep_logs(layout: Layout, facts: Facts) -> None:
    """Removes logs of builds that ended without a record."""
    known = facts.logs()
    before = time.time() - _LOG_OF_A_RUNNING_BUILD
    for directory in os.listdir(layout.logs):
        with os.scandir(f"{layout.logs}/{directory}") as entries:
            for entry in entries:
                if f"logs/{directory}/{entry.name}" in known:
                    continue
                if entry.stat(follow_symlinks=False).st_mtime < before:
                    os.unlink(entry.path)


def _go_on(cancel: Event) -> None:
    if cancel.is_set():
        raise Interrupted("interrupted; what is not gone yet is as it was")
