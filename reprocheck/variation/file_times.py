"""Times of files: of what is laid out before the build, and of what it writes."""

from __future__ import annotations

from dataclasses import replace

from reprocheck.circumstances import Circumstances
from reprocheck.variation.model import Mark, Variation
from reprocheck.variation.moments import CONTROL_FILES, VARIED_FILES, VARIED_SOURCES, spellings
from reprocheck.variation.proof import became, both


def _marks(circumstances: Circumstances) -> tuple[Mark, ...]:
    traps = circumstances.conditions.traps
    moments = (circumstances.source_times, traps.file_times if traps else None)
    return tuple(mark for moment in moments if moment is not None for mark in spellings(moment))


ROWS = (
    Variation(
        name="time.mtime",
        cause="time.mtime",
        text="times of files: sources of the year 2009, and another moment of writing",
        cost="20 µs for each stat",
        control=lambda c: replace(c.trap(file_times=CONTROL_FILES), source_times=None),
        vary=lambda c: replace(c.trap(file_times=VARIED_FILES), source_times=VARIED_SOURCES),
        marks=_marks,
        took=both(became("source_times", VARIED_SOURCES), became("mtime", VARIED_FILES)),
        needs_traps=True,
    ),
)
