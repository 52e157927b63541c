"""Directories for the builds of a subject, on disk and in memory; removed with it.

Those of an owner that was killed are swept up by the next (`bootstrap.store.places`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Literal

from bootstrap.errors import BootstrapError
from bootstrap.store.layout import Layout
from bootstrap.store.places import Place, new_place, sweep
from bootstrap.store.removal import remove_tree
from reprocheck.variation.file_system import IN_MEMORY


class Places:
    """`on_disk` makes a directory on disk, for as long as its context lasts."""

    def __init__(self, on_disk: Callable[[], AbstractContextManager[Place]]) -> None:
        self._on_disk = on_disk
        self._stack = ExitStack()

    def new(self, file_system: Literal["disk", "memory"] = "disk") -> Path:
        """An empty directory that is there until `close`."""
        make = self._on_disk if file_system == "disk" else beneath(IN_MEMORY)
        return Path(self._stack.enter_context(make()).path)

    def close(self) -> None:
        """Removes all of them."""
        self._stack.close()


def beneath(base: Path) -> Callable[[], AbstractContextManager[Place]]:
    """Makes directories in one that is this user's own, beneath one that is everybody's.

    BootstrapError if somebody else took its name.
    """
    own = base / f"reprocheck-{os.geteuid()}"
    layout = Layout(str(own))
    os.makedirs(base, exist_ok=True)
    try:
        own.mkdir(0o700)
    except FileExistsError:
        status = own.lstat()
        if own.is_symlink() or not own.is_dir() or status.st_uid != os.geteuid() or status.st_mode & 0o077:
            raise BootstrapError(
                f"{own} is not a directory of this user's own",
                hint="remove it, or set TMPDIR to another place",
            ) from None
    os.makedirs(layout.tmp, 0o700, exist_ok=True)
    sweep(layout)
    return lambda: new_place(layout)


def remove(path: Path) -> None:
    """Removes what a build wrote, whatever modes it gave; nothing happens if it is not there."""
    remove_tree(str(path))
