"""Names of the host's root to be shown in another: links as links, all else mounted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from bootstrap.sandbox.mounts import Link, Operation


def graft(host: str, path: str, mounted: Callable[[str, bool], Operation]) -> Iterator[Operation]:
    """What shows `path` of the host's root, which is at `host`; nothing if it is gone.

    `mounted` gives the operation for a path that is no link, and is told whether it is a directory.
    """
    try:
        if os.path.islink(host + path):
            yield Link(path, os.readlink(host + path))
        elif os.path.lexists(host + path):
            yield mounted(path, os.path.isdir(host + path))
    except FileNotFoundError:
        return
