"""Which variations change a file: what the builds so far say, and which build would say most.

Pure. A build is the set of variations that were varied in it; what a file was in it is any value that
can be compared. Two builds in which a file is the same rule out every variation in which they differ;
two in which it is not, and that differ in one variation not ruled out, show that one. Nested halves
thus find one cause among n in log2(n) builds, a build serves all files, and builds that are needed for
evidence's sake are used like any other.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

Varied = frozenset[str]

_STARTS = 6
"""Builds from which a better one is looked for: those that most files ask about, the least varied first."""
_EQUAL = 1e-3
"""Halvings: no gain."""
_WORTH = 0.2
"""How likely one variation must be for a build of everything else."""
_GROUPS = 100
"""Files that stand alike are taken together; of more groups than this the largest count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a file was in one build."""

    number: int
    varied: Varied
    value: Hashable


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A variation that changes a file."""

    variation: str
    builds: tuple[int, int]
    """They differ in it, and in nothing else that could change the file."""
    context: Varied
    """What else was varied in both, and not ruled out by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Two builds whose difference is not explained yet."""

    near: Seen
    far: Seen
    suspects: Varied
    """The variations in which they differ and that are not ruled out."""


class File:
    """All that is known of one file. `every` are the variations; `weights` say how likely each is."""

    def __init__(
        self, every: Varied, weights: Mapping[str, float] | None = None, restless: Varied = frozenset()
    ) -> None:
        self.every = every
        self.restless = restless
        """Those whose varied story is not constant, such as a clock that runs: two builds that tell it
        may differ for no other reason."""
        self.weights = weights or {}
        self.seen: list[Seen] = []
        self.accounted: dict[tuple[int, int], Varied] = {}
        """By two builds: variations whose marks fill all the bytes in which the file differs."""
        self.resembled: dict[tuple[int, int], Varied] = {}
        """The same of what the bytes look like: an address, whatever moved it."""

    def see(self, number: int, varied: Varied, value: Hashable) -> None:
        self.seen.append(Seen(number=number, varied=varied, value=value))

    def is_noisy(self) -> tuple[Seen, Seen] | None:
        """Two builds with the same varied in which it is not the same, the least varied first."""
        pairs = [
            pair
            for pair in combinations(self.seen, 2)
            if pair[0].varied == pair[1].varied
            and not pair[0].varied & self.restless
            and not self._alike(*pair)
            and not self._accounts(*pair)
        ]
        return min(pairs, key=lambda pair: len(pair[0].varied), default=None)

    def ruled_out(self, within: Varied = frozenset()) -> Varied:
        """Variations that do not change it; only by builds in which all of `within` are varied."""
        found: set[str] = set()
        for one, other in combinations([seen for seen in self.seen if within <= seen.varied], 2):
            if self._alike(one, other):
                found |= one.varied ^ other.varied
        return frozenset(found)

    def shown(self) -> dict[str, Shown]:
        """Those that change it, in the order in which they were shown."""
        found: dict[str, Shown] = {}
        for within in self._contexts(found):
            live = self.every - self.ruled_out(within)
            pairs = combinations([seen for seen in self.seen if within <= seen.varied], 2)
            for one, other in sorted(pairs, key=lambda pair: len(pair[0].varied ^ pair[1].varied)):
                between = one.varied ^ other.varied
                among = between & (self.every if len(between) == 1 else live)
                if len(among) == 1 and not self._alike(one, other) and not (among & found.keys()):
                    near, far = sorted((one, other), key=lambda seen: len(seen.varied))
                    if not self._is_sure(near, far, among):
                        continue
                    (name,) = among
                    found[name] = Shown(
                        variation=name,
                        builds=(near.number, far.number),
                        context=near.varied & far.varied,
                    )
        return found

    def gap(self, shown: Collection[str]) -> Gap | None:
        """The narrowest difference that what was shown does not explain; None if there is none."""
        known = frozenset(shown)
        gaps = []
        for one, other in combinations(self.seen, 2):
            if self._alike(one, other) or one.varied & known != other.varied & known:
                continue
            if one.varied == other.varied or self._is_filled(one, other, known):
                continue
            if one.varied & known and (one.varied & known & self.restless or self._is_all(known)):
                continue
            between = one.varied ^ other.varied
            suspects = between - self.ruled_out() or between - self.ruled_out(one.varied & known) - known
            near, far = sorted((one, other), key=lambda seen: (len(seen.varied), seen.number))
            gaps.append(
                (not suspects, len(suspects), len(between), Gap(near=near, far=far, suspects=suspects))
            )
        return min(gaps, key=lambda gap: gap[:3])[3] if gaps else None

    def wants_without(self, shown: Collection[str]) -> Varied | None:
        """A build of everything but one variation: if the file is in it as in the control, the variation
        does it, and nothing else does."""
        built = {seen.varied for seen in self.seen}
        gap = self.gap(shown)
        if gap is None or len(gap.suspects) != 1 or gap.near.varied or shown:
            return None
        (name,) = gap.suspects
        total = sum(self.weights.get(each, 1.0) for each in self.every)
        without = self.every - gap.suspects
        if without in built or self.weights.get(name, 1.0) < _WORTH * total:
            return None
        return without

    def wants_again(self, shown: Collection[str]) -> Varied | None:
        """What must be built a second time, to see whether the file is the same at all."""
        known = frozenset(shown)
        gap = self.gap(shown)
        if gap is not None and len(gap.suspects) == 1 and not self._is_twice(gap.near.varied):
            return gap.near.varied
        groups: dict[Varied, list[Seen]] = {}
        for seen in self.seen:
            groups.setdefault(seen.varied & known, []).append(seen)
        for group in groups.values():
            least = min(group, key=lambda seen: len(seen.varied))
            if len(group) >= 3 and not self._is_twice(least.varied) and self._all_differ(group):
                return least.varied
        return None

    def wants_alone(self, shown: Mapping[str, Shown]) -> Varied | None:
        """A build that tells whether what was shown together with others does it alone."""
        built = {seen.varied for seen in self.seen}
        for cause in shown.values():
            alone = self.together(shown) | {cause.variation}
            near, far = (next(seen for seen in self.seen if seen.number == n) for n in cause.builds)
            if cause.context - shown.keys() and alone not in built and not self._is_filled(near, far, alone):
                return alone
        return None

    def together(self, shown: Collection[str]) -> Varied:
        """Those of the shown ones that do nothing alone."""
        control = next((seen for seen in self.seen if not seen.varied), None)
        return frozenset(
            name
            for name in shown
            for seen in self.seen
            if control and seen.varied == {name} and self._alike(control, seen)
        )

    def _contexts(self, found: Mapping[str, Shown]) -> Iterator[Varied]:
        yield frozenset()
        for name in [*found]:
            yield frozenset({name})
        if found:
            yield frozenset(found)

    def _is_filled(self, one: Seen, other: Seen, names: Varied) -> bool:
        """Whether values of these, or what looks like them, fill the differing bytes."""
        key = _key(one, other)
        return any(found and found <= names for found in (self.accounted.get(key), self.resembled.get(key)))

    def _is_all(self, known: Varied) -> bool:
        """Whether they are enough, and builds without any of them alike though all else differs."""
        return not self.together(known) and any(
            self._alike(one, other) and self.every - known <= one.varied ^ other.varied
            for one, other in combinations([seen for seen in self.seen if not seen.varied & known], 2)
        )

    def _is_sure(self, near: Seen, far: Seen, among: Varied) -> bool:
        """Whether the difference is no accident: marks fill it, or the file was so a second time."""
        if self._is_filled(near, far, among):
            return True
        return any(
            self._alike(seen, each)
            for each in (near, far)
            for seen in self.seen
            if seen.number != each.number
        )

    def _is_twice(self, varied: Varied) -> bool:
        """Whether a second time was built already, or would tell nothing."""
        return bool(varied & self.restless) or sum(seen.varied == varied for seen in self.seen) > 1

    def _all_differ(self, group: Sequence[Seen]) -> bool:
        return not any(self._alike(*pair) or self._accounts(*pair) for pair in combinations(group, 2))

    def _alike(self, one: Seen, other: Seen) -> bool:
        return one.value == other.value

    def _accounts(self, one: Seen, other: Seen) -> bool:
        return bool(self.accounted.get(_key(one, other)))


def _key(one: Seen, other: Seen) -> tuple[int, int]:
    return min(one.number, other.number), max(one.number, other.number)


@dataclass(frozen=True, slots=True)
class _Question:
    """Files for which the same is asked."""

    near: Varied
    far: Varied
    suspects: Varied
    shares: tuple[tuple[str, float], ...]
    fixed: Varied
    """What must be as in `near`, since it may matter."""


def next_build(
    files: Iterable[File],
    built: Collection[Varied],
    is_possible: Callable[[Varied], bool] = lambda varied: True,
) -> Varied | None:
    """The build not done yet whose answers are expected to narrow the suspects most, for all files
    together; None if none would tell anything. `is_possible`: whether these can be varied in one build."""
    questions: Counter[_Question] = Counter()
    for file in files:
        shown = file.shown()
        gap = file.gap(shown)
        if gap is not None and gap.suspects:
            questions[_question(file, gap, shown)] += 1
    asked = questions.most_common(_GROUPS)
    if not asked:
        return None
    names = sorted({name for question, _ in asked for name in question.suspects})
    starts = Counter[Varied]()
    for question, count in asked:
        starts[question.near] += count
        starts[question.far] += count
    gain, varied = 0.0, frozenset[str]()
    for start, _ in starts.most_common(_STARTS):
        better, candidate = _grown(start, names, asked, is_possible)
        if better > gain + _EQUAL:
            gain, varied = better, candidate
    return None if gain == 0.0 or varied in built else varied


def _question(file: File, gap: Gap, shown: Collection[str]) -> _Question:
    total = sum(file.weights.get(name, 1.0) for name in gap.suspects)
    shares = tuple((name, round(file.weights.get(name, 1.0) / total, 6)) for name in sorted(gap.suspects))
    fixed = (file.every - file.ruled_out()) | frozenset(shown)
    return _Question(gap.near.varied, gap.far.varied, gap.suspects, shares, fixed - gap.suspects)


def _grown(
    start: Varied,
    names: Sequence[str],
    asked: Sequence[tuple[_Question, int]],
    is_possible: Callable[[Varied], bool],
) -> tuple[float, Varied]:
    """From `start`, that variation is changed which gains most, until none does."""
    varied = start
    gain = _gain(varied, asked)
    while True:
        others = [other for name in names if is_possible(other := varied ^ {name})]
        tries = [(_gain(other, asked), other) for other in others]
        better, candidate = max(tries, key=lambda each: each[0], default=(0.0, varied))
        if better <= gain + _EQUAL:
            return gain, varied
        gain, varied = better, candidate


def _gain(varied: Varied, asked: Sequence[tuple[_Question, int]]) -> float:
    """Expected halvings of the number of suspects, over all files."""
    return sum(count * _halvings(varied, question) for question, count in asked)


def _halvings(varied: Varied, question: _Question) -> float:
    if (varied ^ question.near) & question.fixed:
        return 0.0
    flipped = (varied ^ question.near) & question.suspects
    rest = len(question.suspects) - len(flipped)
    if not flipped or not rest:
        return 0.0
    size = len(question.suspects)
    share = sum(part for name, part in question.shares if name in flipped)
    return share * _narrowing(size, len(flipped)) + (1 - share) * _narrowing(size, rest)


def _narrowing(before: int, after: int) -> float:
    """Halvings, and one more where a single suspect is left, since it is shown with that."""
    return math.log2(before / after) + (after == 1)
