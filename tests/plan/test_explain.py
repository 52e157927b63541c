"""Every field that enters an id, spelt out."""

from __future__ import annotations

import json
from typing import Any

from bootstrap.plan.derivation import Derivation
from bootstrap.plan.explain import explain
from tests.plan.test_derivation import CHECK, PLANNED


def test_members_are_told_in_canonical_order_with_their_place() -> None:
    told = explain(CHECK)
    assert told[:6] == [
        ("check.stdout", '"1\\n"'),
        ("commands[0].argv[0]", '"{out}/bin/lua"'),
        ("commands[0].argv[1]", '"-e"'),
        ("commands[0].argv[2]", '"print(1)"'),
        ("commands[0].cwd", '""'),
        ("commands[0].env", "{}"),
    ]


def test_a_name_that_could_be_misread_is_quoted() -> None:
    places = [place for place, _ in explain(PLANNED)]
    assert 'inputs["musl.dev"].derivation' in places
    assert 'sources[""].patches[1]' in places
    assert "sources.ours.files.a.digest" in places


def leaves(value: Any) -> int:
    if isinstance(value, dict | list) and value:
        return sum(map(leaves, value.values() if isinstance(value, dict) else value))
    return 1


def test_nothing_that_enters_the_id_is_left_out() -> None:
    for derivation in (PLANNED, CHECK, Derivation(name="a", version="1")):
        told = explain(derivation)
        assert len(told) == len(dict(told)) == leaves(derivation.fields())
        assert all(json.dumps(json.loads(value)) for _, value in told)
