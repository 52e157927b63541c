"""An origin: a directory of files, given by the user."""

from __future__ import annotations

import stat
from io import FileIO
from pathlib import Path

from bootstrap.fetch.cache import CHUNK, Incoming
from bootstrap.fetch.origin import OriginFailed, WrongBytes


def bring(directory: Path, incoming: Incoming) -> None:
    """Fill `incoming` from the file of the source's name, else from the one named by its sha256.

    Errors: OriginFailed if neither is there, WrongBytes if the last one looked at is another file.
    """
    reason: OriginFailed | None = None
    for name in (incoming.source.file, incoming.source.sha256.hex):
        try:
            return _copy(directory / name, incoming)
        except FileNotFoundError:
            continue
        except OSError as error:
            reason = OriginFailed(f"{name}: {error.strerror}")
        except OriginFailed as error:
            reason = type(error)(f"{name} {error}")
    if reason is not None:
        raise reason
    if not directory.is_dir():
        raise OriginFailed("no such directory")
    raise OriginFailed(f"holds neither {incoming.source.file} nor {incoming.source.sha256}")


def _copy(path: Path, incoming: Incoming) -> None:
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OriginFailed("is not a regular file")
    if found.st_size != incoming.source.size:
        raise WrongBytes(f"has {found.st_size} bytes, not {incoming.source.size}")
    with path.open("rb", buffering=0) as file:
        fill(incoming, file)


def fill(incoming: Incoming, file: FileIO) -> None:
    """Fill `incoming` anew from a file that is whole, and verify it."""
    incoming.restart()
    try:
        while data := file.read(CHUNK):
            incoming.write(data)
        incoming.verify()
    except WrongBytes:
        incoming.restart()
        raise
