"""Times that cannot be."""

from __future__ import annotations

import os
import time

import pytest

from bootstrap.doctor.clock import clock


def test_the_present_is_fine(tmp_path) -> None:
    assert clock(tmp_path).state == "ok"
    assert clock(None).state == "ok"


@pytest.mark.parametrize("now", [0.0, 315532800.0, 1577836800.0, 4102444800.0])
def test_a_year_before_this_program_or_far_from_now_is_told(now: float) -> None:
    found = clock(None, now)
    assert (found.state, "timedatectl" in found.todo) == ("warn", True)


def test_a_file_from_the_future_is_named(tmp_path) -> None:
    file = tmp_path / "stages/00-x/stage.star"
    file.parent.mkdir(parents=True)
    file.write_text("")
    later = time.time() + 86400
    os.utime(file, (later, later))
    found = clock(tmp_path)
    assert (found.state, str(file) in found.says) == ("warn", True)
