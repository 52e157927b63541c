"""A directory as a value: a Merkle tree of files, executables, symlinks and directories.

Canonical bytes of a directory, hashed with BLAKE3 to give its digest::

    "bootstrap tree 1" LF
    for each entry, in ascending order of the bytes of its name:
        kind     1 byte    "f" file, "x" executable file, "l" symlink, "d" directory
        length   4 bytes   of the name, unsigned, little-endian
        name     its bytes: not empty, without "/" and NUL, neither "." nor ".."
        digest   32 bytes  f, x: BLAKE3 of the contents; l: BLAKE3 of the target's bytes;
                           d: the digest of the directory

A file's digest is thus what ``b3sum`` prints. Nothing else of a file is part of the value: no
owner, time, mode but the one executable bit, no extended attribute, no hole. A tree whose top is
not a directory has the digest of a directory with the single entry named "." in its place (no
real entry can have that name).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from bootstrap.digest import Digest, digest

_HEADER = b"bootstrap tree 1\n"
_LENGTH = struct.Struct("<I")


class File(NamedTuple):
    """A regular file: the BLAKE3 of its contents, its size in bytes, and the one mode bit kept."""

    digest: Digest
    size: int
    executable: bool = False

    @property
    def kind(self) -> bytes:
        return b"x" if self.executable else b"f"


class Symlink(NamedTuple):
    """A symbolic link and the bytes it points at, which may dangle."""

    target: bytes

    @property
    def kind(self) -> bytes:
        return b"l"

    @property
    def digest(self) -> Digest:
        return digest(self.target)


@dataclass(frozen=True, kw_only=True)
class Directory:
    """A directory: its entries, sorted by the bytes of their names, each name once."""

    entries: tuple[tuple[bytes, Node], ...] = ()

    kind = b"d"

    @cached_property
    def digest(self) -> Digest:
        return digest(self.canonical_bytes())

    def canonical_bytes(self) -> bytes:
        """The bytes that this directory's digest is the BLAKE3 of (see the module's docstring)."""
        return _canonical(self.entries)


Node = File | Symlink | Directory


def directory(entries: dict[bytes, Node]) -> Directory:
    """A directory with these entries, in whatever order they come; ValueError for a bad name."""
    for name in entries:
        if not is_name(name):
            raise ValueError(f"not a file name: {name!r}")
    return Directory(entries=tuple(sorted(entries.items(), key=lambda entry: entry[0])))


def is_name(name: bytes) -> bool:
    """Whether these bytes may name an entry of a directory."""
    return name not in (b"", b".", b"..") and b"/" not in name and b"\0" not in name


def root_digest(node: Node) -> Digest:
    """The digest of a tree, whatever is at its top."""
    if isinstance(node, Directory):
        return node.digest
    return digest(_canonical(((b".", node),)))


def walk(node: Node, path: bytes = b"") -> Iterator[tuple[bytes, Node]]:
    """Every node with its path from the top (b"" for the top), parents first, in canonical order."""
    yield path, node
    if isinstance(node, Directory):
        for name, child in node.entries:
            yield from walk(child, path + b"/" + name if path else name)


def _canonical(entries: tuple[tuple[bytes, Node], ...]) -> bytes:
    parts = [_HEADER]
    for name, node in entries:
        parts += (node.kind, _LENGTH.pack(len(name)), name, node.digest.raw)
    return b"".join(parts)
