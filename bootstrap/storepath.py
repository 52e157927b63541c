"""Store paths: the logical names under which builds and programs see outputs.

``/bootstrap/store/<32 base32 digits>-<name>-<version>``, with ``-<output>`` appended for every
output but ``out``. The digits come from one of two places:

- of what is stored: the digest of the output (see `output_digest`);
- while a build runs, its outputs lie at *scratch* paths, of the same length as the final ones,
  whose digits depend on the recipe's name, version and output name only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from bootstrap.digest import BASE32_DIGITS, Digest, digest

PREFIX = "/bootstrap/store"

FILLER = b"0" * BASE32_DIGITS
"""What stands in for an output's own digits while it is hashed; "0" is no base32 digit."""

_NAME = r"[A-Za-z0-9+_.?=-]{1,200}"
_PATH = re.compile(rf"{PREFIX}/([a-z2-7]{{32}})-({_NAME})")


class StorePath(NamedTuple):
    """A store path in its two parts: ``hash`` (32 base32 digits) and ``name`` (name-version[-output])."""

    hash: str
    name: str

    @classmethod
    def parse(cls, text: str) -> StorePath:
        """ValueError unless `text` is exactly a store path (not something beneath one)."""
        match = _PATH.fullmatch(text)
        if not match:
            raise ValueError(f"not a store path: {text!r}")
        return cls(match[1], match[2])

    @classmethod
    def of_basename(cls, basename: str) -> StorePath:
        """The path with this last part, which is trusted to be one."""
        return cls(basename[:BASE32_DIGITS], basename[BASE32_DIGITS + 1 :])

    @property
    def basename(self) -> str:
        """The last part of the path: ``<hash>-<name>``."""
        return f"{self.hash}-{self.name}"

    def __str__(self) -> str:
        return f"{PREFIX}/{self.hash}-{self.name}"


def output_name(name: str, version: str, output: str) -> str:
    """The part of a store path after the digits."""
    return f"{name}-{version}" if output == "out" else f"{name}-{version}-{output}"


def scratch_path(name: str, version: str, output: str) -> StorePath:
    """Where an output lies while it is built: independent of every input, so that routes can meet."""
    full = output_name(name, version, output)
    return StorePath(digest(b"bootstrap scratch 1\n" + full.encode()).base32, full)


def output_digest(name: str, tree: Digest, self_references: Iterable[tuple[bytes, int]]) -> Digest:
    """The digest of an output: what its store path and its expectation are made of.

    `name` is `output_name(...)`. `tree` is the digest of the tree with `FILLER` in place of the
    output's own digits, in contents and symlink targets. `self_references` are those places: path
    from the top, and byte offset in the file or symlink target. They are part of the digest so
    that no file can pose as one that refers to itself by holding the filler. Canonical bytes::

        "bootstrap output 1" LF  name LF  tree (64 hex) LF
        for each self-reference, ascending by path then offset:
            offset (decimal) SP  length of the path (decimal) SP  path (bytes) LF
    """
    parts = [b"bootstrap output 1\n", name.encode(), b"\n", tree.hex.encode(), b"\n"]
    for path, offset in sorted(self_references):
        parts.append(b"%d %d %s\n" % (offset, len(path), path))
    return digest(b"".join(parts))
