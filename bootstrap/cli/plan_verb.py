"""bootstrap plan: what is there and what would be fetched and built, in which order."""

from __future__ import annotations

import click

from bootstrap.cli.say import answer, answer_json, seconds, size
from bootstrap.cli.settings import (
    Settings,
    Supply,
    json_option,
    project_options,
    supply_options,
    targets_argument,
)

_EPILOG = """\b
Examples:
  bootstrap plan stage2
  bootstrap plan lua --json
"""


@click.command(name="plan", epilog=_EPILOG, short_help="Tell what would be fetched and built.")
@targets_argument
@json_option
@supply_options
@project_options
def command(targets: tuple[str, ...], as_json: bool, supply: Supply, settings: Settings) -> None:
    """Tell what of TARGETS is there, what would be fetched and what built, in which order."""
    from bootstrap.build.needs import needs
    from bootstrap.build.wish import Wish
    from bootstrap.cli.session import Session
    from bootstrap.recipe.model import Source

    session = Session(settings, targets, supply)
    todo = needs(session.plan, session.store, Wish(jobs=1))
    fetcher = session.fetcher(supply, lambda event: None)
    materials: dict[str, Source] = {}
    for derivation in [s.derivation for s in todo.build] + [c.derivation for _, c in todo.checks]:
        for _, material in derivation.sources:
            if isinstance(material, Source) and fetcher.have(material) is None:
                materials[material.sha256.hex] = material
    history = session.store.durations(step.derivation.title for step in todo.build)
    titles = {step.id: step.derivation.title for step in session.plan.steps}
    if as_json:
        answer_json(
            {
                "there": [
                    {"target": titles[id], "id": id.hex, "outputs": {o: str(p) for o, p in outs.items()}}
                    for id, outs in todo.there.items()
                ],
                "fetch": [
                    {"file": source.file, "sha256": source.sha256.hex, "size": source.size}
                    for source in materials.values()
                ],
                "build": [
                    {"target": step.derivation.title, "id": step.id.hex, "where": str(step.where)}
                    for step in todo.build
                ],
                "check": [
                    {"target": step.derivation.title, "check": check.name, "id": check.id.hex}
                    for step, check in todo.checks
                ],
            }
        )
        return
    for target in session.plan.targets:
        if target.derivation in todo.there:
            path = todo.there[target.derivation][target.output]
            answer(f"there  {titles[target.derivation]}  {path}")
    for source in materials.values():
        answer(f"fetch  {source.file}  ({size(source.size)})")
    for step in todo.build:
        past = history.get(step.derivation.title)
        span = f"  (~{seconds(past.wall)})" if past else ""
        answer(f"build  {session.plan.label(step)}{span}  {step.where}")
    for step, check in todo.checks:
        answer(f"check  {session.plan.label(step)}  {check.name}")
    if not (todo.build or todo.checks):
        answer("nothing to do")
