"""A program that tells what it sees of the calls that traps answer (trapped.c), run in a sandbox."""

from __future__ import annotations

import atexit
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bootstrap.recipe.model import Exec
from bootstrap.sandbox import Bind, Outcome
from bootstrap.sandbox.conditions import Conditions, Traps
from tests.sandbox.conftest import Build

LINKED = {
    "static": ["-pthread", "-static"],
    "dynamic": ["-pthread"],
}
"""How the program may be linked, which decides how it finds the time."""

_SOURCE = Path(__file__).with_name("trapped.c")
_SOURCE_32 = Path(__file__).with_name("trapped_32.c")


@cache
def program(linked: str = "static") -> str:
    """The program, compiled once."""
    return _compiled(_SOURCE, LINKED[linked])


@cache
def program_32() -> str:
    """A 32-bit program without any library; skips where the compiler makes none."""
    try:
        return _compiled(
            _SOURCE_32, ["-m32", "-static", "-nostdlib", "-ffreestanding", "-fno-stack-protector"]
        )
    except subprocess.CalledProcessError:
        pytest.skip("this compiler makes no 32-bit programs")


def _compiled(source: Path, options: list[str]) -> str:
    descriptor, path = tempfile.mkstemp(prefix="trapped-")
    os.close(descriptor)
    owner = os.getpid()
    atexit.register(lambda: os.getpid() == owner and os.unlink(path))
    warnings = ["-Wall", "-Wno-unused-result"]
    subprocess.run(["gcc", "-O1", *warnings, *options, "-o", path, str(source)], check=True)
    os.chmod(path, 0o555)
    return path


def run(build: Build, traps: Traps | None, *arguments: str, by: str | None = None, **options: Any) -> Outcome:
    """One attempt of the program, by its name and arguments."""
    conditions = None if traps is None else Conditions(traps=traps)
    binds = (Bind(program() if by is None else by, "/trapped"),)
    return build.run(Exec(argv=("/trapped", *arguments)), binds=binds, conditions=conditions, **options)


def says(build: Build, traps: Traps | None, *arguments: str, **options: Any) -> list[str]:
    """What an attempt that succeeds wrote, word by word."""
    outcome = run(build, traps, *arguments, **options)
    assert outcome.ok, f"{outcome.message}\n{build.output}"
    return build.output.split()
