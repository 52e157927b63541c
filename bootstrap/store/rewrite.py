"""Putting other digits in the place of hashes, on disk and while hashing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from bootstrap.digest import Digest, hasher
from bootstrap.store.survey import TIME
from bootstrap.tree import Directory, File, Node, Symlink, directory

Patch = tuple[int, bytes]
"""Offset, and the bytes that stand there instead."""

_CHUNK = 1 << 20


def patched(data: bytes, patches: Iterable[Patch]) -> bytes:
    """The bytes with each patch applied; patches lie within them."""
    changed = bytearray(data)
    for offset, new in patches:
        changed[offset : offset + len(new)] = new
    return bytes(changed)


def patched_digest(fd: int, patches: Iterable[Patch]) -> Digest:
    """BLAKE3 of a file as if the patches, which do not overlap, had been applied."""
    hash = hasher()
    at = 0
    for offset, new in sorted(patches):
        for data in _between(fd, at, offset):
            hash.update(data)
        hash.update(new)
        at = offset + len(new)
    for data in _between(fd, at, None):
        hash.update(data)
    return Digest(hash.digest())


def _between(fd: int, start: int, end: int | None) -> Iterable[bytes]:
    while end is None or start < end:
        data = os.pread(fd, _CHUNK if end is None else min(_CHUNK, end - start), start)
        if not data:
            return
        yield data
        start += len(data)


def write_file(parent: int, path: bytes, patches: Iterable[Patch], *, executable: bool) -> None:
    """Applies patches to a stored file in place."""
    os.chmod(path, 0o600, dir_fd=parent)
    fd = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
    try:
        for offset, new in patches:
            os.pwrite(fd, new, offset)
        os.fchmod(fd, 0o555 if executable else 0o444)
        os.utime(fd, ns=(TIME, TIME))
    finally:
        os.close(fd)


def write_symlink(parent: int, path: bytes, target: bytes) -> None:
    """Makes a symlink point elsewhere."""
    os.unlink(path, dir_fd=parent)
    os.symlink(target, path, dir_fd=parent)
    os.utime(path, ns=(TIME, TIME), dir_fd=parent, follow_symlinks=False)


def with_nodes(root: Node, changed: Mapping[bytes, Node], path: bytes = b"") -> Node:
    """The tree with other nodes at some paths."""
    if path in changed:
        return changed[path]
    if not isinstance(root, Directory) or not changed:
        return root
    prefix = path + b"/" if path else b""
    heads = {p[len(prefix) :].split(b"/", 1)[0] for p in changed if p.startswith(prefix)}
    if not heads:
        return root
    return directory(
        {
            name: with_nodes(node, changed, prefix + name) if name in heads else node
            for name, node in root.entries
        }
    )


def patched_node(parent: int, path: bytes, node: Node, patches: list[Patch]) -> Node:
    """The node that a file or symlink on disk would be after patching."""
    if isinstance(node, Symlink):
        return Symlink(target=patched(node.target, patches))
    if not isinstance(node, File):
        raise TypeError("a directory has no contents to patch")
    return patched_file(parent, path, node, patches)


def patched_file(parent: int, path: bytes, node: File, patches: list[Patch]) -> File:
    """The node that a file on disk would be after patching."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)
    try:
        return File(digest=patched_digest(fd, patches), size=node.size, executable=node.executable)
    finally:
        os.close(fd)
