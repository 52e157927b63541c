"""zip archives. What both read, zipfile reads so too."""

from __future__ import annotations

import io
import zipfile

from fuzz.scratch import unpacked

LONGEST = 4096


def try_one(data: bytes) -> None:
    found = unpacked(data, "a.zip")
    if isinstance(found, str):
        return
    ours = sorted(entry[-1] for entry in found.values() if entry[0] != "directory")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        theirs = {info.filename.replace("//", "/"): info for info in archive.infolist()}
        contents = [archive.read(info) for info in theirs.values() if not _is_directory(info)]
    assert set(ours) == set(contents)


def _is_directory(info: zipfile.ZipInfo) -> bool:
    unix = info.create_system == 3 and info.external_attr >> 28 == 4
    return unix or info.orig_filename.endswith("/")
