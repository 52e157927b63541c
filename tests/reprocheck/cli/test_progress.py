from __future__ import annotations

import io
import sys

import pytest

from reprocheck.cli.progress import Live, Plain, progress
from tests.reprocheck.report.samples import HOSTILE, report, reproducible


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_view_suits_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert isinstance(progress(1, quiet=False), Plain)
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert isinstance(progress(1, quiet=False), Live)
    assert isinstance(progress(1, quiet=True), Plain)
    monkeypatch.setenv("NO_COLOR", "1")
    assert isinstance(progress(1, quiet=False), Plain)


def test_lines_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Plain() as view:
        view.begun(HOSTILE)
        view.building(HOSTILE, 2, HOSTILE, "")
        view.line(HOSTILE, HOSTILE)
        view.ended(report(HOSTILE))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all(line.isprintable() for line in lines)


def test_the_live_view_shows_what_is_built_and_leaves_what_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Terminal())
    with Live(2) as view:
        view.begun("clean@1")
        view.building("clean@1", 3, "everything varied", "", beside=1)
        beside = [str(cell) for column in view._table().columns for cell in column.cells]
        view.building("clean@1", 2, "everything varied", "to see")
        view.line("clean@1", "cc -c a.c\x1b[2J")
        cells = [str(cell) for column in view._table().columns for cell in column.cells]
        view.ended(reproducible())
        left = [str(cell) for column in view._table().columns for cell in column.cells]
    assert "build 3: everything varied (and 1 build beside it)" in beside
    assert "build 2: everything varied, to see" in cells
    assert "cc -c a.c\\x1b[2J" in cells
    assert "1 of 2 checked" in left
    assert "clean@1" not in left
    assert "reproducible" in sys.stderr.getvalue()  # type: ignore[attr-defined]
