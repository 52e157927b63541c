"""The constant moments of both stories, in seconds since the epoch.

No two agree in any part of a date. All but that of the sources lie after whatever a source may have,
so that nothing seems to come from the future, and before 2^31, which 32-bit programs know.
"""

from __future__ import annotations

VARIED_SOURCES = 1251401861
"""2009-08-27 19:37:41 UTC, a Thursday."""

CONTROL_FILES = 1918503412
"""2030-10-17 21:36:52 UTC, a Thursday."""

VARIED_FILES = 1927857906
"""2031-02-03 04:05:06 UTC, a Monday."""

CONTROL_CLOCK = 1942865863
"""2031-07-26 20:57:43 UTC, a Saturday."""

VARIED_CLOCK = 2016899339
"""2033-11-29 17:48:59 UTC, a Tuesday."""

NEW_YEAR = 1988150398
"""2032-12-31 23:59:58 UTC, a Friday: two seconds before day, month and year end."""

SUMMER_TIME = 1964048398
"""2032-03-28 00:59:58 UTC, a Sunday: two seconds before the clocks of Europe are put forward."""


def spellings(moment: int) -> tuple[str | bytes | int, ...]:
    """A moment as a number, and its date in words that a search for numbers does not find."""
    from datetime import UTC, datetime

    date = datetime.fromtimestamp(moment, UTC)
    return (
        moment,
        *(date.strftime(form) for form in ("%Y-%m-%d", "%Y%m%d", "%b %d %Y", "%d %b %Y", "%H:%M:%S")),
    )
