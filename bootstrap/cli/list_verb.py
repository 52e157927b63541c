"""bootstrap list: the recipes of the project."""

from __future__ import annotations

import click

from bootstrap.cli.say import answer, answer_json
from bootstrap.cli.settings import Settings, json_option, project_options


@click.command(name="list", short_help="List the recipes of the project.")
@json_option
@project_options
def command(as_json: bool, settings: Settings) -> None:
    """List the results of every stage, whether they are built, and what reprocheck found."""
    from bootstrap.cli.session import Session
    from bootstrap.inspect.verdicts import verdicts
    from bootstrap.plan.make import make_plan

    session = Session(settings)
    project = session.project
    plan = make_plan(project, [stage.name for stage in project.stages])
    known = session.store.realisations([step.id for step in plan.steps])
    checked = verdicts(plan, session.store)
    rows = [
        {
            "stage": step.stage,
            "target": step.derivation.title,
            "description": step.description,
            "built": step.id in known,
            "verdict": checked[step.id].verdict if step.id in checked else None,
        }
        for step in plan.steps
        if step.stage
    ]
    if as_json:
        answer_json(rows)
        return
    width = max((len(kept.verdict) for kept in checked.values()), default=0)
    for row in rows:
        mark = "built" if row["built"] else ""
        verdict = f"{row['verdict'] or '':<{width}} " if width else ""
        answer(f"{row['stage']:<8} {row['target']:<24} {mark:<6} {verdict}{row['description']}".rstrip())
