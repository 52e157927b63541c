"""A Source or Files laid out in a build's directory: unpacked, patched, copied, all of the time 1."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from bootstrap import digest
from bootstrap.errors import DigestMismatch, FetchError, UnpackError
from bootstrap.recipe.model import Files, LocalFile, Source

if TYPE_CHECKING:
    from bootstrap.fetch.member import Data

_CHUNK = 1 << 20


def lay(
    material: Source | Files, *, target: str | os.PathLike[str], archive: Path | None, project: Path
) -> None:
    """Put a material into `target`, a directory that exists.

    A Source is unpacked from `archive`, the file that a `Fetcher` gave, or copied under its name if
    it is not to be unpacked; then its patches are applied. Files are copied under their names.
    Local files are read beneath `project` and must hold what they held when the recipes were read;
    the archive, too, is hashed once more.

    `target` and all in it that was written has the time 1; those above it are the caller's.
    Errors: DigestMismatch for a file that has changed, FetchError for one that cannot be read,
    UnpackError, PatchError, OSError if `target` cannot be written.
    """
    match material:
        case Source():
            if archive is None:
                raise ValueError(f"{material.file}: a source is laid from its archive")
            _lay_source(material, target, archive)
            for patch in material.patches:
                from bootstrap.fetch.patch import apply_patch

                apply_patch(target, read_local(patch, project), patch.path)
        case Files(files=files):
            _write(target, [(f.name, read_local(f, project), f.executable) for f in files])


def _lay_source(source: Source, target: str | os.PathLike[str], archive: Path) -> None:
    try:
        file = archive.open("rb", buffering=0)
    except OSError as error:
        raise FetchError(f"{archive}: {error.strerror} ({source.file})") from error
    with file:
        _check(source, archive, file)
        file.seek(0)
        if source.unpack:
            from bootstrap.fetch.unpack import unpack

            unpack(file, source.file, target, strip=source.strip)
        else:
            pieces = iter(lambda: file.read(_CHUNK), b"")
            _write(target, [(source.file, pieces, False)], size=source.size)


def _check(source: Source, archive: Path, file: io.FileIO) -> None:
    """A file of the cache was verified when it came; whatever happened to it since is found here."""
    sha256 = hashlib.sha256()
    while data := file.read(_CHUNK):
        sha256.update(data)
    if sha256.hexdigest() != source.sha256.hex:
        from bootstrap.fetch.collect import changed

        raise changed(archive, source, sha256.hexdigest())


def read_local(file: LocalFile, project: Path) -> bytes:
    """What a local file holds; DigestMismatch if that is not what it held when recipes were read."""
    try:
        data = (project / file.path).read_bytes()
    except OSError as error:
        raise FetchError(f"{file.path}: {error.strerror}", hint=_AGAIN) from error
    got = digest.digest(data)
    if got != file.digest:
        raise DigestMismatch(
            f"{file.path}: changed since the recipes were read\n"
            f"    expected: {file.digest}\n"
            f"    got:      {got}",
            hint=_AGAIN,
        )
    return data


_AGAIN = "run again, and leave the project's files alone meanwhile"


def _write(
    target: str | os.PathLike[str], files: list[tuple[str, bytes | Data, bool]], size: int | None = None
) -> None:
    from bootstrap.fetch.member import Bounds, Refused
    from bootstrap.fetch.names import components
    from bootstrap.fetch.tree_writer import TreeWriter

    bounds = Bounds()
    with TreeWriter(target, bounds) as tree:
        for name, data, executable in files:
            pieces = [data] if isinstance(data, bytes) else data
            length = len(data) if isinstance(data, bytes) else size or 0
            try:
                path = b"/".join(components(os.fsencode(name), depth=bounds.depth))
                tree.file(path, pieces, size=length, executable=executable)
            except Refused as refused:
                raise UnpackError(f"{name}: {refused}") from None
        tree.finish()
