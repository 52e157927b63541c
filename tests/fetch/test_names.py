"""Names and link targets, as values."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bootstrap.fetch.member import Refused
from bootstrap.fetch.names import LinkWalk, components, shown, stripped


def test_dots_and_empty_components_are_left_out() -> None:
    assert components(b"./a//b/./c/", depth=9) == (b"a", b"b", b"c")
    assert components(b"./", depth=9) == ()


def test_three_dots_are_a_name() -> None:
    assert components(b"a/.../..b/c..", depth=9) == (b"a", b"...", b"..b", b"c..")


def test_a_directory_that_is_all_stripped_is_left_out() -> None:
    assert stripped((b"top",), 1, is_directory=True) is None
    assert stripped((b"top", b"a"), 1, is_directory=False) == (b"a",)


def test_names_are_shown_printable_and_not_endless() -> None:
    assert shown(b"a\x1b[31m\n\xff") == r"a\x1b[31m\n\\xff"
    assert shown("ä".encode()) == "ä"
    assert len(shown(b"n" * 4000)) < 200


def test_links_that_take_for_ever_to_follow_are_refused() -> None:
    links = {b"l": b"./" * 1000 + b"."}
    walk = LinkWalk(links.get, budget=100_000)
    walk.refuse_outward(b"once", b"l/x")
    for _ in range(3):
        walk.refuse_outward(b"often", b"l/" * 30)
    with pytest.raises(Refused, match="links through links without end"):
        walk.refuse_outward(b"often", b"l/" * 30)


def test_links_round_in_a_circle_lead_not_out() -> None:
    links = {b"a": b"b", b"b": b"a/x"}
    LinkWalk(links.get).refuse_outward(b"a", b"b")


PARTS = st.sampled_from([b"..", b".", b"a", b"b", b"c"])
PATHS = st.lists(PARTS, min_size=1, max_size=6).map(b"/".join)
PLACES = st.lists(st.sampled_from([b"a", b"b", b"c"]), min_size=1, max_size=3).map(b"/".join)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(PLACES, PATHS, min_size=1, max_size=5))
def test_links_that_pass_do_not_lead_the_kernel_out(
    tmp_path_factory: pytest.TempPathFactory, links: dict[bytes, bytes]
) -> None:
    links = {path: to for path, to in links.items() if not any(path.startswith(p + b"/") for p in links)}
    walk = LinkWalk(links.get)
    try:
        for path, target in links.items():
            walk.refuse_outward(path, target)
    except Refused:
        return
    outer = tmp_path_factory.mktemp("t")
    top = os.fsencode(Path(outer, "tree"))
    os.mkdir(top)
    for path, target in links.items():
        os.makedirs(os.path.join(top, os.path.dirname(path)), exist_ok=True)
        os.symlink(target, os.path.join(top, path))
    for path in links:
        try:
            fd = os.open(os.path.join(top, path), os.O_PATH)
        except OSError:  # it leads nowhere, or round in a circle
            continue
        real = os.readlink(b"/proc/self/fd/%d" % fd)
        os.close(fd)
        assert real == top or real.startswith(top + b"/")
