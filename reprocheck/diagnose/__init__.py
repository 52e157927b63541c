"""Why results differ: from a subject and the table of variations to a report.

diagnosis.py   the plan of builds, carried out; failures, and builds that need no search
experiment.py  builds, numbered and done once each; circumstances for what is varied
archive.py     what the builds gave, as JSON, from which an interrupted diagnosis goes on
files.py       the files that differ, with their values and evidence
names.py       files whose name is not the same in each build
evidence.py    what stands in differing bytes: marks, times, shapes
spelling.py    the ways to write a value
moments.py     the ways to write a time
shapes.py      what bytes look like
rank.py        how likely each variation is
search.py      what builds say of each file, and which build would say most
noise.py       what differs with nothing varied
follow.py      what differs only because another file does
causes.py      findings, the causes of the whole, the verdict
"""

from __future__ import annotations

from reprocheck.diagnose.archive import Archive, parse
from reprocheck.diagnose.diagnosis import diagnose, most_builds
from reprocheck.diagnose.experiment import Event

__all__ = ["Archive", "Event", "diagnose", "most_builds", "parse"]
