"""Hostile archives: each is refused for its reason or laid out as it says, and nothing else is touched."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.faults.tally import Tally
from tests.fetch.hostile import CASES, try_archive


def archives(directory: Path) -> Tally:
    """All of `tests.fetch.hostile`."""
    tally = Tally(fault="hostile archive")
    for case in CASES:
        with tempfile.TemporaryDirectory(dir=directory) as place:
            fault = try_archive(case, Path(place)).fault
            tally.count(case.name, [fault] if fault else [])
    return tally
