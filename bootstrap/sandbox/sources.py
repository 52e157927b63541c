"""Where the source of a bind really lies, looked up before any namespace is entered."""

from __future__ import annotations

import os
from collections.abc import Iterable

from bootstrap.errors import BootstrapError
from bootstrap.sandbox.mounts import Attach


def attach_all(binds: Iterable[tuple[str, str, bool]]) -> list[Attach]:
    """(source, target, writable) as mounts, with sources free of links.

    While the mounts are made, the host's root is at another place, where an absolute link would lead
    astray. BootstrapError if a source does not exist.
    """
    parents: dict[str, str] = {}
    return [_attach(source, target, writable, parents) for source, target, writable in binds]


def _attach(source: str, target: str, writable: bool, parents: dict[str, str]) -> Attach:
    try:
        if os.path.islink(source):
            source = os.path.realpath(source, strict=True)
        parent, name = os.path.split(os.path.abspath(source))
        if parent not in parents:
            parents[parent] = os.path.realpath(parent, strict=True)
        real = os.path.join(parents[parent], name)
        is_directory = os.path.isdir(real)
        if not is_directory:
            os.stat(real)
    except OSError as error:
        raise BootstrapError(f"{error.filename} cannot be shown as {target}: {error.strerror}") from None
    return Attach(real, target, writable, is_directory)
