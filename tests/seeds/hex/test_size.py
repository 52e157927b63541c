"""The seed stays as small as is said of it."""

from __future__ import annotations

from pathlib import Path

from bootstrap.inspect.audit import audit
from bootstrap.inspect.contents import Contents
from bootstrap.plan.make import make_plan
from bootstrap.recipe.evaluate import evaluate

ROOT = Path(__file__).parents[3]


def test_254_bytes_and_fewer_than_9000_lines_lead_to_tinycc() -> None:
    nothing = Contents(files=0, lines=0, code=(), generated=(), data=0, data_bytes=0)
    plan = make_plan(evaluate(ROOT, options={}), ["stage0"])
    found = audit(plan, ROOT, [], lambda source: nothing)
    assert found.seed == (("seeds/hex/0-hx/hx.hex", 254),)
    assert found.seed_written[1] < 9000
    assert {written.directory for written in found.written if written.directory.startswith("seeds")} == {
        f"seeds/hex/{layer}"
        for layer in ("0-hx", "1-tc", "2-mc", "3-cc", "libc", "libc/include", "libc/include/sys")
    }
