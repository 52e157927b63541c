"""bootstrap show: a target's derivation, outputs, references and history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bootstrap.cli.say import answer, answer_json, seconds, size
from bootstrap.cli.settings import Settings, json_option, project_options, targets_argument

if TYPE_CHECKING:
    from bootstrap.cli.session import Session
    from bootstrap.plan.plan import Step
    from bootstrap.store import KeptVerdict

_EPILOG = """\b
Examples:
  bootstrap show lua
  bootstrap show python --json
  bootstrap show --closure lua      the store paths that it needs to run
"""


@click.command(name="show", epilog=_EPILOG, short_help="Show a target and what is known of it.")
@targets_argument
@click.option("--closure", is_flag=True, help="Only the store paths that TARGETS (or store paths) refer to.")
@json_option
@project_options
def command(targets: tuple[str, ...], closure: bool, as_json: bool, settings: Settings) -> None:
    """Show each of TARGETS: where it is defined, its inputs, outputs, references, last builds."""
    from bootstrap.cli.session import Session

    session = Session(settings, targets)
    if closure:
        from bootstrap.cli.results import results
        from bootstrap.storepath import PREFIX

        paths = [f"{PREFIX}/{basename}" for basename in session.store.closure_basenames(results(session))]
        if as_json:
            answer_json(paths)
        else:
            answer("\n".join(paths))
        return
    from bootstrap.inspect.verdicts import verdicts

    ids = list(dict.fromkeys(target.derivation for target in session.plan.targets))
    known = verdicts(session.plan, session.store)
    facts = [_facts(session, session.plan.step(id), known.get(id)) for id in ids]
    if as_json:
        answer_json(facts)
        return
    for fact in facts:
        _print(fact)


def _facts(session: Session, step: Step, verdict: KeptVerdict | None) -> dict[str, Any]:
    from bootstrap.storepath import StorePath

    store = session.store
    plan = session.plan
    label = plan.label(step)
    # Its earlier forms, too, unless other recipes have the same name.
    builds = store.history(step.derivation.title if label == step.derivation.title else step.id)
    realisation = store.realisation(step.id)
    outputs = {}
    for output, path in realisation.outputs if realisation else ():
        info = store.info(path) if store.hold([path], as_used=False) else None
        if info is None:
            continue
        outputs[output] = {
            "path": str(path),
            "real": str(store.real(path)),
            "digest": info.digest.hex,
            "size": info.size,
            "files": info.files,
            "references": [str(reference) for reference in info.references],
            "closure": [str(each) for each in store.closure((path,))],
        }
    return {
        "target": step.derivation.title,
        "label": label,
        "id": step.id.hex,
        "where": str(step.where),
        "stage": step.stage,
        "inputs": {
            name: str(where) if isinstance(where, StorePath) else plan.label(plan.step(where.derivation))
            for name, where in step.derivation.inputs
        },
        "derivation": step.derivation.fields(),
        "outputs": outputs,
        "expected": {output: digest.hex for output, digest in step.expected},
        "checks": [
            {"name": check.name, "held": store.realisation(check.id) is not None}
            for check in step.checks + step.slow_checks
        ],
        "verdict": verdict
        and {"verdict": verdict.verdict, "causes": list(verdict.causes), "checked": verdict.checked},
        "builds": [
            {
                "started": record.started,
                "wall": record.wall,
                "user": record.user,
                "system": record.system,
                "peak_memory": record.peak_memory,
                "cores": record.cores,
                "ok": record.ok,
            }
            for record in builds
        ],
    }


def _print(fact: dict[str, Any]) -> None:
    stage = f" ({fact['stage']})" if fact["stage"] else ""
    answer(f"{fact['label']}{stage}")
    answer(f"  id          {fact['id']}")
    answer(f"  defined at  {fact['where']}")
    if fact["inputs"]:
        answer("  inputs      " + ", ".join(fact["inputs"].values()))
    for place, material in fact["derivation"]["sources"].items():
        if "sha256" in material:
            answer(f"  source      {material['file']}  sha256 {material['sha256']}")
        else:
            answer(f"  files       {len(material['files'])} beside the recipe, at /build/{place}")
    if not fact["outputs"]:
        answer("  not built yet")
    for name, output in fact["outputs"].items():
        answer(f"  {name:<11} {output['path']}")
        answer(f"  {'':<11} digest {output['digest']}")
        answer(
            f"  {'':<11} {size(output['size'])} in {output['files']} files, "
            f"closure of {len(output['closure'])}"
        )
        for reference in output["references"]:
            answer(f"  {'':<11} refers to {reference}")
    for check in fact["checks"]:
        answer(f"  check       {check['name']}: {'held' if check['held'] else 'not run yet'}")
    if fact["verdict"]:
        causes = ": " + ", ".join(fact["verdict"]["causes"]) if fact["verdict"]["causes"] else ""
        answer(f"  reprocheck  {fact['verdict']['verdict']}{causes}")
    for build in fact["builds"][:3]:
        how = "" if build["ok"] else ", failed"
        answer(
            f"  built in    {seconds(build['wall'])} on {build['cores']} core(s), "
            f"CPU {seconds(build['user'] + build['system'])}, peak {size(build['peak_memory'])}{how}"
        )
