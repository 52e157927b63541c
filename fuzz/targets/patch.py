"""A patch applied: all of it or nothing, the same each time, and nothing outside of the tree."""

from __future__ import annotations

import os

from bootstrap.errors import PatchError
from bootstrap.fetch.patch import apply_patch
from fuzz.scratch import surroundings
from tests.fetch.trees import Tree, tree_of

LONGEST = 4096

FILES = {
    "src/ten": b"".join(b"line %d\n" % number for number in range(1, 11)),
    "src/run": b"#!\n",
    "src/deep/er/end": b"no newline",
    "empty": b"",
}
LINKS = {"link": "src", "src/out": "../beside/file", "src/file": "ten"}


def try_one(data: bytes) -> None:
    first = _applied(data)
    assert _applied(data) == first


def _applied(data: bytes) -> Tree | str:
    around = surroundings()
    for name, contents in FILES.items():
        path = around.target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents)
    for name, target in LINKS.items():
        (around.target / name).symlink_to(target)
    (around.target / "src/run").chmod(0o755)
    for path in [around.target, *around.target.rglob("*")]:
        os.utime(path, (1, 1), follow_symlinks=False)
    before = tree_of(around.target)
    try:
        apply_patch(around.target, data, "a.patch")
    except PatchError as error:
        assert error.message.startswith("a.patch:")
        assert tree_of(around.target) == before
        return str(error)
    else:
        after = tree_of(around.target)
        assert all(after.get(name) == entry for name, entry in before.items() if entry[0] == "link")
        return after
    finally:
        around.assert_untouched()
