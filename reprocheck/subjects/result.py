"""What a command left, made fit to be compared: everything in it can be read, or it is said what cannot."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from bootstrap.store.survey import DEEPEST, LONGEST, kind_of
from bootstrap.store.trouble import shown

_FAULTS = 10
"""Faults that are told; all of them are counted."""


def faults_of(top: Path) -> str:
    """Why a directory cannot be compared, a line for each fault; "" if it can.

    Files that their owner may not read become readable to the owner, so that root and others see the same.
    """
    faults: list[str] = []
    above = [(os.fsencode(top), b"", 0)]
    while above:
        directory, path, depth = above.pop()
        with os.scandir(directory) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                below = path + b"/" + entry.name if path else entry.name
                mode = entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode):
                    if depth == DEEPEST or len(below) > LONGEST:
                        deep = f"deeper than {DEEPEST} levels or longer than {LONGEST} bytes"
                        faults.append(f"{shown(below[:60])}...: {deep}")
                    else:
                        above.append((entry.path, below, depth + 1))
                elif stat.S_ISREG(mode):
                    if not mode & stat.S_IRUSR:
                        os.chmod(entry.path, stat.S_IMODE(mode) | stat.S_IRUSR)
                elif not stat.S_ISLNK(mode):
                    faults.append(f"{shown(below)}: {kind_of(mode)}")
    if not faults:
        return ""
    more = [f"and {len(faults) - _FAULTS} more"] if len(faults) > _FAULTS else []
    return "\n  ".join(["what was built cannot be compared:", *faults[:_FAULTS], *more])
