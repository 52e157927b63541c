"""A build with everything varied, beside the same build with nothing varied: every recipe of a stage.

    bench/varied.py [STAGE] [RUNS]    stage1 and 3 unless told otherwise

CPU time is what counts on a busy machine: that of the whole sandbox, its supervisor included. Needs the
stage built in BOOTSTRAP_HOME.
"""

from __future__ import annotations

import statistics
import sys
import threading
from pathlib import Path

from bootstrap.cli.settings import home_directory
from bootstrap.fetch.fetcher import Fetcher
from bootstrap.plan.make import make_plan
from bootstrap.recipe.evaluate import evaluate
from bootstrap.sandbox import Launcher
from bootstrap.store import Store
from reprocheck.circumstances import Circumstances
from reprocheck.subjects.recipe import RecipeSubject
from reprocheck.variation.table import TABLE, tell

ROOT = Path(__file__).parents[1]
STAGE = sys.argv[1] if len(sys.argv) > 1 else "stage1"
RUNS = int(sys.argv[2]) if len(sys.argv) > 2 else 3

home = home_directory(None)
plan = make_plan(evaluate(ROOT, options={}), [STAGE])
targets = {target.derivation for target in plan.targets}
totals = {"wall": [0.0, 0.0], "cpu": [0.0, 0.0]}


def of(subject: RecipeSubject, circumstances: Circumstances) -> tuple[float, float]:
    """Wall and CPU seconds of one build."""
    build = subject.build(circumstances, cancel=threading.Event())
    if not build.ok:
        sys.exit(build.message)
    return build.seconds, build.cpu


print(f"{'seconds':28} {'plain':>14} {'varied':>14} {'ratio':>14}")
print(f"{'':28} {'wall':>7}{'cpu':>7} {'wall':>7}{'cpu':>7} {'wall':>7}{'cpu':>7}")
with Store.open(home) as store, Launcher() as launcher:
    for step in plan.steps:
        if step.id not in targets:
            continue
        subject = RecipeSubject(
            step, store=store, fetcher=Fetcher(Path(home, "sources")), launcher=launcher, project=ROOT
        )
        rows = [row for row in TABLE if row.is_for_all and not row.obstacle() and not subject.suits(row.name)]
        everything = tell(rows, {row.name for row in rows})
        pairs = [(of(subject, Circumstances()), of(subject, everything)) for _ in range(RUNS)]
        subject.close()
        median = [
            [statistics.median(pair[side][what] for pair in pairs) for what in (0, 1)] for side in (0, 1)
        ]
        for what, name in enumerate(totals):
            for side in (0, 1):
                totals[name][side] += median[side][what]
        plain, varied = median
        print(
            f"{step.derivation.title:28} {plain[0]:7.2f}{plain[1]:7.2f} {varied[0]:7.2f}{varied[1]:7.2f} "
            f"{varied[0] / plain[0]:7.2f}{varied[1] / plain[1]:7.2f}"
        )
wall, cpu = totals["wall"], totals["cpu"]
print(
    f"{'all':28} {wall[0]:7.2f}{cpu[0]:7.2f} {wall[1]:7.2f}{cpu[1]:7.2f} "
    f"{wall[1] / wall[0]:7.2f}{cpu[1] / cpu[0]:7.2f}   budget: 1.15"
)
