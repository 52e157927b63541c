"""Copies of what builds left that cannot be made."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from bootstrap.errors import UsageError
from reprocheck.circumstances import Circumstances
from reprocheck.cli.keeping import Keeping
from tests.reprocheck.diagnose.simulated import Simulated


def test_a_directory_that_is_there_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="File exists"):
        Keeping(Simulated(tmp_path, lambda values: {}), tmp_path)


@pytest.mark.parametrize(
    ("spoil", "why"), [(os.mkfifo, "is a named pipe"), (lambda path: path.parent.rmdir(), "No such file")]
)
def test_what_cannot_be_copied_is_told(tmp_path: Path, spoil, why: str) -> None:  # type: ignore[no-untyped-def]
    class Spoilt(Simulated):
        def build(self, *arguments, **options):  # type: ignore[no-untyped-def]
            build = super().build(*arguments, **options)
            spoil(build.outputs["out"] / "x")
            return build

    keeping = Keeping(Spoilt(tmp_path, lambda values: {}), tmp_path / "kept")
    with pytest.raises(UsageError, match=f"cannot keep build 1 in .*{why}") as raised:
        keeping.build(Circumstances(), cancel=threading.Event())
    assert "--keep" in raised.value.hint
