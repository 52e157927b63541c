"""The plan of a root that is the host's own, read-only, for builds that were made for the host.

What a build could write to, or could reach other processes through, is not the host's: /dev and /proc
are the contract's, /tmp, /var/tmp and the home directory are empty and in memory, /run is empty, and
/etc names the sandbox's user. Everything else is as it is, with all that is mounted beneath it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from bootstrap.errors import BootstrapError
from bootstrap.sandbox import contract, mounts
from bootstrap.sandbox.grafts import graft

_OWN = ("/dev", "/proc", "/run", "/tmp")


def plan(
    attached: Iterable[mounts.Attach],
    links: Iterable[tuple[str, str]],
    *,
    build: str,
    home: str,
    files: Iterable[tuple[str, str]],
    names_in_proc: Mapping[str, bool],
) -> list[mounts.Operation]:
    """All operations; `files` (path, content) are shown where the host has such files.

    BootstrapError for a target within a directory of the host's: nothing is made there. ValueError as
    `mounts.plan`.
    """
    attached, links = list(attached), list(links)
    writable = dict.fromkeys((build, home, "/tmp"))
    tops = _tops([*(attach.path for attach in attached), *(path for path, _ in links), *writable])
    return [
        *_grafts({*_OWN, *tops, mounts.HOST}),
        *mounts.kernel(names_in_proc),
        *(mounts.Directory(path) for path in ("/run",) if os.path.isdir(path)),
        *(mounts.Tmpfs(path, contract.TMP_OPTIONS) for path in ("/var/tmp",) if _has(path, tops)),
        *(
            mounts.Cover(path, content.encode().decode("latin-1"))
            for path, content in files
            if _has(path, tops)
        ),
        *mounts.plan(attached, links, writable),
    ]


def _grafts(without: set[str]) -> Iterator[mounts.Operation]:
    for name in sorted(os.listdir("/")):
        if f"/{name}" not in without:
            yield from graft("", f"/{name}", lambda path, is_dir: mounts.Attach(path, path, False, is_dir))


def _has(path: str, tops: set[str]) -> bool:
    """Whether the host has it, and is not told to show something else there."""
    return _top(path) not in tops and os.path.exists(path) and os.path.realpath(path) == path


def _tops(paths: Iterable[str]) -> set[str]:
    """The names in the root beneath which these lie."""
    for path in paths:
        if path != _top(path) and os.path.lexists(_top(path)):
            raise BootstrapError(
                f"{path} cannot be shown: it lies within {_top(path)}, which is the host's",
                hint="take a path whose first part is no name in the host's root directory",
            )
    return {_top(path) for path in paths}


def _top(path: str) -> str:
    return "/" + path.split("/")[1]
