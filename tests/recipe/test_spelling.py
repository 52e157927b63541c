"""Did you mean."""

from __future__ import annotations

from bootstrap.recipe.spelling import did_you_mean


def test_the_nearest_name_is_meant() -> None:
    assert did_you_mean("comands", ["commands", "command", "env"]) == 'did you mean "commands"?'
    assert did_you_mean("LUA", ["lua"]) == 'did you mean "lua"?'


def test_nothing_is_meant_if_nothing_is_near() -> None:
    assert did_you_mean("x", ["commands"]) == ""
    assert did_you_mean("x", []) == ""
