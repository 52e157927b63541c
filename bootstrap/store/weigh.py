"""How much a store really holds, and what would be free: a file that paths share counts once."""

from __future__ import annotations

import os
from collections.abc import Iterator

from bootstrap.store.layout import Layout


class Weights:
    """The pool as it was when this was made, and trees that are thought to go, one after the other."""

    def __init__(self, layout: Layout, *, without_links: int) -> None:
        """`without_links`: bytes in all paths, which is what they take where no file is shared."""
        self._pooled: set[int] = set()
        self._gone: dict[int, int] = {}
        self.total = 0
        """Bytes of the store."""
        for entry in _pool(layout):
            status = entry.stat(follow_symlinks=False)
            self._pooled.add(status.st_ino)
            if status.st_nlink > 1:
                self.total += status.st_size
        if not self._pooled:
            self.total = without_links

    def add(self, tree: str) -> int:
        """Bytes that are free when this tree goes, too."""
        freed = 0
        for status in _files(tree):
            gone = self._gone.get(status.st_ino, 0) + 1
            self._gone[status.st_ino] = gone
            if gone == status.st_nlink - (status.st_ino in self._pooled):
                freed += status.st_size
        return freed


def sweep_pool(layout: Layout) -> int | None:
    """Removes what no path has any more; bytes. None if there is no pool, for want of hard links.

    Whoever is just about to take such a file into a path makes it a link of its own first, and keeps
    it, or finds it gone and does without.
    """
    freed: int | None = None
    for entry in _pool(layout):
        status = entry.stat(follow_symlinks=False)
        freed = freed or 0
        if status.st_nlink == 1:
            try:
                os.unlink(entry.path)
            except FileNotFoundError:
                continue
            freed += status.st_size
    return freed


def _pool(layout: Layout) -> Iterator[os.DirEntry[str]]:
    # Directories stay, at most 256: somebody may be just about to link into one.
    for name in os.listdir(layout.files):
        with os.scandir(f"{layout.files}/{name}") as entries:
            yield from entries


def _files(tree: str) -> Iterator[os.stat_result]:
    left = [tree]
    while left:
        place = left.pop()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        left.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        yield entry.stat(follow_symlinks=False)
        except NotADirectoryError:  # an output that is a file
            yield os.lstat(place)
        except FileNotFoundError:
            continue
