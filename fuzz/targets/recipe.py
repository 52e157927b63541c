"""A recipe file: recipes, or an error that says what is wrong; the same each time."""

from __future__ import annotations

import contextlib
import io

from bootstrap.errors import BootstrapError
from tests.recipe.memory import STAGE, project

LONGEST = 2048

BESIDE = {
    "stages/00-one/patches/a.patch": "--- a\n",
    "stages/00-one/other.star": 'musl = recipe(name = "musl", version = "1", commands = [])\n',
    "stages/00-one/expectations": f"musl-1 {'0' * 64}\n",
    "lib/help.star": "def helper(name):\n    return name\n",
}


def try_one(data: bytes) -> None:
    assert _evaluated(data) == _evaluated(data)


def _evaluated(data: bytes) -> str:
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            return repr(project({**BESIDE, STAGE: data}))
        except BootstrapError as error:
            assert error.message
            return str(error)
