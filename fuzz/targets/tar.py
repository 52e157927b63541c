"""tar archives, as they come and with their checksums put right. What both read, tarfile reads so too."""

from __future__ import annotations

import io
import tarfile

from fuzz.scratch import unpacked, with_checksums

LONGEST = 10240


def try_one(data: bytes) -> None:
    for one in dict.fromkeys((data, with_checksums(data))):
        found = unpacked(one, "a.tar")
        if not isinstance(found, str):
            assert {path: entry[2] for path, entry in found.items() if entry[0] == "file"} == _files(one)


def _files(data: bytes) -> dict[bytes, bytes]:
    """Contents by path as `tarfile` has them, links to files followed."""
    files: dict[bytes, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:", errors="surrogateescape") as archive:
        for member in archive:
            path = _path(member.name)
            if member.isreg():
                file = archive.extractfile(member)
                assert file is not None
                files[path] = file.read()
            elif member.islnk() and _path(member.linkname) in files:
                files[path] = files[_path(member.linkname)]
    return files


def _path(name: str) -> bytes:
    parts = name.encode("utf-8", "surrogateescape").split(b"/")
    return b"/".join(part for part in parts if part not in (b"", b"."))
