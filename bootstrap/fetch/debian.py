"""An origin: a file of a Debian archive by its pool path, through the host's apt.

apt knows which mirrors this host uses, through which proxy, with which certificates and passwords;
``apt-helper download-file`` fetches one file with all that (apt-helper --help), needs no package
lists, no ``deb-src`` line and no root. Started by root, apt downloads as its user ``_apt`` where
that user can write, else as root.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock
from urllib.parse import quote, urlsplit

from bootstrap.errors import Interrupted
from bootstrap.fetch import local
from bootstrap.fetch.cache import Incoming
from bootstrap.fetch.origin import OriginFailed, Patience, WrongBytes
from bootstrap.recipe.model import Debian

_TARGETS = "$(ORIGIN)\t$(LABEL)\t$(REPO_URI)"
"""Fields of ``apt-get indextargets --format`` (apt-get(8)); one line per index."""

_RELEASE = re.compile(r"'([^']+)/dists/[^']+/(?:InRelease|Release)' ")
"""A line of ``apt-get update --print-uris`` for an archive that has a pool."""

_GOT = re.compile(r"Hashes of received file:.*?SHA256:([0-9a-f]{64})", re.DOTALL)
_FAILED = re.compile(r"^E: Failed to fetch \S+ +(.*)$", re.MULTILINE)
_ERROR = re.compile(r"^E: (.*)$", re.MULTILINE)

_NOT_FETCHED, _OTHERS = 2, 3
"""Ranks, after 0 for Debian itself and 1 for what else is Debian's."""

_TICK = 0.02
"""Seconds between two looks at a download."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apt:
    """The programs of apt that are used."""

    get: str = "apt-get"
    helper: str = "/usr/lib/apt/apt-helper"


class DebianArchives:
    """The Debian archives that this host's apt is set to, asked for once."""

    def __init__(self, apt: Apt, *, patience: Patience, cancelled: Event) -> None:
        self._apt = apt
        self._patience = patience
        self._cancelled = cancelled
        self._lock = Lock()
        self._archives: tuple[str, ...] | OriginFailed | None = None

    def bring(self, origin: Debian, incoming: Incoming) -> None:
        """Fill `incoming` from the first archive that holds the file, and verify it.

        Errors: OriginFailed with the reason of each archive, WrongBytes if one gave other bytes,
        Interrupted.
        """
        reasons: list[str] = []
        wrong = False
        for archive in self.archives():
            try:
                return self._download(archive + quote(origin.path, safe="/+~:_-."), incoming)
            except OriginFailed as failure:
                wrong = wrong or isinstance(failure, WrongBytes)
                reasons.append(f"{_without_login(archive)}: {failure}")
        raise (WrongBytes if wrong else OriginFailed)("; ".join(reasons))

    def archives(self) -> tuple[str, ...]:
        """Addresses of archives, each ending in "/"; OriginFailed if there are none to be had.

        Those that call themselves Debian (Origin and Label of their Release files) come first,
        then those whose Origin is Debian (security, backports), then those that apt is set to but
        has not fetched a Release file of. Others, of a derivative, are asked only where there is no
        Debian archive at all.
        """
        with self._lock:
            if self._archives is None:
                try:
                    self._archives = self._find()
                except OriginFailed as failure:
                    self._archives = failure
            if isinstance(self._archives, OriginFailed):
                raise OriginFailed(str(self._archives))
            return self._archives

    def _find(self) -> tuple[str, ...]:
        if shutil.which(self._apt.get) is None:
            raise OriginFailed("this host has no apt (no apt-get on PATH)")
        if shutil.which(self._apt.helper) is None:
            raise OriginFailed(f"this host's apt has no {self._apt.helper}")
        found: dict[str, int] = {}
        for line in self._ask("indextargets", "--format", _TARGETS).splitlines():
            archive_origin, label, uri = [*line.split("\t"), "", ""][:3]
            rank = (archive_origin != "Debian") * _OTHERS + (label != "Debian")
            if uri:
                found[uri] = min(rank, found.get(uri, rank))
        for uri in self._not_fetched():
            found.setdefault(uri, _NOT_FETCHED)
        if not found:
            raise OriginFailed("this host's apt is set to no archive with a pool (apt-get indextargets)")
        if any(rank <= _NOT_FETCHED for rank in found.values()):
            found = {uri: rank for uri, rank in found.items() if rank <= _NOT_FETCHED}
        return tuple(_usable(uri) for uri in sorted(found, key=lambda uri: found[uri]))

    def _not_fetched(self) -> list[str]:
        """Every archive that apt is set to: `indextargets` tells of those that it knows already."""
        try:
            return [f"{uri}/" for uri in _RELEASE.findall(self._ask("update", "--print-uris"))]
        except OriginFailed:
            return []

    def _ask(self, *arguments: str) -> str:
        try:
            done = subprocess.run(
                [self._apt.get, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=_environment(),
                timeout=self._patience.answer,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OriginFailed(f"{self._apt.get} {arguments[0]}: {error}") from error
        if done.returncode != 0:
            said = _reason(done.stderr.decode(errors="replace"), done.returncode)
            raise OriginFailed(f"{self._apt.get} {arguments[0]}: {said}")
        return done.stdout.decode(errors="replace")

    def _download(self, uri: str, incoming: Incoming) -> None:
        directory = incoming.directory
        shutil.rmtree(directory, ignore_errors=True)
        try:
            directory.mkdir()
            if os.geteuid() == 0:
                _give_to_apt(directory)
            self._run(uri, directory, incoming)
            with (directory / "file").open("rb", buffering=0) as file:
                local.fill(incoming, file)
        except OSError as error:
            raise OriginFailed(f"apt-helper: {error}") from error
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    def _run(self, uri: str, directory: Path, incoming: Incoming) -> None:
        source = incoming.source
        command = [
            self._apt.helper,
            "-qq",
            *("-o", f"Acquire::Retries={self._patience.attempts - 1}"),
            "download-file",
            uri,
            str(directory / "file"),
            f"SHA256:{source.sha256}",
            # With it apt stops at the first byte too many.
            f"Checksum-FileSize:{source.size}",
        ]
        log = directory / "log"
        with log.open("wb") as said:
            # A session of its own: the whole of it, with apt's methods, can be ended at once.
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                env=_environment(),
                start_new_session=True,
            )
        try:
            self._wait(process, directory / "file", incoming)
        finally:
            _end(process)
        if process.returncode != 0:
            text = log.read_text(errors="replace")
            reason = _reason(text, process.returncode)
            if got := _GOT.search(text):
                raise WrongBytes(f"gives other bytes: sha256 {got[1]}")
            if "unexpected size" in reason or "Hash Sum mismatch" in reason:
                raise WrongBytes(reason)
            raise OriginFailed(reason)

    def _wait(self, process: subprocess.Popen[bytes], file: Path, incoming: Incoming) -> None:
        patience = self._patience
        moved = time.monotonic()
        size = -1
        while True:
            try:
                process.wait(_TICK)
                return
            except subprocess.TimeoutExpired:
                pass
            if self._cancelled.is_set():
                raise Interrupted(f"interrupted while fetching {incoming.source.file}")
            now = time.monotonic()
            try:
                there = file.stat().st_size
            except OSError:
                there = 0
            if there != size:
                size, moved = there, now
                incoming.report(min(there, incoming.source.size))
            if there > incoming.source.size:
                raise WrongBytes(f"sends more than the {incoming.source.size} bytes pinned")
            # apt has timeouts and retries of its own; this one is for when they do not bite.
            if now - moved > patience.attempts * (patience.connect + patience.stall):
                raise OriginFailed("apt-helper makes no progress")


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}


def _usable(uri: str) -> str:
    """An archive's address as apt-helper wants it: of a file: address it makes a link, no copy."""
    uri = uri if uri.endswith("/") else uri + "/"
    return "copy:" + uri.removeprefix("file:") if uri.startswith("file:") else uri


def _without_login(uri: str) -> str:
    parts = urlsplit(uri)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if "@" in parts.netloc else uri


def _give_to_apt(directory: Path) -> None:
    try:
        os.chown(directory, pwd.getpwnam("_apt").pw_uid, -1)
    except (KeyError, OSError):
        pass  # apt then downloads as root, and says so


def _reason(said: str, status: int) -> str:
    found = _FAILED.search(said) or _ERROR.search(said)
    return found[1].strip() if found else f"apt ended with status {status}"


def _end(process: subprocess.Popen[bytes], signals: Sequence[int] = (signal.SIGTERM, signal.SIGKILL)) -> None:
    """Nothing of the process's session is left running."""
    for number in signals:
        if process.poll() is not None:
            return
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            pass
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            continue
