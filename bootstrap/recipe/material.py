"""The calls `source()` and `files()`."""

from __future__ import annotations

import posixpath
from typing import Any

from bootstrap.digest import Sha256
from bootstrap.recipe.call import Call
from bootstrap.recipe.catalogue import Catalogue, kind
from bootstrap.recipe.model import Debian, Files, LocalFile, Origin, Source, Url
from bootstrap.recipe.pattern import expand
from bootstrap.recipe.spelling import did_you_mean

ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst", ".zip", ".deb")
"""Files with these endings are unpacked unless a recipe says otherwise."""


def make_source(call: Call, catalogue: Catalogue) -> Source | None:
    """The source, or None if anything about it is wrong."""
    file = call.text("file")
    if "/" in file or file in ("", ".", "..") or not file.isprintable():
        if "file" in call.given:
            call.fault(f'"{file}" is not the name of a file', field="file", hint="a name without directories")
        file = file.rpartition("/")[2]
    _check_pins(call, file, catalogue)
    digest = None
    if "sha256" in call.given:
        spelt = call.text("sha256")
        try:
            digest = Sha256.parse(spelt)
        except ValueError:
            hint = "64 digits of 0-9 a-f"
            if len(spelt) == 64:
                hint += ", in lower case"
            else:
                hint += f"; this has {len(spelt)} characters"
            call.fault(f'"{spelt}" is not a sha256', field="sha256", hint=hint)
    size = call.number("size", 0)
    origins = _origins(call, file, catalogue)
    given = call.given.get("unpack")
    unpack = file.endswith(ARCHIVES) if given is None else call.flag("unpack")
    if unpack and file and not file.endswith(ARCHIVES):
        call.fault(f"do not know how to unpack {file}", field="unpack", hint="known: " + " ".join(ARCHIVES))
    strip = call.number("strip", 1)
    patches = _patches(call, catalogue)
    if patches and not unpack:
        call.fault("patches want a source that is unpacked", field="patches")
    if not call.sound or digest is None:
        return None
    return Source(
        file=file,
        sha256=digest,
        size=size,
        origins=origins,
        unpack=unpack,
        strip=strip if unpack else 0,
        patches=patches,
        where=call.where()[0],
    )


def _check_pins(call: Call, file: str, catalogue: Catalogue) -> None:
    """Says what to paste if the file lies here; `Call` has said already what is missing."""
    lacking = [name for name in ("sha256", "size") if name not in call.given]
    found = catalogue.at_hand(file) if lacking and file else None
    if found is not None:
        call.missing(" and ".join(lacking), hint=f'paste: sha256 = "{found[0]}", size = {found[1]}')


def _origins(call: Call, file: str, catalogue: Catalogue) -> tuple[Origin, ...]:
    given = call.given.get("origins", [])
    if not isinstance(given, list):
        call.wrong("origins", "a list of https addresses and debian()", given)
        return ()
    origins: list[Origin] = []
    for item in given:
        if kind(item) == "debian":
            origin = catalogue.kept(item)
            path = origin.text("path")
            if origin.sound and not (path.startswith("pool/") and ".." not in path.split("/")):
                origin.fault(
                    f'"{path}" is not a pool path', hint='like "pool/main/l/lua5.4/lua5.4_5.4.4.orig.tar.gz"'
                )
            call.sound = call.sound and origin.sound
            origins.append(Debian(path))
        elif isinstance(item, str) and item.startswith("https://"):
            origins.append(Url(item + file if item.endswith("/") else item))
        elif isinstance(item, str):
            call.fault(f'"{item}" is not an https address', field="origins", part=item)
        else:
            call.wrong("origins", "a list of https addresses and debian()", [item])
    return tuple(origins)


def _patches(call: Call, catalogue: Catalogue) -> tuple[LocalFile, ...]:
    given = call.given.get("patches", [])
    patches: list[LocalFile] = []
    for item in given if isinstance(given, list) else [given]:
        if kind(item) != "files":
            call.wrong("patches", "files() or a list of such", item)
            return ()
        material = catalogue.materials[item["_id"]]
        if isinstance(material, Files):
            patches += material.files
    return tuple(patches)


def make_files(call: Call, catalogue: Catalogue) -> Files | None:
    """The files, or None if anything about them is wrong."""
    strip = call.text("strip")
    directory = posixpath.dirname(call.frames[-1].file)
    found: dict[str, LocalFile] = {}
    if not call.rest:
        call.fault("files() names no file", hint='files("patches/*.patch")')
    for pattern in call.rest:
        if not isinstance(pattern, str):
            call.wrong("", "text, a name or pattern", pattern)
            continue
        for path in _expand(call, catalogue, directory, pattern):
            name = path.removeprefix(strip)
            where = posixpath.join(directory, path)
            if not _is_utf_8(path):
                call.fault(f"{path!a} is not UTF-8", part=pattern, hint="give the file another name")
                continue
            content = catalogue.content(where)
            if not path.startswith(strip) or not name or name.startswith("/"):
                hint = f'it is "{path}"; a directory to be left off ends in "/"'
                call.fault(f'"{strip}" cannot be left off the name of a file', field="strip", hint=hint)
                return None
            if content is None:
                call.fault(f"{where} is no regular file")
                continue
            found[name] = LocalFile(
                name=name,
                path=where,
                digest=content.digest,
                size=content.size,
                executable=content.executable,
            )
    return Files(files=tuple(found[name] for name in sorted(found))) if call.sound else None


def _is_utf_8(name: str) -> bool:
    """Whether a name of the file system is text; what is not stands in it as lone surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _expand(call: Call, catalogue: Catalogue, directory: str, pattern: str) -> list[str]:
    try:
        matches = expand(catalogue.reader, directory, pattern)
    except ValueError as error:
        call.fault(str(error), part=pattern, hint="patterns are relative to the file that calls files()")
        return []
    if not matches:
        names = _names_beside(catalogue, directory, pattern)
        place = directory or "the project's root"
        hint = did_you_mean(posixpath.basename(pattern), names) or f"it is looked for in {place}"
        call.fault(f'nothing matches "{pattern}"', part=pattern, hint=hint)
    return matches


def _names_beside(catalogue: Catalogue, directory: str, pattern: str) -> list[str]:
    beside: Any = posixpath.join(directory, posixpath.dirname(pattern))
    return [entry.name for entry in catalogue.reader.entries(beside)]
