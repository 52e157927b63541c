"""Which variations have left something in the bytes in which a file differs between two builds.

Pure: differences with wide excerpts, and what each of the two builds was told, give clues.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from reprocheck.compare import Bounds, Difference, Kind, Span
from reprocheck.compare.difference import Place, shown
from reprocheck.compare.readers.fields import moment as spelt_moment
from reprocheck.diagnose.moments import DAY, DOS, Moment, moments
from reprocheck.diagnose.shapes import shapes
from reprocheck.diagnose.spelling import spellings
from reprocheck.variation.model import Mark

BOUNDS = Bounds(seconds=10, differences=200, ranges=64, excerpt=1024, context=192)
"""Wider than for a report: what a mark is part of must be in sight."""
_QUARTER = 900
"""Seconds: zones differ by multiples of it,"""
_FARTHEST_ZONES = 26 * 3600
"""and at most so far."""
_EPOCHS = range(10**8, 1 << 32)
_SLACK = 2
"""Seconds: the grain of MS-DOS times."""
_FIELDS = (
    (re.compile(r"\bmode\b|attributes"), "user.umask"),
    (re.compile(r"\b(uid|gid|owner)\b"), "user.uid"),
    (re.compile(r"\b(user|group) name\b"), "user.name"),
    (re.compile(r"\b(inode|device|dev|ino)\b"), "inode"),
    (re.compile(r"\bmtime\b|\btimes?\b", re.IGNORECASE), "time.mtime"),
    (re.compile(r"\bencoding\b"), "locale"),
)
"""Of formats: what they hold."""
_TIME_FIELD = re.compile(r"\(.*time.*\)$")
_LETTERS = re.compile(rb"[A-Za-z\x80-\xff]{3,}")
_DIGITS = re.compile(rb"(?<![0-9A-Za-z.])\d+(?:\.\d+)?(?!(?!(?:[num]?s|secs?|L|U|f)\b)[0-9A-Za-z])")
_NAMES = (Kind.TARGET, Kind.ONLY_LEFT, Kind.ONLY_RIGHT)
_TELLING = 0.5
"""Strength of looks that fill a place."""
_BRINGS = {"tmpname": "rng", "benchmark": "time.elapsed", "uninit": "aslr"}
"""What a thing of such looks comes from."""
_IDENTIFIERS = frozenset({"rng", "tmpname", "aslr"})
_ROW = 8
_AROUND = 24
"""Bytes."""
_SPENT = re.compile(
    rb"\b(?:ns|us|ms|secs?|seconds|time|cpu|elapsed|took|duration|speed|per)(?:\b|_)|_(?:ns|us|ms|s)\b"
)
_HEX_DIGITS = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Fa-f]{3,12}(?![0-9A-Za-z])")
_ORDERS = ("order.readdir", "order.hash", "order.parallel", "locale")
_WORD = re.compile(rb"[0-9A-Za-z_./+-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What one build was told, and when it ran."""

    marks: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    """By variation."""
    started: float = 0.0
    ended: float = 0.0
    """Seconds since the epoch by the host's clock."""
    clock: int | None = None
    """Seconds since the epoch when it began, as it was told; None: the host's clock."""
    runs: bool = False
    """Whether that clock went on."""

    def windows(self, times: Iterable[str]) -> Iterator[tuple[str, float, float]]:
        """Times that it could see: variation or cause, first and last second. `times` are the
        variations whose numbers are times."""
        for name in times:
            for mark in self.marks.get(name, ()):
                if isinstance(mark, int) and mark in _EPOCHS:
                    yield name, mark, mark
        long = self.ended - self.started
        if self.clock is not None:
            yield "time.clock", self.clock, self.clock + (long if self.runs else 0)
        if self.ended:
            yield "time.clock" if self.clock is None else "time.mtime", self.started, self.ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """One reason to suspect one variation or cause."""

    name: str
    """A variation's name, or that of a cause."""
    strength: float
    """From 0, no more than a hint, to 1: its values stand in both builds in the same place."""
    text: str
    """For people, with offsets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that was found in one pair of files."""

    clues: tuple[Clue, ...] = ()
    """The strongest first; at most one for each name."""
    accounts: frozenset[str] = frozenset()
    """Names whose values fill every differing place; empty if some place is not explained."""
    resembles: frozenset[str] = frozenset()
    """The same of places that look as what these bring: an address, a random identifier, a duration."""

    def strengths(self) -> dict[str, float]:
        return {clue.name: clue.strength for clue in self.clues}

    def text(self, name: str) -> str:
        """ "" if nothing was found."""
        return next((clue.text for clue in self.clues if clue.name == name), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """Bytes of one side, of which those from `start` to `end` differ."""

    data: bytes
    start: int
    end: int
    base: int
    """Offset of `data` in its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """One differing place."""

    title: str
    left: _Side
    right: _Side
    offsets: bool = True

    def where(self, start: int, end: int) -> str:
        """Bytes of the left side, from a position in its data."""
        if not self.offsets:
            return self.title
        first, last = self.left.base + start, self.left.base + max(end, start + 1) - 1
        return f"{self.title}: bytes {first:#x}-{last:#x}"


def evidence(
    differences: Sequence[Difference], left: Story, right: Story, *, times: Iterable[str] = ()
) -> Evidence:
    """What the differing bytes tell; `times` are variations whose numbers are seconds since the epoch."""
    spots = list(_spots(differences))
    found: dict[str, Clue] = {}
    accounts: set[str] = set()
    resembles: set[str] = set()
    complete = resembling = bool(spots)
    times = sorted(times)
    changed = sorted(
        name
        for name in left.marks.keys() | right.marks.keys()
        if left.marks.get(name, ()) != right.marks.get(name, ()) and name not in times
    )
    present = _Present(spots, left, right, changed)
    for spot in spots:
        filling: list[Clue] = []
        values = [*present.marks(spot), *_times(spot, left, right, times)]
        for clue, fills in values:
            _keep(found, clue)
            if fills:
                filling.append(clue)
        if filling:
            accounts.add(max(filling, key=lambda clue: clue.strength).name)
        else:
            complete = False
        looks = [*_looks(spot)]
        if not values and not {clue.name for clue in looks} & _IDENTIFIERS:
            looks += _measured(spot, left, right)
        bringing = [clue for clue in looks if clue.name in _BRINGS or clue.name in _BRINGS.values()]
        similar = max(bringing, key=lambda clue: clue.strength, default=None)
        if similar is not None and similar.strength >= _TELLING:
            resembles.add(_BRINGS.get(similar.name, similar.name))
        elif not filling:
            resembling = False
        for clue in (*looks, *_language(spot), *_counted(spot), *_random(spot)):
            _keep(found, clue)
    for difference in differences:
        for clue in _kinds(difference):
            _keep(found, clue)
        if not difference.ranges and not difference.follows and difference.kind not in _NAMES:
            complete = resembling = False
    for clue in _reordered(spots):
        _keep(found, clue)
    clues = sorted(found.values(), key=lambda clue: (-clue.strength, clue.name))
    return Evidence(
        clues=tuple(clues),
        accounts=frozenset(accounts) if complete else frozenset(),
        resembles=frozenset(resembles | accounts) if resembling else frozenset(),
    )


def names_as_spots(left: str, right: str) -> tuple[Difference, ...]:
    """Two names of one file as a difference, so that what stands in a name is found as well."""
    return (Difference(place=(b"",), kind=Kind.TARGET, field="its name", left=left, right=right),)


def _keep(found: dict[str, Clue], clue: Clue) -> None:
    if clue.name not in found or clue.strength > found[clue.name].strength:
        found[clue.name] = clue


def _spots(differences: Sequence[Difference]) -> Iterator[_Spot]:
    yield from _renamed(differences)
    for difference in differences:
        title = difference.path + (f" ({difference.field})" if difference.field else "")
        if difference.kind is Kind.TARGET and not difference.ranges:
            yield _named(title, difference.left.encode(), difference.right.encode())
        if difference.follows:
            continue
        for each in difference.ranges:
            sides = _side(each.left), _side(each.right)
            start, ends = _trimmed(*(side.data[side.start : side.end] for side in sides))
            yield _Spot(
                title=title, left=_cut(sides[0], start, ends[0]), right=_cut(sides[1], start, ends[1])
            )


def _renamed(differences: Sequence[Difference]) -> Iterator[_Spot]:
    """What only one side has and what only the other has, in their order: perhaps one thing renamed."""
    alone: dict[tuple[Place, str], tuple[list[bytes], list[bytes]]] = {}
    for difference in differences:
        if difference.kind in (Kind.ONLY_LEFT, Kind.ONLY_RIGHT):
            is_left = difference.kind is Kind.ONLY_LEFT
            value = (difference.left if is_left else difference.right) if difference.field else ""
            name = value.encode() if difference.field else difference.place[-1]
            place = difference.place if difference.field else difference.place[:-1]
            alone.setdefault((place, difference.field), ([], []))[not is_left].append(name)
    for (place, _), names in alone.items():
        title = "//".join(shown(part) for part in place if part) or "."
        for left, right in zip_longest(*names, fillvalue=b""):
            yield _named(f"{title}: a name", left, right)


def _named(title: str, left: bytes, right: bytes) -> _Spot:
    """Two names of one thing."""
    start, ends = _trimmed(left, right)
    sides = (
        _Side(data=data, start=start, end=end, base=0) for data, end in zip((left, right), ends, strict=True)
    )
    return _Spot(title=title, left=next(sides), right=next(sides), offsets=False)


def _trimmed(left: bytes, right: bytes) -> tuple[int, tuple[int, int]]:
    """Where two rows begin to differ, and where each ends to."""
    short = min(len(left), len(right))
    start = next((at for at in range(short) if left[at] != right[at]), short)
    behind = next((at for at in range(short - start) if left[-1 - at] != right[-1 - at]), short - start)
    return start, (len(left) - behind, len(right) - behind)


def _side(span: Span) -> _Side:
    start = span.start - span.excerpt_start
    end = min(start + span.size, len(span.excerpt))
    return _Side(data=span.excerpt, start=min(start, end), end=end, base=span.excerpt_start)


def _cut(side: _Side, start: int, end: int) -> _Side:
    return _Side(data=side.data, start=side.start + start, end=side.start + end, base=side.base)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    start: int
    end: int
    how: str
    strength: float
    mark: Mark
    index: int


class _Present:
    """Marks: those that stand nowhere in the excerpts are put aside at once."""

    def __init__(self, spots: Sequence[_Spot], left: Story, right: Story, names: Sequence[str]) -> None:
        self._names = names
        self._there = [
            self._of([getattr(spot, side).data for spot in spots], story)
            for side, story in (("left", left), ("right", right))
        ]

    def _of(self, rows: Sequence[bytes], story: Story) -> dict[str, list[tuple[int, Mark, list[int]]]]:
        """By variation: its marks, each with the spellings of it that occur somewhere."""
        everything = b"\n".join(dict.fromkeys(rows))
        found: dict[str, list[tuple[int, Mark, list[int]]]] = {}
        for name in self._names:
            for index, mark in enumerate(story.marks.get(name, ())):
                ways = [n for n, way in enumerate(spellings(mark)) if way.pattern.search(everything)]
                if ways:
                    found.setdefault(name, []).append((index, mark, ways))
        return found

    def marks(self, spot: _Spot) -> Iterator[tuple[Clue, bool]]:
        """Clues of one place, and whether they fill it."""
        for name in self._names:
            left = self._matches(self._there[0].get(name, ()), spot.left)
            right = self._matches(self._there[1].get(name, ()), spot.right)
            if left and right:
                pairs = [
                    (a, b, 1.0 if a.how == b.how else 0.8)
                    for a in left
                    for b in right
                    if a.mark != b.mark or type(a.mark) is not type(b.mark)
                ]
                if not pairs:
                    continue
                a, b, same = max(pairs, key=lambda pair: (pair[2], min(pair[0].strength, pair[1].strength)))
                strength = same * max(a.strength, b.strength) ** 0.5
                values = f"{_quoted(a.mark)}, in the other build {_quoted(b.mark)}"
                text = f"{spot.where(a.start, a.end)} hold {values}"
                fills = _within(spot.left, a) and _within(spot.right, b)
                yield Clue(name=name, strength=strength, text=text + _how(a.how)), fills
            elif left or right:
                one = max(left or right, key=lambda match: match.strength)
                empty = spot.right if left else spot.left
                inserted = empty.start == empty.end and _within(spot.left if left else spot.right, one)
                builds = "one build" if left else "the other build"
                where = spot.where(spot.left.start, spot.left.end)
                text = f"{where} hold {_quoted(one.mark)} in {builds}{_how(one.how)}"
                strength = one.strength * (0.8 if inserted else 0.7)
                yield Clue(name=name, strength=strength, text=text), inserted and one.strength >= 1.0

    def _matches(self, marks: Iterable[tuple[int, Mark, list[int]]], side: _Side) -> list[_Match]:
        found = []
        for index, mark, ways in marks:
            everything = spellings(mark)
            for way in ways:
                spelling = everything[way]
                for match in spelling.pattern.finditer(side.data):
                    if match.start() < max(side.end, side.start + 1) and match.end() > side.start:
                        found.append(
                            _Match(
                                start=match.start(),
                                end=match.end(),
                                how=spelling.how,
                                strength=spelling.strength,
                                mark=mark,
                                index=index,
                            )
                        )
        return found


def _within(side: _Side, match: _Match | Moment) -> bool:
    return match.start <= side.start and side.end <= match.end


def _quoted(mark: Mark) -> str:
    if isinstance(mark, int):
        return str(mark)
    return f'"{shown(mark) if isinstance(mark, bytes) else mark}"'


def _how(how: str) -> str:
    return f" ({how})" if how else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A moment that lies in a window of a build."""

    moment: Moment
    name: str
    shift: int
    """Seconds by which local time is ahead."""
    seconds: int
    """Since the epoch."""


_MOST_MOMENTS = 100
"""Numbers in one place that are compared, each with each, as times."""


def _times(spot: _Spot, left: Story, right: Story, times: Sequence[str]) -> Iterator[tuple[Clue, bool]]:
    """Clues of times, and whether they fill the place."""
    a = list(moments(spot.left.data, spot.left.start, spot.left.end))
    b = list(moments(spot.right.data, spot.right.start, spot.right.end))
    told = _told(a, left, times), _told(b, right, times)
    others: defaultdict[tuple[str, str], list[_Told]] = defaultdict(list)
    for other in told[1]:
        others[other.moment.spelling, other.name].append(other)
    for one in told[0][:_MOST_MOMENTS]:
        for other in others[one.moment.spelling, one.name][:_MOST_MOMENTS]:
            fills = _within(spot.left, one.moment) and _within(spot.right, other.moment)
            strength = min(one.moment.strength, other.moment.strength)
            text = (
                f"{spot.where(one.moment.start, one.moment.end)} hold {spelt_moment(one.seconds)}, in the "
                f"other build {spelt_moment(other.seconds)} ({one.moment.spelling})"
            )
            if one.shift != other.shift:
                same = one.seconds == other.seconds
                zones = f"{text}: local time, {one.shift / 3600:+g} h and {other.shift / 3600:+g} h from UTC"
                yield (
                    Clue(name="time.tz", strength=strength * (1 if same else 0.7), text=zones),
                    same and fills,
                )
                if same:
                    continue
            yield Clue(name=one.name, strength=strength, text=text), fills
    matched = {id(each.moment) for side in told for each in side}
    rest = [[each for each in side if id(each) not in matched][:_MOST_MOMENTS] for side in (a, b)]
    for one_moment in rest[0]:
        for other_moment in rest[1]:
            if one_moment.spelling == DOS and not _TIME_FIELD.search(spot.title):
                continue
            if (hours := _zones(one_moment, other_moment)) is not None:
                text = (
                    f"{spot.where(one_moment.start, one_moment.end)} hold local times {hours:g} h apart "
                    f"({one_moment.spelling})"
                )
                fills = _within(spot.left, one_moment) and _within(spot.right, other_moment)
                yield Clue(name="time.tz", strength=0.8 * one_moment.strength, text=text), fills
    if bool(told[0]) != bool(told[1]):
        one = max(told[0] or told[1], key=lambda each: each.moment.strength)
        builds = "one build" if told[0] else "the other build"
        text = (
            f"{spot.where(spot.left.start, spot.left.end)} hold {spelt_moment(one.seconds)} in {builds} "
            f"({one.moment.spelling})"
        )
        yield Clue(name=one.name, strength=one.moment.strength * 0.6, text=text), False


def _told(found: Iterable[Moment], story: Story, times: Sequence[str]) -> list[_Told]:
    """Those that lie in a window; of equal ones the first window counts."""
    windows = list(story.windows(times))
    told = []
    for moment in found:
        for name, first, last in windows:
            hit = _hit(moment, first - _SLACK, last + _SLACK)
            if hit is not None:
                seconds = int(first) if moment.of_day else min(max(moment.first - hit, int(first)), int(last))
                told.append(_Told(moment=moment, name=name, shift=hit, seconds=seconds))
                break
    return told


_SHIFTS = (0, *(sign * n * _QUARTER for n in range(1, 14 * 4 + 1) for sign in (1, -1)))
"""Seconds by which local times differ from UTC, the nearest first."""


def _hit(moment: Moment, first: float, last: float) -> int | None:
    """By how many seconds a time is local, if it lies in a window at all."""
    farthest = max(_SHIFTS) if moment.local else 0
    if not moment.of_day and (moment.first - farthest > last or moment.last + farthest < first):
        return None
    exact = moment.last - moment.first < DAY // 2 or not moment.local
    for shift in _SHIFTS if moment.local and exact else (0,):
        a, b = moment.first - shift, moment.last - shift
        if moment.of_day:
            if last - first < DAY / 48 and (a - first) % DAY <= (last - first) + (b - a):
                return shift
        elif a <= last and b >= first:
            return shift
    if moment.local and not exact and moment.first - 14 * 3600 <= last and moment.last + 12 * 3600 >= first:
        return 0
    return None


def _zones(one: Moment, other: Moment) -> float | None:
    """Hours between two times that seem to be the same moment in two zones."""
    if one.spelling != other.spelling or not one.local or one.last - one.first > 60:
        return None
    apart = abs(one.first - other.first)
    if one.of_day:
        apart = min(apart, DAY - apart)
    return apart / 3600 if apart and apart % _QUARTER == 0 and apart <= _FARTHEST_ZONES else None


def _looks(spot: _Spot) -> Iterator[Clue]:
    """What the bytes look like."""
    both = [
        {(shape.causes, shape.text): shape for shape in shapes(side.data, side.start, side.end)}
        for side in (spot.left, spot.right)
    ]
    for key in both[0].keys() & both[1].keys():
        shape = both[0][key]
        for rank, cause in enumerate(shape.causes):
            text = f"{spot.where(shape.start, shape.end)} look like {shape.text}"
            yield Clue(name=cause, strength=shape.strength * 0.7**rank, text=text)


def _language(spot: _Spot) -> Iterator[Clue]:
    """Words that became others, or letters that are not ASCII on one side only."""
    left, right = (side.data[side.start : side.end] for side in (spot.left, spot.right))
    if left.isascii() != right.isascii():
        strength = 0.5 if all(map(_is_text, (left, right))) else 0.0
    else:
        strength = 0.4 if _LETTERS.fullmatch(left) and _LETTERS.fullmatch(right) else 0.0
    if strength:
        text = f"{spot.where(spot.left.start, spot.left.end)} hold words, in the other build other words"
        yield Clue(name="locale", strength=strength, text=text)


def _is_text(data: bytes) -> bool:
    try:
        return data.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _measured(spot: _Spot, left: Story, right: Story) -> Iterator[Clue]:
    """A number that became larger where the clock runs is a duration; one that became smaller counts
    what was done in a while, since each look at a standing clock takes but a microsecond."""
    if left.runs is right.runs:
        return
    standing, running = (spot.right, spot.left) if left.runs else (spot.left, spot.right)
    numbers = _number(standing), _number(running)
    if 0 < max(numbers) < _EPOCHS.start * 10**4:
        name = "time.elapsed" if numbers[0] < numbers[1] else "benchmark"
        where = spot.where(spot.left.start, spot.left.end)
        text = f"{where} hold {numbers[0]:g} where the clock stands, and {numbers[1]:g} where it runs"
        yield Clue(name=name, strength=0.65, text=text)


def _random(spot: _Spot) -> Iterator[Clue]:
    """Rows of bytes that look like nothing."""
    rows = [side.data[side.start : side.end] for side in (spot.left, spot.right)]
    if all(len(row) >= _ROW and len(set(row)) > len(row) / 2 and not row.isascii() for row in rows):
        text = f"{spot.where(spot.left.start, spot.left.end)} look like random bytes, or a digest"
        yield Clue(name="rng", strength=0.35, text=text)


def _counted(spot: _Spot) -> Iterator[Clue]:
    """Numbers on both sides: what a file system or the kernel gave, for want of anything better."""
    numbers = [_number(side) or _hexadecimal(side) for side in (spot.left, spot.right)]
    if min(numbers) > 0 and max(numbers) < 1 << 48:
        text = f"{spot.where(spot.left.start, spot.left.end)} hold numbers, {numbers[0]:g} and {numbers[1]:g}"
        around = spot.left.data[max(spot.left.start - _AROUND, 0) : spot.left.end + _AROUND]
        if _SPENT.search(around):
            yield Clue(name="time.elapsed", strength=0.3, text=text)
        yield Clue(name="inode", strength=0.15, text=text)


def _hexadecimal(side: _Side) -> int:
    """The number in hexadecimal digits of which the differing bytes are part; 0 if none."""
    for match in _HEX_DIGITS.finditer(side.data):
        if match.start() < max(side.end, side.start + 1) and match.end() > side.start:
            return int(match[0], 16)
    return 0


def _number(side: _Side) -> float:
    """The number of which the differing bytes are part: digits, or 8 bytes, little-endian; 0 if none."""
    for match in _DIGITS.finditer(side.data):
        if match.start() < max(side.end, side.start + 1) and match.end() > side.start:
            return float(match[0])
    if side.data.isascii() and b"\0" not in side.data:
        return 0
    at = side.start - (side.base + side.start) % 8
    return int.from_bytes(side.data[max(at, 0) : max(at, 0) + 8], "little")


def _kinds(difference: Difference) -> Iterator[Clue]:
    title = difference.path
    if difference.kind is Kind.ORDER:
        for rank, cause in enumerate(_ORDERS):
            text = f"{title}: the same parts in another order ({difference.field})"
            yield Clue(name=cause, strength=0.6 - 0.1 * rank, text=text)
    elif difference.kind is Kind.MODE:
        text = f"{title}: mode {difference.left}, in the other build {difference.right}"
        yield Clue(name="user.umask", strength=0.7, text=text)
    for pattern, cause in _FIELDS:
        if difference.field and pattern.search(difference.field):
            text = f"{title} ({difference.field}): {difference.left}, in the other build {difference.right}"
            yield Clue(name=cause, strength=0.5, text=text)


def _reordered(spots: Sequence[_Spot]) -> Iterator[Clue]:
    """The same words in another order, in all differing places together."""
    if not spots:
        return
    left, right = (
        _WORD.findall(_together(sides))
        for sides in ([spot.left for spot in spots], [spot.right for spot in spots])
    )
    if len(left) > 1 and left != right and sorted(left) == sorted(right):
        for rank, cause in enumerate(("order.hash", "order.readdir", "order.parallel", "locale")):
            text = f"{spots[0].title}: the same words in another order"
            yield Clue(name=cause, strength=0.55 - 0.1 * rank, text=text)


def _together(sides: Sequence[_Side]) -> bytes:
    """From the first differing byte to the last, if that is in sight, or else the differing words alone."""
    first, last = sides[0], sides[-1]
    end = last.base + last.end - first.base
    if first.start <= end <= len(first.data):
        return _wide(_Side(data=first.data, start=first.start, end=end, base=first.base))
    return b" ".join(map(_wide, sides))


def _wide(side: _Side) -> bytes:
    """The differing bytes as whole words."""
    start, end = side.start, side.end
    while start and _WORD.match(side.data[start - 1 : start]):
        start -= 1
    while end < len(side.data) and _WORD.match(side.data[end : end + 1]):
        end += 1
    return side.data[start:end]
