"""Where things lie beneath BOOTSTRAP_HOME.

store/<hash>-<name>         outputs
files/<2>/<62>[x]           contents of regular files, by BLAKE3 and executable bit, hard-linked
db.sqlite                   facts
locks/                      files that flock(2) is taken on
in-use                      an empty file with one byte to be locked for each path: who uses it now
uses/<hash>-<name>          empty; its time is the last use of the path
roots/<name>                links to store paths that are to be kept
tmp/<random>/               of running builds; each is flocked by its owner
kept/<name>/                build directories of failed builds that somebody asked to keep
logs/<2>/<62>-<random>.log  of builds, by planned id
sources/                    verified sources (not the store's)
"""

from __future__ import annotations

import os
from typing import NamedTuple

from bootstrap.digest import Digest
from bootstrap.storepath import StorePath


class Layout(NamedTuple):
    """The real places of a store whose home is this absolute path."""

    home: str

    @property
    def store(self) -> str:
        return f"{self.home}/store"

    @property
    def files(self) -> str:
        return f"{self.home}/files"

    @property
    def database(self) -> str:
        return f"{self.home}/db.sqlite"

    @property
    def locks(self) -> str:
        return f"{self.home}/locks"

    @property
    def in_use(self) -> str:
        return f"{self.home}/in-use"

    @property
    def uses(self) -> str:
        return f"{self.home}/uses"

    @property
    def roots(self) -> str:
        return f"{self.home}/roots"

    @property
    def tmp(self) -> str:
        return f"{self.home}/tmp"

    @property
    def kept(self) -> str:
        return f"{self.home}/kept"

    @property
    def logs(self) -> str:
        return f"{self.home}/logs"

    def real(self, path: StorePath) -> str:
        """Where a store path really lies."""
        return f"{self.home}/store/{path.hash}-{path.name}"

    def new_log(self, id: Digest) -> str:
        """A name for the log of one build of this derivation; its directory exists afterwards."""
        name = id.hex
        directory = f"{self.logs}/{name[:2]}"
        os.makedirs(directory, mode=0o755, exist_ok=True)
        return f"{directory}/{name[2:]}-{os.urandom(4).hex()}.log"

    def make(self) -> None:
        """Makes the directories that must exist; OSError if it cannot."""
        for directory in (self.home, self.store, self.files, self.locks, self.tmp, self.logs):
            os.makedirs(directory, mode=0o755, exist_ok=True)
