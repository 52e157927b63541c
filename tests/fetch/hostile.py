"""Hostile archives as data: how each is made, and what must come of it.

A case is refused for a reason, or laid out exactly as it says; nothing around the directory it is
unpacked into is ever touched. ``python -m tests.fetch.hostile DIRECTORY`` tries all of them in one
process that may take no more than `MEMORY` bytes and `SECONDS` of the processor.
"""

from __future__ import annotations

import io
import os
import re
import resource
import sys
import tempfile
from pathlib import Path

from bootstrap.errors import UnpackError
from bootstrap.fetch.unpack import unpack
from tests.fetch.case import Case, Outcome
from tests.fetch.hostile_deb import deb_cases
from tests.fetch.hostile_streams import stream_cases
from tests.fetch.hostile_tar import tar_cases
from tests.fetch.hostile_zip import zip_cases
from tests.fetch.trees import Surroundings, assert_harmless, tree_of

MEMORY = 300 << 20
"""Bytes of data (RLIMIT_DATA) of a process that tries all cases, Python and its modules included."""

SECONDS = 120
"""Of the processor (RLIMIT_CPU): what goes round in a circle is ended."""


def try_archive(case: Case, directory: Path) -> Outcome:
    """Unpack a case in an empty directory, which afterwards holds what was around and beneath it."""
    around = Surroundings(directory)
    refused = None
    descriptors = len(os.listdir("/proc/self/fd"))
    try:
        try:
            unpack(io.BytesIO(case.data()), case.file, around.target, strip=0, bounds=case.bounds)
        except UnpackError as error:
            refused = error.message
        fault = _refused_rightly(case, refused, around) if refused is not None else _laid(case, around)
        around.assert_untouched()
    except Exception as error:
        fault = f"{type(error).__name__}: {error}"
    if not fault and len(os.listdir("/proc/self/fd")) != descriptors:
        fault = "a descriptor was left open"
    return Outcome(case, refused, fault)


def _refused_rightly(case: Case, message: str, around: Surroundings) -> str:
    assert_harmless(around.target)
    if not case.refused:
        return f"was refused: {message}"
    if not re.match(re.escape(case.file) + ": (?:.*: )?" + case.refused, message, re.DOTALL):
        return f"was refused, but not for {case.refused!r}: {message}"
    return "" if message.isprintable() else f"an error that cannot be printed: {message!r}"


def _laid(case: Case, around: Surroundings) -> str:
    tree = tree_of(around.target)
    if case.refused:
        return f"was laid out: {sorted(tree)[:10]}"
    if case.names is not None:
        return "" if len(tree) == case.names else f"has {len(tree)} names"
    return "" if tree == case.tree else f"is {tree!r:.500}"


CASES: tuple[Case, ...] = (*tar_cases(), *stream_cases(), *zip_cases(), *deb_cases())


def main(directory: str) -> int:
    """Try all of them within the limits; tell what did not come out as it must."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    failed = 0
    for case in CASES:
        with tempfile.TemporaryDirectory(dir=directory) as place:
            outcome = try_archive(case, Path(place))
        if outcome.fault:
            failed += 1
            print(f"{case.name}: {outcome.fault}")
    print(f"{len(CASES) - failed} of {len(CASES)} hostile archives came out as they must")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
