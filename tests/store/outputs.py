"""What tests put into stores."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping

from bootstrap.store import Added, Store
from bootstrap.storepath import StorePath, scratch_path

Tree = Mapping[str | bytes, "bytes | str | Tree"]
"""Of each name: contents (bytes), a symlink's target (str), or a directory."""


def lay(place: bytes | str, tree: Tree | bytes | str) -> None:
    """Makes a file, symlink or directory."""
    place = os.fsencode(place)
    if isinstance(tree, bytes):
        with open(place, "wb") as file:
            file.write(tree)
    elif isinstance(tree, str):
        os.symlink(tree, place)
    else:
        os.mkdir(place)
        for name, inner in tree.items():
            lay(place + b"/" + os.fsencode(name), inner)


def add(
    store: Store,
    trees: Mapping[str, Tree | bytes | str],
    candidates: Collection[StorePath] = (),
    *,
    name: str = "thing",
    version: str = "1",
) -> dict[str, Added]:
    """Adds outputs as a build does."""
    with store.new_build_directory() as place:
        outputs = {}
        for output, tree in trees.items():
            real = f"{place.path}/{output}"
            lay(real, tree)
            outputs[output] = (real, scratch_path(name, version, output))
        return store.add_outputs(outputs, candidates)


def add_one(
    store: Store, tree: Tree | bytes | str, candidates: Collection[StorePath] = (), *, name: str = "thing"
) -> StorePath:
    """Adds the one output of a build; its path."""
    return add(store, {"out": tree}, candidates, name=name)["out"].path


def scratch(output: str = "out", *, name: str = "thing", version: str = "1") -> bytes:
    """The scratch path as a build would write it."""
    return str(scratch_path(name, version, output)).encode()


def read(store: Store, path: StorePath, file: str = "") -> bytes:
    """The contents of a stored file."""
    with open(f"{store.real(path)}/{file}" if file else store.real(path), "rb") as opened:
        return opened.read()
