"""Whether different routes to the same targets meet, and which one is the odd one out.

A route is one choice of an option, such as one of several seeds, and all that was built for the
targets with it. Equal bytes have equal store paths, so comparing paths compares results. Building the
same source with compilers of independent origin and comparing the results is diverse double-compiling
(D. A. Wheeler, "Fully Countering Trusting Trust through Diverse Double-Compiling", 2009).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bootstrap.storepath import StorePath

Verdict = Literal["agrees", "differs", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What came of one choice."""

    choice: str
    paths: tuple[StorePath, ...]
    """Every output on the way, in the order in which they are needed."""
    targets: tuple[StorePath, ...]
    """The outputs of the targets; () if a build failed."""
    failure: str = ""
    """Why there are no outputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A route beside the others."""

    route: Route
    verdict: Verdict
    first_common: StorePath | None
    """The first path on the way that all routes that agree have in common; of one that differs, the
    first that it has in common with them, if any."""
    first_different: tuple[StorePath, StorePath] | None
    """Of one that differs: the first of its target paths that the others do not have, and theirs."""


def judge(routes: Sequence[Route]) -> tuple[Judged, ...]:
    """Every route beside what most routes came to.

    Where no result has more routes than any other, nobody can be said to agree, and all differ.
    """
    results = Counter(route.targets for route in routes if route.targets)
    ranked = results.most_common(2)
    agreed: tuple[StorePath, ...] = ()
    if ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
        agreed = ranked[0][0]
    common: set[StorePath] | None = None
    for route in routes:
        if route.targets and route.targets == agreed:
            common = set(route.paths) if common is None else common & set(route.paths)
    return tuple(_judge(route, agreed, common or set()) for route in routes)


def _judge(route: Route, agreed: tuple[StorePath, ...], common: set[StorePath]) -> Judged:
    first = next((path for path in route.paths if path in common), None)
    if not route.targets:
        return Judged(route=route, verdict="failed", first_common=first, first_different=None)
    if route.targets == agreed:
        return Judged(route=route, verdict="agrees", first_common=first, first_different=None)
    pairs = zip(route.targets, agreed, strict=False)
    different = next(((ours, theirs) for ours, theirs in pairs if ours != theirs), None)
    return Judged(route=route, verdict="differs", first_common=first, first_different=different)
