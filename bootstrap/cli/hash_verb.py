"""bootstrap hash: a target's id, and every field that enters it."""

from __future__ import annotations

import click

from bootstrap.cli.say import answer, answer_json
from bootstrap.cli.settings import Settings, json_option, project_options, targets_argument

_EPILOG = """\b
Examples:
  bootstrap hash lua
  bootstrap hash --explain musl     every field, in canonical order
"""


@click.command(name="hash", epilog=_EPILOG, short_help="Show a target's id and what enters it.")
@targets_argument
@click.option("--explain", is_flag=True, help="Every field that enters the id.")
@json_option
@project_options
def command(targets: tuple[str, ...], explain: bool, as_json: bool, settings: Settings) -> None:
    """Print the planned id of each of TARGETS: the BLAKE3 of its derivation's canonical bytes."""
    from bootstrap.cli.session import Session
    from bootstrap.plan.explain import explain as explain_derivation

    session = Session(settings, targets)
    ids = list(dict.fromkeys(target.derivation for target in session.plan.targets))
    steps = [session.plan.step(id) for id in ids]
    if as_json:
        answer_json(
            [
                {
                    "target": step.derivation.title,
                    "id": step.id.hex,
                    **({"fields": step.derivation.fields()} if explain else {}),
                }
                for step in steps
            ]
        )
        return
    for step in steps:
        answer(f"{step.id}  {step.derivation.title}")
        if explain:
            for name, value in explain_derivation(step.derivation):
                answer(f"  {name} = {value}")
