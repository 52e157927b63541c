"""The recipe files that people name on the command line: ``hello.star``, ``hello.star:hello``."""

from __future__ import annotations

import re
from collections.abc import Iterable

_FILE = re.compile(r"(.+\.star)(?::(.*))?")


def file_and_variable(target: str) -> tuple[str, str] | None:
    """The two parts of a target that names a file, the second "" if it is not there; None for any other."""
    match = _FILE.fullmatch(target)
    return (match[1], match[2] or "") if match else None


def recipe_files(targets: Iterable[str]) -> list[str]:
    """The recipe files that targets name: to be evaluated beside the stages."""
    return [named[0] for target in targets if (named := file_and_variable(target))]
