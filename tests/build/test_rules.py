"""What a result must keep, asked of a store that only remembers."""

from __future__ import annotations

from typing import Any

import pytest

from bootstrap.build.rules import check_references, missed_expectations
from bootstrap.digest import digest
from bootstrap.errors import ReferenceForbidden
from bootstrap.plan.derivation import Output
from bootstrap.plan.plan import Rule, Step
from tests.build.fakes import MemoryStore, path, step

TOOL, LIB = step("tool"), step("lib")


def rule(forbidden: Step, *, direct: bool) -> Rule:
    return Rule(
        forbidden=Output(forbidden.id, "out"),
        name=forbidden.derivation.title,
        because="a rule",
        direct=direct,
    )


def judge(user: Step, mentions: dict[str, dict[str, tuple[bytes, int]]], *built: Step) -> None:
    store: Any = MemoryStore(
        mentions={path(a): {path(b): place for b, place in bs.items()} for a, bs in mentions.items()}
    ).has(*built)

    def find(output: Output) -> Any:
        return store.realised.get(output.derivation, {}).get(output.output)

    check_references(user, {"out": path("user")}, store, find)


def user(forbidden: Step, *, direct: bool) -> Step:
    return step("user", TOOL, LIB, libs=["lib"], rules=[rule(forbidden, direct=direct)])


AT = (b"bin/user", 12)


def test_a_mention_is_refused_with_its_place() -> None:
    with pytest.raises(ReferenceForbidden) as caught:
        judge(user(TOOL, direct=True), {"user": {"tool": AT}}, TOOL, LIB)
    assert f"found in    {path('user')}/bin/user, byte 12" in caught.value.message
    assert "a rule" in caught.value.message
    assert 'allow = {"tool"' in caught.value.hint


def test_without_a_mention_nothing_is_refused() -> None:
    judge(user(TOOL, direct=True), {"user": {"lib": AT}}, TOOL, LIB)


def test_what_was_never_built_cannot_be_mentioned() -> None:
    judge(user(TOOL, direct=True), {"user": {"tool": AT}}, LIB)


def test_what_a_lib_brings_along_may_stay_under_a_rule_on_tools() -> None:
    judge(user(TOOL, direct=True), {"user": {"lib": AT, "tool": AT}, "lib": {"tool": AT}}, TOOL, LIB)


def test_what_is_forbidden_may_not_come_through_a_lib_and_every_link_is_shown() -> None:
    mentions = {"user": {"lib": AT}, "lib": {"tool": (b"lib/x", 3)}}
    with pytest.raises(ReferenceForbidden) as caught:
        judge(user(TOOL, direct=False), mentions, TOOL, LIB)
    assert f"{path('user')}/bin/user, byte 12\n  found in    {path('lib')}/lib/x, byte 3" in str(caught.value)


def test_a_lib_that_met_what_is_forbidden_at_one_path_may_stay() -> None:
    judge(user(LIB, direct=False), {"user": {"lib": AT}}, TOOL, LIB)


def test_an_output_with_the_recorded_digest_is_not_missed() -> None:
    store: Any = MemoryStore()
    expected = step("a", expected=store.info(path("a")).digest)
    assert missed_expectations(expected, {"out": path("a")}, store) == []


def test_an_output_with_another_digest_is_missed_and_both_are_told() -> None:
    store: Any = MemoryStore()
    (missed,) = missed_expectations(step("a", expected=digest(b"x")), {"out": path("a")}, store)
    assert (missed.expected, missed.got) == (digest(b"x"), store.info(path("a")).digest)
    assert (missed.name, missed.path) == ("a-1", path("a"))


def test_an_output_without_a_record_is_missed_without_an_expectation() -> None:
    store: Any = MemoryStore()
    assert [each.expected for each in missed_expectations(step("a"), {"out": path("a")}, store)] == [None]
