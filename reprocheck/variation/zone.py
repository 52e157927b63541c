"""The time zone. POSIX spells it without any zone data: XBD 8.3, "TZ"."""

from __future__ import annotations

from reprocheck.variation.model import Variation
from reprocheck.variation.proof import became

_ZONE = "OHC9"
"""Nine hours west of Greenwich: at the control clock's time another half of the day."""

ZONE_AT_GREENWICH = "OHC0"
"""Another name, but the same hours: days and years end at once here and by UTC."""

SUMMER_ZONE = "CET-1CEST,M3.5.0,M10.5.0/3"
"""Central Europe: summer time from the last Sunday of March to that of October."""

ROWS = (
    Variation(
        name="time.tz",
        cause="time.tz",
        text="the time zone: nine hours behind UTC",
        vary=lambda c: c.variable("TZ", _ZONE),
        marks=lambda c: ("OHC", "-0900", "-09:00") if dict(c.environment).get("TZ") == _ZONE else (),
        took=became("environment.TZ", _ZONE),
    ),
)
