"""Names and links: lines ``path`` TAB ``target``. What passes does not lead the kernel out either."""

from __future__ import annotations

import os

from bootstrap.fetch.member import Refused
from bootstrap.fetch.names import LinkWalk, components, shown, stripped
from fuzz.scratch import surroundings
from tests.fetch.trees import assert_harmless

LONGEST = 512
_DEPTH = 8


def try_one(data: bytes) -> None:
    links: dict[bytes, bytes] = {}
    for line in data.split(b"\n")[:20]:
        name, _, target = line.partition(b"\t")
        assert shown(name).isprintable()
        try:
            parts = components(name, depth=_DEPTH)
            left = stripped(parts, 1, is_directory=True)
            assert left is None or parts[1:] == left
        except Refused:
            continue
        assert not {b"", b".", b".."} & set(parts)
        path = b"/".join(parts)
        above = [b"/".join(parts[:depth]) for depth in range(1, len(parts))]
        if path and not links.keys() & {path, *above} and not any(p.startswith(path + b"/") for p in links):
            links[path] = target
    walk = LinkWalk(links.get)
    try:
        for path, target in links.items():
            walk.refuse_outward(path, target)
    except Refused:
        return
    around = surroundings()
    for path, target in links.items():
        at = os.path.join(os.fsencode(around.target), path)
        os.makedirs(os.path.dirname(at), exist_ok=True)
        os.symlink(target, at)
    assert_harmless(around.target)
    around.assert_untouched()
