"""Outputs, addressed by content, and the facts about them.

store.py        what the rest of the program works with
values.py       what it answers with
layout.py       where things lie beneath the home
database.py     one SQLite database, many processes and threads
schema.py       its tables, and the way from older versions
facts.py        questions to it, and what is written there
verdicts.py     the same, of checks of reproducibility
add.py          from what a build left to store paths
trouble.py      errors of system calls, as people read them
survey.py       one walk over an output: refuse, normalise, hash, scan
scan.py         finding hashes of store paths in bytes
runs.py         the same for very much data; the only door to numpy
rewrite.py      putting other digits in the place of hashes
pool.py         equal files are one file on disk
outside.py      copying a directory from outside
memo.py         not reading again what has not changed
verification.py whether all that is stored is whole; mending it from other copies
check.py        whether some of it is, and where a path is mentioned
contents.py     reading each file once, with all cores
form.py         modes, times, owners, attributes
replacement.py  one whole tree in the place of another
durability.py   what survives a power cut
uses.py         who uses which path now, and when it was last used
mounted.py      the same, told from mounts
roots.py        named links to what is to be kept
garbage.py      graphs of paths: what is reached, what goes first
policy.py       what is to be collected, and what came of it
mark.py         what of a store may go
collect.py      removing it while others build and read
weigh.py        how much that frees
places.py       build directories
locks.py        locks between processes and threads
removal.py      removing trees that do not want to go
"""

from __future__ import annotations

from bootstrap.store.places import Place
from bootstrap.store.store import Store
from bootstrap.store.values import (
    Added,
    BuildRecord,
    Damage,
    KeptVerdict,
    PathInfo,
    PoolDamage,
    Realisation,
    Verdict,
)

__all__ = [
    "Added",
    "BuildRecord",
    "Damage",
    "KeptVerdict",
    "PathInfo",
    "Place",
    "PoolDamage",
    "Realisation",
    "Store",
    "Verdict",
]
