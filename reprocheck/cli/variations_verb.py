"""reprocheck variations: what is varied, what it costs, and whether it can be on this host."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from bootstrap.cli.say import answer, answer_json
from bootstrap.cli.settings import json_option

if TYPE_CHECKING:
    from reprocheck.variation.model import Variation

_EPILOG = """\b
Examples:
  reprocheck variations
  reprocheck variations --json
"""


@click.command(name="variations", epilog=_EPILOG, short_help="List what is varied.")
@json_option
def command(as_json: bool) -> None:
    """List the variations: name, level, what is changed, its cost, and why it cannot be applied here.

    L0 is what no build may show, L1 what no sandbox can fix, L2 what the sandbox of recipes fixes.
    """
    from reprocheck.variation.table import TABLE

    rows = [_row(variation) for variation in TABLE]
    if as_json:
        answer_json(rows)
        return
    from reprocheck.report.paint import Paint

    paint = Paint.suiting(sys.stdout)
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        cost = "" if row["cost"] == "nothing" else f" ({row['cost']})"
        answer(
            f"{row['level']}  {paint(row['name'].ljust(width), 'bold')}  {row['text']}{paint(cost, 'dim')}"
        )
        if row["instead_of"]:
            stories = ", ".join(row["instead_of"])
            answer(f"    {'':<{width}}{paint(f'another story of {stories}: --thorough', 'dim')}")
        if row["on_request"]:
            answer(f"    {'':<{width}}{paint(row['on_request'], 'dim')}")
        if row["obstacle"]:
            answer(f"    {'':<{width}}{paint('not here: ' + row['obstacle'], 'yellow')}")
    missing = sum(bool(row["obstacle"]) for row in rows)
    answer(f"{len(rows)} variations, {len(rows) - missing} of them can be applied here")


def _row(variation: Variation) -> dict[str, Any]:
    from reprocheck.cause import CAUSES

    return {
        "name": variation.name,
        "cause": variation.cause,
        "level": CAUSES[variation.cause].level.value,
        "text": variation.text,
        "cost": variation.cost,
        "obstacle": variation.obstacle(),
        "instead_of": list(variation.instead_of),
        "on_request": variation.on_request,
    }
