from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bootstrap.inspect.convergence import Route, judge
from bootstrap.storepath import StorePath


def path(letter: str) -> StorePath:
    return StorePath(letter * 32, "tcc-1")


def route(choice: str, way: str, failure: str = "") -> Route:
    """A route by one letter for each path; the last is the target's."""
    paths = tuple(path(letter) for letter in way)
    return Route(choice=choice, paths=paths, targets=() if failure else paths[-1:], failure=failure)


def test_routes_that_meet_agree_from_the_first_path_that_all_have() -> None:
    judged = judge([route("a", "pxyz"), route("b", "qyz"), route("c", "rxyz")])
    assert [each.verdict for each in judged] == ["agrees"] * 3
    assert [each.first_common for each in judged] == [path("y")] * 3


def test_the_odd_one_out_is_named_with_what_it_came_to() -> None:
    judged = judge([route("a", "xz"), route("evil", "xw"), route("b", "xz")])
    assert [each.verdict for each in judged] == ["agrees", "differs", "agrees"]
    assert judged[1].first_different == (path("w"), path("z"))
    assert judged[1].first_common == path("x")


def test_of_two_that_differ_neither_is_right() -> None:
    assert [each.verdict for each in judge([route("a", "x"), route("b", "y")])] == ["differs", "differs"]


def test_a_failure_is_no_result() -> None:
    judged = judge([route("a", "xy"), route("b", "x", failure="no"), route("c", "xy")])
    assert [each.verdict for each in judged] == ["agrees", "failed", "agrees"]
    assert judged[1].first_common == path("x")


def test_a_single_route_agrees_with_itself() -> None:
    assert judge([route("a", "x")])[0].verdict == "agrees"


@given(st.lists(st.sampled_from("xyz"), min_size=1, max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_routes_does_not_matter(ends: list[str], chance: object) -> None:
    routes = [route(str(number), end) for number, end in enumerate(ends)]
    shuffled = list(routes)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    verdicts = {each.route.choice: each.verdict for each in judge(routes)}
    assert {each.route.choice: each.verdict for each in judge(shuffled)} == verdicts
    counts = sorted(ends.count(end) for end in set(ends))
    clear = len(counts) == 1 or counts[-1] > counts[-2]
    assert (list(verdicts.values()).count("agrees")) == (counts[-1] if clear else 0)
