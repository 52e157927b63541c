"""An archive's members written into a directory, as one normal tree, whatever the archive says.

The tree holds files (0644, or 0755 if any x bit was set), directories (0755) and symbolic links;
all have the time 1 and belong to the caller; nothing else of an archive's metadata remains. What
would leave the directory, is no file, directory or link, or grows beyond bounds is refused by name.
An archive within an archive is a file like any other.
"""

from __future__ import annotations

import io
import os
from typing import BinaryIO

from bootstrap.errors import UnpackError
from bootstrap.fetch.deb import deb
from bootstrap.fetch.member import Bounds, Format, Kind, Member, Refused
from bootstrap.fetch.names import components, shown, stripped
from bootstrap.fetch.tar import tar
from bootstrap.fetch.tree_writer import TreeWriter
from bootstrap.fetch.zip import zip_

FORMATS: dict[str, Format] = {
    ".tar": tar(""),
    ".tar.gz": tar(".gz"),
    ".tgz": tar(".gz"),
    ".tar.bz2": tar(".bz2"),
    ".tar.xz": tar(".xz"),
    ".tar.zst": tar(".zst"),
    ".zip": zip_,
    ".deb": deb,
}
"""By the ending of the file's name."""


def recognises(file_name: str) -> bool:
    """Whether a file of this name can be unpacked."""
    return file_name.endswith(tuple(FORMATS))


def unpack(
    archive: str | os.PathLike[str] | BinaryIO,
    file_name: str,
    target: str | os.PathLike[str],
    *,
    strip: int,
    bounds: Bounds | None = None,
) -> None:
    """Unpack an archive into `target`, a directory that exists, without `strip` leading components.

    `file_name` tells the format and stands in errors; `archive` is a path, or a file open at its
    beginning that can seek. What lies in `target` already stays; a member of the same name is
    refused unless both are directories. Any number of calls run at once, in threads too.

    Errors: UnpackError naming archive, member and reason, after which `target` holds some of the
    members and is of no use; OSError if `target` cannot be written.
    """
    format = next((FORMATS[ending] for ending in FORMATS if file_name.endswith(ending)), None)
    if format is None:
        raise UnpackError(
            f"{file_name}: not an archive of a known kind", hint="known are " + " ".join(FORMATS)
        )
    bounds = bounds or Bounds()
    if isinstance(archive, str | os.PathLike):
        with open(archive, "rb", buffering=0) as file:
            _unpack(file, format, file_name, target, strip, bounds)
    else:
        _unpack(archive, format, file_name, target, strip, bounds)


def _unpack(
    file: BinaryIO | io.FileIO,
    format: Format,
    file_name: str,
    target: str | os.PathLike[str],
    strip: int,
    bounds: Bounds,
) -> None:
    name = b""
    try:
        with TreeWriter(target, bounds) as tree:
            for member in format(file, bounds):
                name = member.name
                _write(tree, member, strip, bounds.depth)
                name = b""
            tree.finish()
    except Refused as refused:
        at = refused.member or name
        where = f"{file_name}: {shown(at)}" if at else file_name
        raise UnpackError(f"{where}: {refused}", hint=refused.hint) from None


def _write(tree: TreeWriter, member: Member, strip: int, depth: int) -> None:
    is_directory = member.kind is Kind.DIRECTORY
    parts = stripped(components(member.name, depth=depth), strip, is_directory=is_directory)
    if not parts:
        return
    path = b"/".join(parts)
    match member.kind:
        case Kind.FILE:
            tree.file(path, member.data, size=member.size, executable=member.executable)
        case Kind.DIRECTORY:
            tree.directory(path)
        case Kind.SYMLINK:
            tree.symlink(path, member.link)
        case Kind.HARD_LINK:
            of = stripped(components(member.link, depth=depth), strip, is_directory=False)
            tree.hard_link(path, b"/".join(of or ()))
