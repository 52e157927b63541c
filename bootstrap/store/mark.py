"""What must stay, and what of the rest goes, in which order.

What stays is the closure of: paths that a root names; that were used, or added, within the time of
the policy; that it keeps by name; that somebody uses at this moment. Beside each of these stay the
other outputs of its derivation: without them that would count as not built.

The rest is garbage, and goes in an order in which nothing that stays refers to what is gone: first
what was not used for two weeks, then by the time to build it again for each byte.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bootstrap.store.facts import Facts
from bootstrap.store.garbage import References, in_order, reach, referrers
from bootstrap.store.layout import Layout
from bootstrap.store.mounted import mounted
from bootstrap.store.policy import Garbage, Policy
from bootstrap.store.roots import roots
from bootstrap.store.uses import Uses, last_uses
from bootstrap.store.weigh import Weights
from bootstrap.storepath import StorePath

RECENT = 14 * 86400.0
"""Seconds for which what was used is worth more than what was not."""


@dataclass(frozen=True, kw_only=True)
class Marked:
    """The garbage of a store at one moment."""

    garbage: Sequence[Garbage]
    """In the order in which it may go."""
    rows: dict[str, int]
    """The database's row of each registered path, by hash."""
    references: References
    """By row."""
    uses: dict[str, int]
    """When those were last used that might be garbage, by base name; nanoseconds since the epoch."""
    freed: int
    """Bytes that are free when all of the garbage is gone, if that was asked for."""
    size: int | None
    """Bytes in the store, if that was asked for."""


def mark(layout: Layout, facts: Facts, policy: Policy, *, weigh: bool) -> Marked:
    """What of a store goes by this policy; changes nothing, and disturbs nobody."""
    now = time.time()
    used = Uses(layout)
    try:
        held = used.held()
    finally:
        used.close()
    seen = mounted(layout.store)
    every = facts.rows_of_paths()
    references = facts.every_reference()
    siblings = facts.siblings()
    named = {root.path.hash for root in roots(layout)} | {path.hash for path in policy.keep}
    kept = {
        row
        for row, hash, _, _, registered in every
        if hash in named or hash in held or hash in seen or registered > now - policy.older_than
    }
    live = reach(_with_siblings(kept, siblings), references)
    uses = last_uses(layout, (base for row, _, base, _, _ in every if row not in live))
    last = {
        row: max(registered, uses.get(base, 0) / 1e9)
        for row, _, base, _, registered in every
        if row not in live
    }
    recent = {row for row, time in last.items() if time > now - policy.older_than}
    live |= reach(_with_siblings(recent, siblings), references)
    rebuild = facts.rebuild_seconds()
    dead = {row: (base, size) for row, _, base, size, _ in every if row not in live}

    def worth(row: int) -> tuple[bool, float, float]:
        return last[row] > now - RECENT, rebuild.get(row, 0.0) / (dead[row][1] or 1), last[row]

    counts = referrers(dead, references)
    garbage = (
        Garbage(
            path=StorePath(*dead[row][0].split("-", 1)),
            size=dead[row][1],
            last_used=last[row],
            rebuild=rebuild.get(row),
            referrers=counts[row],
        )
        for row in in_order(dead, references, worth)
    )
    weights = None
    if weigh or policy.max_size is not None:
        weights = Weights(layout, without_links=sum(size for _, _, _, size, _ in every))
    chosen: list[Garbage] = []
    freed = 0
    for each in garbage:
        if weights is not None:
            if policy.max_size is not None and weights.total - freed <= policy.max_size:
                break
            freed += weights.add(layout.real(each.path))
        chosen.append(each)
    return Marked(
        garbage=chosen,
        rows={hash: row for row, hash, _, _, _ in every},
        references=references,
        uses=uses,
        freed=freed,
        size=weights.total if weights is not None else None,
    )


def _with_siblings(rows: set[int], siblings: Iterable[list[int]]) -> set[int]:
    found = set(rows)
    for group in siblings:
        if not rows.isdisjoint(group):
            found.update(group)
    return found
