"""A tree as a value: read once, kept, and compared again without reading a file.

An index is a `bootstrap.tree` value, a Merkle tree: where the digests of two directories are equal,
so is all beneath them. Kept, it is JSON: a file is ``[digest, size]``, or ``[digest, size, true]`` if
it is executable; a symlink is its target; a directory is an object of names. Bytes of names and
targets that are not UTF-8 are spelt as `os.fsdecode` does.
"""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bootstrap.digest import Digest, digest_file
from bootstrap.tree import Directory, File, Node, Symlink, directory


def index(top: str | os.PathLike[str]) -> Node:
    """The tree at a path. Files are hashed in parallel, symlinks not followed; what is neither file,
    symlink nor directory is left out. OSError if something cannot be read."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return _Reading(pool).node(os.fsencode(top))


class _Reading:
    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def node(self, top: bytes) -> Node:
        files: list[tuple[bytes, os.stat_result]] = []
        shape = self._shape(top, files)
        digests = self._pool.map(lambda file: digest_file(file[0]), files, chunksize=16)
        hashed = {
            path: File(digest=digest, size=status.st_size, executable=bool(status.st_mode & 0o111))
            for (path, status), digest in zip(files, digests, strict=True)
        }
        return _filled(shape, hashed)

    def _shape(self, path: bytes, files: list[tuple[bytes, os.stat_result]]) -> Any:
        """Directories as dicts, files as their path, symlinks as values."""
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            return Symlink(target=os.readlink(path))
        if stat.S_ISREG(status.st_mode):
            files.append((path, status))
            return path
        if not stat.S_ISDIR(status.st_mode):
            return None
        return {name: self._shape(path + b"/" + name, files) for name in sorted(os.listdir(path))}


def _filled(shape: Any, files: dict[bytes, File]) -> Node:
    if isinstance(shape, bytes):
        return files[shape]
    if isinstance(shape, dict):
        made = {name: _filled(inner, files) for name, inner in shape.items() if inner is not None}
        return directory(made)
    assert isinstance(shape, Symlink)
    return shape


def dumps(node: Node) -> bytes:
    """An index as bytes to keep."""
    return json.dumps(_spelt(node), separators=(",", ":")).encode()


def loads(data: bytes) -> Node:
    """The inverse of `dumps`; ValueError for anything else."""
    try:
        return _parsed(json.loads(data))
    except (TypeError, KeyError, RecursionError, UnicodeError) as error:
        raise ValueError(f"not an index of a tree: {error}") from error


def _spelt(node: Node) -> Any:
    if isinstance(node, Directory):
        return {os.fsdecode(name): _spelt(inner) for name, inner in node.entries}
    if isinstance(node, Symlink):
        return os.fsdecode(node.target)
    return [node.digest.hex, node.size, True] if node.executable else [node.digest.hex, node.size]


def _parsed(value: Any) -> Node:
    if isinstance(value, list):
        text, size, *executable = value
        if type(size) is not int or executable not in ([], [True]):
            raise ValueError(f"not a file of an index: {value}")
        return File(digest=Digest.parse(text), size=size, executable=bool(executable))
    if isinstance(value, str):
        return Symlink(target=os.fsencode(value))
    if not isinstance(value, dict):
        raise ValueError(f"neither file, symlink nor directory: {value!r}")
    return directory({os.fsencode(name): _parsed(inner) for name, inner in value.items()})
