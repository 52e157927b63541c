"""The store: what the rest of the program works with."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from threading import Event
from typing import TYPE_CHECKING

from bootstrap.digest import Digest
from bootstrap.errors import StoreError
from bootstrap.store.database import Database
from bootstrap.store.durability import boot_id, sync_file_system
from bootstrap.store.facts import Facts
from bootstrap.store.layout import Layout
from bootstrap.store.locks import lock
from bootstrap.store.places import Place, new_place, sweep
from bootstrap.store.trouble import system_error
from bootstrap.store.uses import Uses, note_use
from bootstrap.store.values import Added, BuildRecord, Damage, KeptVerdict, PathInfo, Realisation
from bootstrap.store.verdicts import Verdicts
from bootstrap.storepath import StorePath

if TYPE_CHECKING:
    from bootstrap.store.policy import Collected, Policy
    from bootstrap.store.roots import Root
    from bootstrap.store.verification import Verification

_SETTLED_AFTER = 60.0
"""Seconds after which the kernel has most likely written a path, so that settling waits little."""


class Store:
    """Outputs and the facts about them, beneath one home; used by many threads and processes.

    What looks things up must start quickly: what adds and checks is imported when it is asked for.
    Everything that reads works in a store that may not be written to, and never waits. Every method
    may raise StoreError.
    """

    def __init__(self, layout: Layout, database: Database) -> None:
        self._layout = layout
        self._database = database
        self._facts = Facts(database, layout.home)
        self._verdicts = Verdicts(database)
        self._distrusted: set[StorePath] = set()
        self._uses = Uses(layout)

    @classmethod
    def open(cls, home: str | os.PathLike[str]) -> Store:
        """The store beneath this directory, made if there is none.

        An older store is brought up to date; StoreError for a newer one. Paths that have gone
        through a power cut are checked (see `bootstrap.store.durability`).
        """
        layout = Layout(os.path.abspath(home))
        store = cls(layout, Database(layout.database, make=layout.make))
        try:
            store._check_doubtful()
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Lets go of the database, and of all that is held; the store may be used again and opens it anew."""
        self._database.close()
        self._uses.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def home(self) -> str:
        return self._layout.home

    # paths

    def real(self, path: StorePath) -> str:
        """Where a store path really lies, whether it is there or not."""
        return self._layout.real(path)

    def info(self, path: StorePath) -> PathInfo | None:
        """What is recorded of a path; None if it is not in the store."""
        return self._facts.infos([path]).get(path)

    def infos(self, paths: Iterable[StorePath]) -> dict[StorePath, PathInfo]:
        """What is recorded of those paths that are in the store."""
        return self._facts.infos(paths)

    def closure(self, paths: Iterable[StorePath]) -> tuple[StorePath, ...]:
        """The paths and all that they refer to, sorted; StoreError if one is not in the store."""
        return self._facts.closure(paths)

    def closure_basenames(self, paths: Iterable[StorePath]) -> list[str]:
        """The same as the last parts of the paths: for thousands, as making `StorePath`s takes time."""
        return self._facts.closure_basenames(paths)

    def find_reference(self, path: StorePath, to: StorePath) -> tuple[bytes, int] | None:
        """The first place in `path`, in canonical order, where `to` stands: file from the top, and
        byte offset in it, in its symlink target, or in its name; None if it is nowhere."""
        from bootstrap.store.check import find_reference

        try:
            return find_reference(self.real(path), to)
        except OSError as error:
            raise system_error(f"read {path}", error) from error

    def verify(self, path: StorePath) -> Damage | None:
        """Hashes a path again; what is wrong with it, or None. StoreError if it is not registered."""
        from bootstrap.store.check import check

        info = self.info(path)
        if info is None:
            raise StoreError(f"not in the store: {path}", hint="build it again")
        return check(self._layout, info)

    def verify_all(
        self,
        paths: Iterable[StorePath] | None = None,
        *,
        threads: int,
        on_start: Callable[[int, int], None] = lambda paths, size: None,
        on_read: Callable[[int], None] = lambda count: None,
    ) -> Verification:
        """Hashes paths again (None: everything, the pool and the database too), each file once.

        `on_start` is told how many paths and bytes it comes to at most, `on_read` how many bytes were
        read, in any thread. StoreError if one of the paths is not registered.
        """
        from bootstrap.store.verification import verify

        return verify(
            self._layout, self._facts, self._database, paths, threads, on_start=on_start, on_read=on_read
        )

    def distrust(self, path: StorePath) -> None:
        """From now on, if `add_outputs` of this object has this path to add, what it is given takes
        the place of what lies there."""
        self._distrusted.add(path)

    def forget_damaged(self, path: StorePath) -> tuple[StorePath, ...]:
        """Removes a path, and forgets it with all that refers to it and every realisation with one
        of them; which."""
        from bootstrap.store.removal import remove_tree

        with lock(f"{self._layout.locks}/{path.basename}"):
            gone = self._facts.remove_paths([path])
            try:
                remove_tree(self.real(path))
            except OSError as error:
                raise system_error(f"remove {path}", error) from error
        return tuple(sorted(gone))

    # using

    def hold(self, paths: Iterable[StorePath], *, wait: bool = True, as_used: bool = True) -> bool:
        """Keeps paths, with all that they refer to, from being collected until the store is closed.

        False if one is not in the store; without `wait` also if it is just being removed. Unless
        told otherwise, notes that they are used now. What is added is held already. Whoever works
        with a path holds it first, and only then trusts that it is there.
        """
        wanted = list(paths)
        if not self._uses.hold(wanted, wait=wait):
            return False
        if not self._facts.are_registered(wanted):
            return False
        if as_used:
            note_use(self._layout, wanted)
        return True

    def hold_across_exec(self, paths: Iterable[StorePath]) -> None:
        """Keeps paths that are held already in use by the program that this process becomes, for as
        long as it or a child of it runs."""
        uses = Uses(self._layout)
        uses.hold(paths)
        uses.keep_across_exec()

    # roots

    def roots(self) -> list[Root]:
        """The names that keep closures from being collected, sorted."""
        from bootstrap.store.roots import roots

        return roots(self._layout)

    def set_root(self, name: str, path: StorePath) -> None:
        """Gives a name to a path. UsageError for a bad name; StoreError if the path is not there."""
        from bootstrap.store.roots import set_root

        if not self.hold([path]):
            raise StoreError(f"not in the store: {path}", hint="build it first")
        set_root(self._layout, name, path)

    def remove_root(self, name: str) -> bool:
        """Takes a name away; whether there was one."""
        from bootstrap.store.roots import remove_root

        return remove_root(self._layout, name)

    # collecting

    def find_garbage(self, policy: Policy) -> Collected:
        """What `collect_garbage` would remove; changes nothing and works where nobody may write."""
        from bootstrap.store.collect import find

        return find(self._layout, self._facts, policy)

    def collect_garbage(
        self,
        policy: Policy,
        *,
        cancel: Event | None = None,
        on_progress: Callable[[int, int], None] = lambda gone, of: None,
        on_wait: Callable[[], None] | None = None,
    ) -> Collected:
        """Removes what nothing keeps, while others build and read (see `bootstrap.store.collect`).

        What this store object itself holds stays, too. `on_progress` is told how many paths of how
        many are gone, `on_wait` that another collector is waited for. Interrupted if `cancel` is set.
        """
        from bootstrap.store.collect import collect

        if self._database.read_only:
            raise StoreError(
                f"the store {self.home} may not be written to, so nothing can be collected",
                hint="gc --dry-run only looks",
            )
        return collect(
            self._layout,
            self._facts,
            policy,
            cancel=cancel or Event(),
            on_progress=on_progress,
            on_wait=on_wait,
        )

    def is_larger_than(self, limit: int) -> bool:
        """Whether the store holds more bytes; what paths share counts once."""
        from bootstrap.store.collect import store_size

        # which takes a look at every file, where the sum of all paths does not suffice
        return self._facts.total_size() > limit and store_size(self._layout, self._facts) > limit

    def kept_directories(self) -> list[str]:
        """The directories of failed builds that somebody asked to keep."""
        from bootstrap.store.collect import kept_directories

        return kept_directories(self._layout)

    def remove_kept(self) -> int:
        """Removes these directories; how many."""
        from bootstrap.store.collect import remove_kept

        return remove_kept(self._layout)

    # adding

    def add_outputs(
        self,
        outputs: Mapping[str, tuple[str, StorePath]],
        candidates: Collection[StorePath],
    ) -> dict[str, Added]:
        """Moves finished outputs into the store.

        `outputs`: by name, where it really lies (a directory, file or symlink on the store's file
        system, which is gone afterwards) and its scratch path. `candidates`: every path that may be
        referred to, the closure of the inputs. Gives what became of each. Equal outputs become one
        path. Errors: OutputRefused, and then nothing is added.
        """
        from bootstrap.store.add import add_outputs

        return add_outputs(self._layout, self._facts, self._uses, outputs, candidates, self._distrusted)

    def add_tree(
        self, source: str | os.PathLike[str], name: str, *, candidates: Collection[StorePath] = ()
    ) -> Added:
        """Copies a directory, file or symlink from outside into the store, by content.

        `name` is the part of its store path after the digits. What was seen unchanged since it was
        last added (device, inode, size, times) is not read again, if there are no `candidates`.
        """
        from bootstrap.store.memo import add_tree

        return add_tree(self._layout, self._facts, self._uses, os.fspath(source), name, candidates)

    # derivations

    def realisation(self, id: Digest) -> Realisation | None:
        """What a derivation (planned or resolved) gave here."""
        return self._facts.realisations([id]).get(id)

    def realisations(self, ids: Iterable[Digest]) -> dict[Digest, Realisation]:
        """What those derivations gave that were ever built here; one query."""
        return self._facts.realisations(ids)

    def register(self, ids: Iterable[Digest], outputs: Mapping[str, StorePath]) -> None:
        """Records in one transaction what derivations gave; every path is in the store already."""
        self._facts.register(ids, outputs)

    def forget(self, ids: Iterable[Digest]) -> None:
        """Forgets what these derivations gave: a check that held and does not hold any more."""
        self._facts.forget(ids)

    def lock_derivation(
        self,
        id: Digest,
        *,
        on_wait: Callable[[], None] | None = None,
        cancel: Event | None = None,
    ) -> AbstractContextManager[None]:
        """Holds the right to build this derivation; waits for whoever has it, after calling `on_wait`.

        Interrupted if `cancel` is set while waiting.
        """
        return lock(f"{self._layout.locks}/{id.hex}", on_wait=on_wait, cancel=cancel)

    # verdicts

    def keep_verdict(
        self, id: Digest, *, method: str, verdict: str, causes: Iterable[str], report: bytes
    ) -> bool:
        """Keeps what a check of a (resolved) derivation came to, for as long as its realisation, and
        forgets what `keep_unfinished` kept; False if the realisation is gone."""
        return self._verdicts.keep(id, method=method, verdict=verdict, causes=causes, report=report)

    def verdicts(self, ids: Iterable[Digest]) -> dict[Digest, KeptVerdict]:
        """Those of (resolved) derivations that were checked; one query."""
        return self._verdicts.of(ids)

    def verdict_report(self, id: Digest) -> bytes | None:
        """The report that was kept with a verdict."""
        return self._verdicts.report(id)

    def keep_unfinished(self, id: Digest, *, method: str, state: bytes) -> None:
        """Keeps what a check of a (resolved) derivation knows so far."""
        self._verdicts.keep_unfinished(id, method=method, state=state)

    def unfinished(self, id: Digest, *, method: str) -> bytes | None:
        """What a check by this method knew when it was interrupted."""
        return self._verdicts.unfinished(id, method=method)

    # builds

    def new_build_directory(self) -> AbstractContextManager[Place]:
        """An empty directory on the store's file system (`path`), removed at the end unless `keep()`
        moved it away; swept up later if this process is killed."""
        return new_place(self._layout)

    def log_path(self, id: Digest) -> str:
        """A new name for the log of a build of this (planned) derivation; its directory exists."""
        try:
            return self._layout.new_log(id)
        except OSError as error:
            raise system_error("make a log", error) from error

    def record_build(self, record: BuildRecord) -> None:
        """Keeps what a build took. Of each derivation the last five logs are kept."""
        self._facts.record_build(record)

    def history(self, of: Digest | str) -> tuple[BuildRecord, ...]:
        """Builds of a derivation (planned id) or of a title, the latest first."""
        return self._facts.history(of)

    def last_build(self, of: Digest | str) -> BuildRecord | None:
        """The latest build of a derivation (planned id) or of a title."""
        return self._facts.last_build(of)

    def last_log(self, of: Digest | str) -> str | None:
        """Where the log of the latest build lies; None if there was none."""
        record = self._facts.last_build(of)
        return record.log if record is not None and record.log else None

    def durations(self, titles: Iterable[str]) -> dict[str, BuildRecord]:
        """The last good build of each title that has one; one query."""
        return self._facts.durations(titles)

    # memory

    def remember(self, key: str, value: bytes) -> None:
        """Keeps a value for later runs; the oldest are dropped when all together pass 64 MiB."""
        self._facts.remember(key, value)

    def recall(self, key: str) -> bytes | None:
        """A remembered value; None if there is none (any more)."""
        return self._facts.recall(key)

    # upkeep

    def sweep_leftovers(self) -> int:
        """Removes build directories and locks whose owners were killed; how many directories.

        Also settles what was added a while ago. Quick, and safe while others build.
        """
        if self._database.read_only:
            return 0
        try:
            swept = sweep(self._layout)
        except OSError as error:
            raise system_error("sweep up", error) from error
        self.settle(older_than=_SETTLED_AFTER)
        return swept

    def settle(self, *, older_than: float = 0.0) -> int:
        """Makes sure that what was added (at least so many seconds ago) is on disk; how many paths.

        Waits for the disk if there are any; see `bootstrap.store.durability`.
        """
        now = time.time()
        rows = self._facts.unsettled(boot=boot_id(), before=now - older_than, now=now)
        if rows:
            try:
                sync_file_system(self._layout.store)
            except OSError as error:
                raise system_error("write to disk", error) from error
            self._facts.settle(rows)
        return len(rows)

    def _check_doubtful(self) -> None:
        doubtful = self._facts.doubtful(boot=boot_id())
        if not doubtful or self._database.read_only:
            return
        from bootstrap.store.check import checking

        meanwhile = Uses(self._layout)
        meanwhile.hold(doubtful)
        try:
            there = self._facts.infos(doubtful)  # a collector may have been quicker
            with checking(self._layout, threads=len(os.sched_getaffinity(0))) as checks:
                judged = checks.paths(there.values())
                damaged = [damage.path for _, damage in judged if damage is not None]
        finally:
            meanwhile.close()
        self._facts.remove_paths(damaged)
        sync_file_system(self._layout.store)
        self._facts.settle_paths(doubtful)
