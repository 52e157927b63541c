"""A source looked for in the cache, then in local directories, then at its origins in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

from bootstrap.errors import DigestMismatch, FetchError, Interrupted
from bootstrap.fetch.cache import Cache, Incoming
from bootstrap.fetch.origin import OriginFailed, Patience, WrongBytes
from bootstrap.recipe.model import Debian, Source, Url

if TYPE_CHECKING:
    from bootstrap.fetch.collect import Collected
    from bootstrap.fetch.debian import Apt


@dataclass(frozen=True, slots=True)
class _Place:
    """Somewhere to look: what it is called, and how to fill an `Incoming` from it."""

    name: str
    bring: Callable[[Incoming], None]


class Fetcher:
    """Brings sources into the cache at `cache_dir`. Used by many threads and processes at once.

    cache_dir     the home's ``sources``; see `cache` for what lies in it
    local_dirs    looked in first, by file name and by sha256
    offline       look in the cache and in `local_dirs` only; the network is not touched
    jobs          how many files `fetch_all` and `collect` bring at once
    on_progress   called from any thread with a source and how many of its bytes are there; for a
                  file that had to be brought, the last call has all of them
    allow_http    let addresses without TLS pass: for tests with a server of their own
    """

    def __init__(
        self,
        cache_dir: Path,
        *,
        local_dirs: Iterable[Path] = (),
        offline: bool = False,
        jobs: int = 4,
        on_progress: Callable[[Source, int], None] | None = None,
        patience: Patience | None = None,
        apt: Apt | None = None,
        allow_http: bool = False,
    ) -> None:
        self._cache = Cache(cache_dir)
        self._local_dirs = tuple(local_dirs)
        self._offline = offline
        self._jobs = jobs
        self._on_progress = on_progress
        self._patience = patience or Patience()
        self._apt = apt
        self._allow_http = allow_http
        self._cancelled = Event()
        self._lock = Lock()
        self._debian: Callable[[Debian, Incoming], None] | None = None

    def have(self, source: Source) -> Path | None:
        """The source in the cache, verified when it came and still of the right size, or None."""
        return self._cache.have(source)

    def fetch(self, source: Source) -> Path:
        """The source in the cache, brought there if need be.

        Waits if another thread or process is bringing the same one. Errors: FetchError with every
        origin and its reason; DigestMismatch if one of them gave other bytes; StoreError if the
        cache cannot be written; Interrupted after `cancel`.
        """
        path = self._cache.have(source)
        if path is not None:
            self._cache.note_use(path)
            return path
        with self._cache.lock(source.sha256, self._cancelled):
            return self._cache.have(source) or self._bring(source)

    def fetch_all(self, sources: Iterable[Source]) -> dict[Source, Path]:
        """All of them, several at once.

        The failures of all are collected into one FetchError; into a DigestMismatch if one is.
        """
        from concurrent.futures import ThreadPoolExecutor

        wanted = list(dict.fromkeys(sources))
        paths: dict[Source, Path] = {}
        failures: list[FetchError] = []
        with ThreadPoolExecutor(self._jobs, "fetch") as pool:
            futures = [(source, pool.submit(self.fetch, source)) for source in wanted]
            try:
                for source, future in futures:
                    try:
                        paths[source] = future.result()
                    except FetchError as error:
                        failures.append(error)
            except BaseException:
                self.cancel()
                pool.shutdown(cancel_futures=True)
                raise
        if len(failures) == 1:
            raise failures[0]
        if failures:
            wrong = any(isinstance(error, DigestMismatch) for error in failures)
            raise (DigestMismatch if wrong else FetchError)(
                "\n".join(error.message for error in failures), hint=_HINT_MANY
            )
        return paths

    def collect(self, sources: Iterable[Source], to_dir: Path) -> tuple[Collected, ...]:
        """All of them in one directory that serves as ``--sources DIR``; see `collect.collect`."""
        from bootstrap.fetch.collect import collect

        return collect(self.fetch_all(sources), to_dir)

    def cancel(self) -> None:
        """End every transfer; whatever waits for one, now or later, gets Interrupted."""
        self._cancelled.set()

    def _bring(self, source: Source) -> Path:
        failures: list[tuple[str, OriginFailed]] = []
        with self._cache.incoming(source, lambda done: self._tell(source, done)) as incoming:
            if incoming.done == source.size:  # killed between the last byte and the new name
                try:
                    incoming.verify()
                    return incoming.keep()
                except WrongBytes:
                    incoming.restart()
            for place in self._places(source):
                if self._cancelled.is_set():
                    raise Interrupted(f"interrupted while fetching {source.file}")
                try:
                    place.bring(incoming)
                    return incoming.keep()
                except OriginFailed as failure:
                    failures.append((place.name, failure))
        raise _failed(source, failures)

    def _places(self, source: Source) -> Iterator[_Place]:
        from bootstrap.fetch import local

        for directory in self._local_dirs:
            yield _Place(str(directory), partial(local.bring, directory))
        for origin in source.origins:
            match origin:
                case Url(url=url):
                    yield _Place(url, partial(self._https, url))
                case Debian(path=path):
                    yield _Place(f"Debian archive, {path}", partial(self._from_debian, origin))

    def _https(self, url: str, incoming: Incoming) -> None:
        if self._offline:
            raise OriginFailed(_OFFLINE)
        from bootstrap.fetch import https

        https.bring(
            url,
            incoming,
            patience=self._patience,
            cancelled=self._cancelled,
            allow_http=self._allow_http,
        )

    def _from_debian(self, origin: Debian, incoming: Incoming) -> None:
        if self._offline:
            raise OriginFailed(_OFFLINE)
        from bootstrap.fetch.debian import Apt, DebianArchives

        with self._lock:
            if self._debian is None:
                self._debian = DebianArchives(
                    self._apt or Apt(), patience=self._patience, cancelled=self._cancelled
                ).bring
        self._debian(origin, incoming)

    def _tell(self, source: Source, done: int) -> None:
        if self._on_progress is not None:
            self._on_progress(source, done)


_OFFLINE = "not asked: offline"
_HINT_MANY = (
    "files fetched by other means can be put into a directory, by name or by sha256; pass --sources DIR"
)


def _failed(source: Source, failures: list[tuple[str, OriginFailed]]) -> FetchError:
    wrong = any(isinstance(failure, WrongBytes) for _, failure in failures)
    lines = [
        f"{source.file}: " + ("other bytes came than those pinned" if wrong else "not to be had"),
        f"    expected: sha256 {source.sha256}, {source.size} bytes",
        *(f"    {name}: {failure}" for name, failure in failures),
    ]
    if not failures:
        lines.append("    the source names no origin")
    hint = f"put the file, named {source.file} or by its sha256, into a directory and pass --sources DIR"
    if wrong:
        hint += "; before pinning another digest, find out who changed the file and why"
    return (DigestMismatch if wrong else FetchError)("\n".join(lines), hint=hint)
