"""Graphs of paths, beside the plainest way to say the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bootstrap.store.garbage import in_order, reach, referrers

Graph = dict[int, list[int]]

COUNT = 12


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Each refers to some with a smaller number, as paths can only refer to what was there before."""
    return {
        number: sorted(draw(st.sets(st.integers(0, number - 1), max_size=4)) if number else set())
        for number in range(COUNT)
    }


def refers(graph: Graph, start: int, end: int) -> bool:
    return start == end or any(refers(graph, each, end) for each in graph[start])


seeds = st.sets(st.integers(0, COUNT - 1))


@given(graphs(), seeds)
def test_what_is_reached_is_what_some_seed_refers_to(graph: Graph, start: set[int]) -> None:
    assert reach(start, graph) == {path for path in graph if any(refers(graph, seed, path) for seed in start)}


@given(graphs(), seeds, st.lists(st.integers(0, 3), min_size=COUNT, max_size=COUNT))
def test_nothing_goes_before_what_refers_to_it_and_the_least_worth_goes_first(
    graph: Graph, start: set[int], worth: list[int]
) -> None:
    garbage = set(graph) - reach(start, graph)
    order = list(in_order(garbage, graph, worth.__getitem__))
    assert sorted(order) == sorted(garbage)
    left = set(garbage)
    for path in order:
        free = {each for each in left if not any(each in graph[other] for other in left)}
        assert path in free
        assert worth[path] == min(worth[each] for each in free)
        left.remove(path)


@given(graphs(), seeds)
def test_all_that_refer_to_garbage_are_counted(graph: Graph, start: set[int]) -> None:
    garbage = set(graph) - reach(start, graph)
    assert referrers(garbage, graph) == {
        path: sum(path in graph[other] for other in graph) for path in garbage
    }
