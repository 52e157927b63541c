"""bootstrap roots, and run --root."""

from __future__ import annotations

import os

import pytest

from tests.cli.checkout import Checkout

pytestmark = pytest.mark.sandbox

STAGE = """
leaf = made("leaf")
tool = made("tool", write("{out}/leaf", "{leaf}"), libs = [leaf])
stage(name = "first", recipes = [leaf, tool])
"""


def test_a_root_is_added_listed_and_removed(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    path = checkout.path("tool")
    assert checkout.good("roots").stdout == ""
    checkout.good("roots", "add", "mine", "tool")
    (row,) = checkout.json("roots")
    assert row.keys() == {"name", "path", "real", "closure_size", "since"}
    assert (row["name"], row["path"], row["closure_size"]) == ("mine", path, len("leaf" + "tool" + path))
    assert checkout.good("roots").stdout.split()[0] == "mine"
    assert (checkout.home / "roots/mine/name").read_text() == "tool"
    checkout.good("roots", "remove", "mine")
    assert checkout.json("roots") == []


def test_a_store_path_can_be_given_a_name(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    path = checkout.path("tool")
    checkout.good("roots", "add", "mine", path)
    assert checkout.json("roots")[0]["path"] == path


def test_a_run_names_its_results_also_when_there_is_nothing_to_do(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    assert "root mine" in checkout.good("run", "tool", "--root", "mine").stderr
    checkout.good("roots", "remove", "mine")
    checkout.good("run", "tool", "--root", "mine")
    assert os.listdir(checkout.home / "roots") == ["mine"]
    checkout.good("run", "first", "--root", "all")
    assert sorted(os.listdir(checkout.home / "roots")) == ["all-leaf-1", "all-tool-1", "mine"]
    checkout.good("roots", "remove", "all-leaf-1", "all-tool-1", "mine")


def test_a_root_of_what_is_gone_is_listed_as_such(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    checkout.good("run", "tool")
    os.mkdir(checkout.home / "roots")
    os.symlink("../store/" + "a" * 32 + "-x-1", checkout.home / "roots/old")
    assert checkout.json("roots")[0]["closure_size"] is None
    assert "not built" in checkout.good("roots").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["roots", "add", "mine", "tool"], "tool@1 is not built"),
        (["roots", "add", "a/b", "tool"], "cannot be the name of a root"),
        (["roots", "add", "mine"], "means nothing"),
        (["roots", "remove"], "means nothing"),
        (["roots", "keep", "it"], "means nothing"),
        (["roots", "remove", "mine", "x"], "there is no root mine, x"),
        (["roots", "add", "mine", "/bootstrap/store/x"], "not a store path"),
        (["roots", "add", "mine", "/bootstrap/store/" + "a" * 32 + "-x"], "not in the store"),
        (["run", "tool", "--root", ".x"], "cannot be the name of a root"),
    ],
)
def test_what_means_nothing_is_a_usage_error(checkout: Checkout, words: list[str], said: str) -> None:
    checkout.stage(STAGE)
    done = checkout(*words)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_results_of_one_name_want_roots_of_their_own(checkout: Checkout) -> None:
    checkout.stage(
        """
one = made("same", write("{out}/x", "1"))
two = made("same", write("{out}/x", "2"))
stage(name = "first", recipes = [one])
"""
    )
    file = "stages/00-first/stage.star"
    done = checkout("run", f"{file}:one", f"{file}:two", "--root", "mine")
    assert (done.returncode, "several results are called same-1" in done.stderr) == (2, True)


def test_the_closure_of_targets_and_store_paths_is_listed(checkout: Checkout) -> None:
    checkout.stage(STAGE)
    tool, leaf = checkout.path("tool"), checkout.path("leaf")
    assert checkout.good("show", "--closure", "tool").stdout.splitlines() == sorted([tool, leaf])
    assert checkout.json("show", "--closure", tool) == sorted([tool, leaf])
    assert checkout.json("show", "--closure", leaf, leaf) == [leaf]
    done = checkout("show", "--closure", "/bootstrap/store/" + "a" * 32 + "-x")
    assert (done.returncode, "not in the store" in done.stderr) == (2, True)
