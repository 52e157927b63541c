"""Times in bytes: each spelling that programs use, read back into seconds since the epoch.

Times are parsed, not guessed: whatever looks like a time and touches the bytes in question becomes a
`Moment`, and whoever knows when a build ran says whether it means anything. Sources: RFC 5322, ISO 8601,
asctime(3), date(1), C17 6.10.8.1 (__DATE__, __TIME__), POSIX pax (octal), PKWARE APPNOTE 4.4.6 (MS-DOS).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass

DAY = 86_400
_MONTHS = {name: number for number, name in enumerate(calendar.month_abbr) if name}
_MONTH = rb"(?P<b>" + "|".join(_MONTHS).encode() + rb")[a-z]*\.?"
_DAY_NAME = rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? +)?"
_CLOCK = rb"(?P<H>[0-2]\d):(?P<M>[0-5]\d)(?::(?P<S>[0-6]\d))?"
_ZONE = rb"(?: ?(?P<z>Z|UTC|GMT|[+-]\d\d:?\d\d)(?![0-9A-Za-z]))?"
_BEFORE, _BEHIND = rb"(?<![0-9])", rb"(?![0-9])"
_YEAR = rb"(?P<Y>(?:19|20)\d\d)"


def _pattern(*parts: bytes) -> re.Pattern[bytes]:
    return re.compile(b"".join(parts))


_TEXTS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    (
        "ISO 8601",
        _pattern(
            _BEFORE, _YEAR, rb"[-/.:](?P<m>[01]\d)[-/.:](?P<d>[0-3]\d)[T _]+", _CLOCK, rb"(?:[.,]\d+)?", _ZONE
        ),
    ),
    (
        "digits",
        _pattern(
            _BEFORE,
            _YEAR,
            rb"(?P<m>[01]\d)(?P<d>[0-3]\d)[T_.-]?(?P<H>[0-2]\d)(?P<M>[0-5]\d)(?P<S>[0-6]\d)?",
            _BEHIND,
            _ZONE,
        ),
    ),
    (
        "RFC 5322",
        _pattern(
            _BEFORE,
            _DAY_NAME,
            rb"(?P<d>[0-3]?\d)[ /-]",
            _MONTH,
            rb",?[ /-]",
            _YEAR,
            rb"[ :,]+",
            _CLOCK,
            _ZONE,
        ),
    ),
    (
        "ctime",
        _pattern(
            _DAY_NAME,
            _MONTH,
            rb" +(?P<d>[0-3]?\d),? ",
            _CLOCK,
            rb" (?:[A-Z]{1,5} |[+-]\d{2,4} )?",
            _YEAR,
            _BEHIND,
        ),
    ),
    (
        "month, day, year",
        _pattern(_MONTH, rb" +(?P<d>[0-3]?\d),? ", _YEAR, rb"(?:[ ,]+", _CLOCK, rb")?", _BEHIND),
    ),
    ("day, month, year", _pattern(_BEFORE, rb"(?P<d>[0-3]?\d)[ -]", _MONTH, rb",?[ -]", _YEAR, _BEHIND)),
    ("a date", _pattern(_BEFORE, _YEAR, rb"[-/.:](?P<m>[01]\d)[-/.:](?P<d>[0-3]\d)", _BEHIND)),
    ("a date", _pattern(_BEFORE, rb"(?P<m>[01]?\d)/(?P<d>[0-3]?\d)/", _YEAR, _BEHIND)),
    ("a date", _pattern(_BEFORE, rb"(?P<d>[0-3]?\d)[./-](?P<m>[01]?\d)[./-]", _YEAR, _BEHIND)),
    ("a short date", _pattern(_BEFORE, rb"(?P<m>[01]\d)/(?P<d>[0-3]\d)/(?P<y>\d\d)", _BEHIND)),
    ("a date in digits", _pattern(_BEFORE, _YEAR, rb"(?P<m>[01]\d)(?P<d>[0-3]\d)", _BEHIND)),
    ("year and month", _pattern(_BEFORE, _YEAR, rb"-(?P<m>[01]\d)", _BEHIND)),
    ("month and year", _pattern(_MONTH, rb",? +", _YEAR, _BEHIND)),
    ("a time of day", _pattern(_BEFORE, _CLOCK, _BEHIND)),
    ("a year", _pattern(_BEFORE, _YEAR, _BEHIND)),
)
_DECIMAL = re.compile(rb"(?<![0-9.])[1-9]\d{8,18}(?![0-9])")
_UNITS = {9: 1, 10: 1, 12: 10**3, 13: 10**3, 15: 10**6, 16: 10**6, 18: 10**9, 19: 10**9}
_UNIT_NAMES = {1: "seconds", 10**3: "milliseconds", 10**6: "microseconds", 10**9: "nanoseconds"}
_OCTAL = re.compile(rb"(?<![0-7])0?[1-7][0-7]{9,10}(?![0-7])")
_HEXADECIMAL = re.compile(rb"(?<![0-9A-Fa-f])(?:0x)?([0-9A-Fa-f]{8})(?![0-9A-Fa-f])")
DOS = "MS-DOS time"
_FARTHEST = 4096
"""Bytes of one differing range that are tried as numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time that bytes may mean: a moment between `first` and `last`."""

    start: int
    end: int
    """Where it stands."""
    first: int
    last: int
    """Seconds since the epoch, both included, as if it were UTC where no zone is told."""
    spelling: str
    """For people: "big-endian seconds"."""
    of_day: bool = False
    """Only a time of day; `first` and `last` are seconds since midnight."""
    local: bool = False
    """It tells no zone."""
    strength: float = 1.0
    """From 0, may well mean something else, to 1."""


def moments(data: bytes, start: int, end: int) -> Iterator[Moment]:
    """Every time that may stand in `data` and touches the bytes from `start` to `end`."""
    for spelling, pattern in _TEXTS:
        for match in pattern.finditer(data):
            if _touches(match, start, end) and (moment := _text(spelling, match)):
                yield moment
    yield from _numbers(data, start, end)
    yield from _binary(data, start, min(end, start + _FARTHEST))


def _touches(match: re.Match[bytes], start: int, end: int) -> bool:
    return match.start() < max(end, start + 1) and match.end() > start


def _text(spelling: str, match: re.Match[bytes]) -> Moment | None:
    part = {name: value for name, value in match.groupdict().items() if value is not None}
    size = match.start(), match.end()
    hour, minute, second = (int(part.get(name, b"0")) for name in "HMS")
    if hour > 23 or second > 60:
        return None
    within = hour * 3600 + minute * 60 + second
    long = 0 if "S" in part else 59 if "M" in part else DAY - 1
    if not {"Y", "y"} & part.keys():
        return Moment(
            start=size[0], end=size[1], first=within, last=within + long, spelling=spelling, of_day=True,
            local=True, strength=0.7 if "S" in part else 0.2,
        )  # fmt: skip
    year = int(part["Y"]) if "Y" in part else 2000 + int(part["y"])
    month = _MONTHS[part["b"].decode()] if "b" in part else int(part.get("m", b"0"))
    day = int(part.get("d", b"0"))
    try:
        first = calendar.timegm((year, month or 1, day or 1, 0, 0, 0))
        if day and not 1 <= day <= calendar.monthrange(year, month)[1]:
            return None
    except (ValueError, calendar.IllegalMonthError):
        return None
    if not day:
        days = calendar.monthrange(year, month)[1] if month else 365 + calendar.isleap(year)
        last = first + days * DAY - 1
    else:
        first += within
        last = first + long
    zone = _offset(part.get("z", b""))
    strength = 0.4 if not month else 0.5 if not day else 0.8 if "y" in part else 1.0
    return Moment(
        start=size[0],
        end=size[1],
        first=first - (zone or 0),
        last=last - (zone or 0),
        spelling=spelling,
        local=zone is None,
        strength=strength,
    )


def _offset(zone: bytes) -> int | None:
    """Seconds east of UTC; None if none is told."""
    if not zone:
        return None
    if zone[:1] not in b"+-":
        return 0
    digits = zone[1:].replace(b":", b"")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return seconds if zone[:1] == b"+" else -seconds


def _numbers(data: bytes, start: int, end: int) -> Iterator[Moment]:
    for match in _DECIMAL.finditer(data):
        unit = _UNITS.get(len(match[0]))
        if unit and _touches(match, start, end):
            yield _second(match.span(), int(match[0]) // unit, f"decimal {_UNIT_NAMES[unit]}")
    for match in _OCTAL.finditer(data):
        if _touches(match, start, end):
            yield _second(match.span(), int(match[0], 8), "octal seconds")
    for match in _HEXADECIMAL.finditer(data):
        if _touches(match, start, end):
            yield _second(match.span(), int(match[1], 16), "seconds in hexadecimal digits", 0.9)


def _binary(data: bytes, start: int, end: int) -> Iterator[Moment]:
    for at in range(max(start - 7, 0), min(max(end, start + 1), len(data) - 3)):
        four = data[at : at + 4]
        if at + 4 > start:
            yield _second((at, at + 4), int.from_bytes(four, "little"), "little-endian seconds", 0.9)
            yield _second((at, at + 4), int.from_bytes(four, "big"), "big-endian seconds", 0.9)
            if (moment := _dos(at, four)) is not None:
                yield moment
        eight = data[at : at + 8]
        if len(eight) == 8:
            for order in ("little", "big"):
                number = int.from_bytes(eight, "little" if order == "little" else "big")
                for unit in (10**3, 10**6, 10**9):
                    if 10**8 < number // unit < 1 << 32:
                        yield _second((at, at + 8), number // unit, f"{order}-endian {_UNIT_NAMES[unit]}")
        if len(eight) >= 7 and (moment := _fields(at, eight[:7])) is not None:
            yield moment


def _dos(at: int, data: bytes) -> Moment | None:
    time, date = int.from_bytes(data[:2], "little"), int.from_bytes(data[2:], "little")
    month, day = date >> 5 & 15, date & 31
    hour, minute, second = time >> 11, time >> 5 & 63, (time & 31) * 2
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60):
        return None
    first = calendar.timegm(((date >> 9) + 1980, month, day, hour, minute, second))
    return Moment(start=at, end=at + 4, first=first, last=first + 1, spelling=DOS, local=True, strength=0.9)


def _fields(at: int, data: bytes) -> Moment | None:
    """Year (two bytes, big-endian), month, day, hour, minute, second: PNG's tIME."""
    year, (month, day, hour, minute, second) = int.from_bytes(data[:2], "big"), data[2:]
    if not (1980 <= year < 2100 and 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60):
        return None
    first = calendar.timegm((year, month, day, hour, minute, min(second, 59)))
    return Moment(start=at, end=at + 7, first=first, last=first, spelling="year, month, ... second in bytes")


def _second(span: tuple[int, int], seconds: int, spelling: str, strength: float = 1.0) -> Moment:
    return Moment(
        start=span[0], end=span[1], first=seconds, last=seconds, spelling=spelling, strength=strength
    )
