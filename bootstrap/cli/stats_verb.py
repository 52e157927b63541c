"""bootstrap stats: time, CPU and memory of the builds behind targets."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from bootstrap.cli.say import answer, answer_json, seconds, size
from bootstrap.cli.settings import Settings, json_option, project_options, targets_argument

_EPILOG = """\b
Examples:
  bootstrap stats stage2            the last build of each step, the longest first
"""


@click.command(name="stats", epilog=_EPILOG, short_help="Show what builds took.")
@targets_argument
@json_option
@project_options
def command(targets: tuple[str, ...], as_json: bool, settings: Settings) -> None:
    """Show time, CPU and peak memory of the last build of every step that TARGETS need."""
    from bootstrap.cli.session import Session
    from bootstrap.inspect.verdicts import verdicts

    session = Session(settings, targets)
    checked = verdicts(session.plan, session.store)
    records = {step.id: session.store.last_build(step.id) for step in session.plan.steps}
    known = [(step, records[step.id]) for step in session.plan.steps]
    rows: list[dict[str, Any]] = [
        {
            "target": step.derivation.title,
            "label": session.plan.label(step),
            "id": step.id.hex,
            "wall": record.wall,
            "user": record.user,
            "system": record.system,
            "peak_memory": record.peak_memory,
            "cores": record.cores,
            "ok": record.ok,
            "verdict": checked[step.id].verdict if step.id in checked else None,
        }
        for step, record in known
        if record is not None
    ]
    if as_json:
        answer_json(rows)
        return
    for row in sorted(rows, key=lambda row: -row["wall"]):
        answer(
            f"{row['label']:<32} wall {seconds(row['wall']):>10}  "
            f"CPU {seconds(row['user'] + row['system']):>10}  peak {size(row['peak_memory']):>8}"
        )
    total = sum(row["user"] + row["system"] for row in rows)
    answer(f"{len(rows)} builds, {seconds(total)} of CPU")
    if checked:
        counts = Counter(kept.verdict for kept in checked.values())
        found = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
        answer(f"{len(checked)} of {len(session.plan.steps)} checked by reprocheck: {found}")
