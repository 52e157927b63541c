"""How many bytes lie beneath the directories that a build may write to."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

BLOCK = 4096
"""What the smallest file counts: so a limit on bytes is one on the number of files too."""

_SLICE = 2000


def measure(directories: Sequence[str]) -> Iterator[int]:
    """Bytes so far, every few thousand files and at the end, so that the caller can do other things between.

    A file counts what it claims to hold or what it takes on disk, whichever is more (a file of holes
    fills up when it is copied), once for all its names.
    """
    total = 0
    entries = 0
    seen: set[tuple[int, int]] = set()
    pending = list(directories)
    while pending:
        try:
            listing = os.scandir(pending.pop())
        except OSError:
            continue  # removed meanwhile, or made unreadable by the build
        with listing:
            for entry in listing:
                try:
                    status = entry.stat(follow_symlinks=False)
                    is_directory = entry.is_dir(follow_symlinks=False)
                except OSError:
                    continue
                if is_directory:
                    pending.append(entry.path)
                elif status.st_nlink > 1:
                    if (status.st_dev, status.st_ino) in seen:
                        continue
                    seen.add((status.st_dev, status.st_ino))
                total += max(status.st_size, status.st_blocks * 512, BLOCK)
                entries += 1
                if entries % _SLICE == 0:
                    yield total
    yield total
