"""What of a store is garbage, and in which order it goes: graphs of numbers, no file and no clock."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

References = Mapping[int, Sequence[int]]
"""What each path refers to; nothing, if it is not in there."""


def reach(start: Iterable[int], references: References) -> set[int]:
    """What is given and all that it refers to, transitively."""
    found: set[int] = set()
    left = list(start)
    while left:
        here = left.pop()
        if here not in found:
            found.add(here)
            left += references.get(here, ())
    return found


def referrers(garbage: Collection[int], references: References) -> dict[int, int]:
    """How many others of the garbage refer to each; those are all that do."""
    counts = dict.fromkeys(garbage, 0)
    for path in garbage:
        for reference in references.get(path, ()):
            if reference in counts:
                counts[reference] += 1
    return counts


def in_order(garbage: Collection[int], references: References, worth: Callable[[int], Any]) -> Iterator[int]:
    """The garbage, what refers before what is referred to; of those that may go, the least worth first."""
    counts = referrers(garbage, references)
    ready = [(worth(path), path) for path, count in counts.items() if not count]
    heapq.heapify(ready)
    while ready:
        _, path = heapq.heappop(ready)
        yield path
        for reference in references.get(path, ()):
            if reference in counts:
                counts[reference] -= 1
                if not counts[reference]:
                    heapq.heappush(ready, (worth(reference), reference))
