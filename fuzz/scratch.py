"""A place in memory where targets may unpack and patch, cleared between inputs."""

from __future__ import annotations

import atexit
import io
import os
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

from bootstrap.errors import UnpackError
from bootstrap.fetch.member import Bounds
from bootstrap.fetch.unpack import unpack
from tests.fetch.trees import Surroundings, Tree, assert_harmless, tree_of

BOUNDS = Bounds(size=1 << 20, ratio=1 << 20, entries=200, depth=20)

_MAGIC = re.compile(rb"ustar(?:\0|  )")
_MAGIC_AT = 257
"""Where in a header "ustar" stands (POSIX ustar; GNU tar has blanks after it)."""

_MEMORY = "/dev/shm"


@cache
def _around() -> Surroundings:
    directory = tempfile.mkdtemp(prefix="fuzz-", dir=_MEMORY if os.access(_MEMORY, os.W_OK) else None)
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return Surroundings(Path(directory))


def surroundings() -> Surroundings:
    """An empty directory to work in, with files around it that must stay as they are."""
    around = _around()
    shutil.rmtree(around.target)
    around.target.mkdir()
    return around


def unpacked(data: bytes, file_name: str) -> Tree | str:
    """What an archive gives, or the error; asserted to be so each time and to harm nothing."""
    first = _unpacked(data, file_name)
    assert _unpacked(data, file_name) == first
    return first


def _unpacked(data: bytes, file_name: str) -> Tree | str:
    around = surroundings()
    try:
        unpack(io.BytesIO(data), file_name, around.target, strip=0, bounds=BOUNDS)
    except UnpackError as error:
        assert file_name in error.message
        assert_harmless(around.target)
        return str(error)
    else:
        return tree_of(around.target)
    finally:
        around.assert_untouched()


def with_checksums(data: bytes) -> bytes:
    """The same with the right sum in every tar header: chance would seldom meet one."""
    fixed = bytearray(data)
    for found in _MAGIC.finditer(data):
        at = found.start() - _MAGIC_AT
        if at >= 0 and at + 512 <= len(fixed):
            fixed[at + 148 : at + 156] = b" " * 8
            fixed[at + 148 : at + 156] = b"%06o\0 " % sum(fixed[at : at + 512])
    return bytes(fixed)
