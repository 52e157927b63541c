"""What a result must not mention: tools, and what its stage forbids."""

from __future__ import annotations

import re

import pytest

from tests.cli.checkout import Checkout, events

pytestmark = pytest.mark.sandbox

LEAF = 'leaf = made("leaf")\n'


def user(**fields: str) -> str:
    given = "".join(f", {name} = {value}" for name, value in fields.items())
    text = f'user = made("user", write("{{out}}/etc/mention", "at {{leaf}}!"){given})\n'
    return LEAF + text + 'stage(name = "first", recipes = [user])\n'


def test_a_mention_of_a_tool_is_refused_with_file_offset_and_rule(checkout: Checkout) -> None:
    checkout.stage(user(tools="[leaf]"))
    done = checkout("run", "user")
    assert (done.returncode, done.stdout) == (1, "")
    assert "user@1 refers to leaf@1, which it must not: leaf is a tool of user" in done.stderr
    assert "defined at  stages/00-first/stage.star:3:" in done.stderr
    # the digits of the store path are what is looked for
    assert re.search(r"found in    /bootstrap/store/\S+-user-1/etc/mention, byte 20\n", done.stderr)
    assert 'allow = {"leaf": "the reason"}' in done.stderr


def test_a_mention_of_a_lib_may_stay(checkout: Checkout) -> None:
    checkout.stage(user(libs="[leaf]"))
    checkout.good("run", "user")
    (fact,) = checkout.json("show", "user")
    assert [path.endswith("-leaf-1") for path in fact["outputs"]["out"]["references"]] == [True]


def test_a_mention_that_the_recipe_allows_may_stay(checkout: Checkout) -> None:
    checkout.stage(user(tools="[leaf]", allow='{"leaf": "a wrapper"}'))
    checkout.good("run", "user")


def test_a_tool_that_a_lib_brings_along_may_stay(checkout: Checkout) -> None:
    checkout.stage(
        LEAF
        + """
lib = made("lib", write("{out}/mention", "{leaf}"), libs = [leaf])
user = made("user", write("{out}/mention", "{lib} {leaf}"), tools = [leaf], libs = [lib])
stage(name = "first", recipes = [user])
"""
    )
    checkout.good("run", "user")


def test_what_a_stage_forbids_is_refused_through_a_lib_too(checkout: Checkout) -> None:
    checkout.stage(LEAF + 'first = stage(name = "first", recipes = [leaf])\n')
    checkout.stage(
        """
load("//stages/00-first/stage.star", "first", "leaf")
lib = made("lib", write("{out}/mention", "{leaf}"), libs = [leaf])
user = made("user", write("{out}/mention", "{lib}"), libs = [lib])
stage(name = "second", recipes = [user], forbid = [first])
""",
        "01-second",
    )
    done = checkout("run", "user")
    assert done.returncode == 1, done.stderr
    assert "user@1 refers to leaf@1, which it must not: stage second forbids" in done.stderr
    assert re.search(r"found in    \S+-user-1/mention, byte 17\n", done.stderr)
    assert re.search(r"found in    \S+-lib-1/mention, byte 17\n", done.stderr)


def test_a_new_rule_binds_a_result_that_is_there(checkout: Checkout) -> None:
    allowed = user(tools="[leaf]", allow='{"leaf": "a wrapper"}')
    checkout.stage(allowed)
    checkout.good("run", "user")
    checkout.stage(user(tools="[leaf]"))
    done = checkout("run", "user")
    assert (done.returncode, events(done.stderr, "begun")) == (1, [])
    assert "leaf is a tool of user" in done.stderr
    checkout.stage(allowed)
    checkout.good("run", "user")


def test_nothing_is_built_on_a_result_that_a_new_rule_refuses(checkout: Checkout) -> None:
    checkout.stage(user(tools="[leaf]", allow='{"leaf": "a wrapper"}'))
    checkout.good("run", "user")
    more = 'more = made("more", tools = [user])\nother = made("other")\n'
    more += 'stage(name = "x", recipes = [more, other])\n'
    checkout.stage(user(tools="[leaf]") + more)
    done = checkout("run", "more", "other", "--keep-going")
    assert done.returncode == 1
    assert events(done.stderr, "built") == ["other@1"]
    assert "not tried: more@1" in done.stderr
