"""The time. No build sees it as a fact, but make, TLS and the store's records do."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from bootstrap.doctor.finding import Finding

_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""This program was not there before."""
_LATEST_YEAR = 2100
_TOLERANCE = 60.0

_SET = "set it: timedatectl set-ntp true, or date -s"


def clock(project: Path | None, now: float | None = None) -> Finding:
    """Whether the time can be right. `project`: where files were written before now; `now`: seconds since
    1970, None for the clock's."""
    now = time.time() if now is None else now
    shown = datetime.fromtimestamp(now, UTC).isoformat(" ", "seconds")
    if now < _EARLIEST.timestamp() or datetime.fromtimestamp(now, UTC).year >= _LATEST_YEAR:
        says = f"{shown} cannot be: certificates will not be valid, and make will be misled"
        return Finding("clock", "warn", says, _SET)
    newest, path = max(_times(project), default=(0.0, ""))
    if newest > now + _TOLERANCE:
        says = f"{shown} is before {path} was written: what was changed since may not be noticed"
        return Finding("clock", "warn", says, f"{_SET}; or touch the file, if the clock is right")
    before = time.monotonic()
    time.sleep(0.001)
    if time.monotonic() <= before:
        return Finding(
            "clock", "bad", "the monotonic clock stands still: no limit on time can be kept", "restart"
        )
    return Finding("clock", "ok", shown)


def _times(project: Path | None) -> list[tuple[float, str]]:
    """When the recipe files of a project were last written."""
    found = []
    for top in () if project is None else ("stages", "seeds", "lib"):
        for directory, _, names in os.walk(os.path.join(str(project), top)):
            for name in names:
                path = os.path.join(directory, name)
                found.append((os.lstat(path).st_mtime, path))
    return found
