"""bootstrap verify: hash again what is stored, and mend what is damaged."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from bootstrap.cli.say import answer, answer_json, note, report, seconds, size
from bootstrap.cli.settings import Settings, Supply, json_option, project_options, supply_options
from bootstrap.errors import StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bootstrap.build.carry_out import Result
    from bootstrap.build.repair import Repaired
    from bootstrap.cli.session import Session
    from bootstrap.plan.plan import Plan
    from bootstrap.store import Verdict
    from bootstrap.store.verification import Verification
    from bootstrap.storepath import StorePath

_EPILOG = """\b
Without TARGETs everything is looked at, files that paths share and the database too; with TARGETs
their outputs and all that these refer to.

\b
Examples:
  bootstrap verify
  bootstrap verify python
  bootstrap verify --repair         what is damaged is mended, built again, or else forgotten
"""


@click.command(name="verify", epilog=_EPILOG, short_help="Hash again what is stored; mend it.")
@click.argument("targets", nargs=-1, metavar="[TARGET...]")
@click.option("--repair", is_flag=True, help="Mend what is damaged, or build it again, or else forget it.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but results and errors.")
@json_option
@supply_options
@project_options
def command(
    targets: tuple[str, ...],
    repair: bool,
    quiet: bool,
    as_json: bool,
    supply: Supply,
    settings: Settings,
) -> int:
    """Hash again what is stored, and tell what is not as it was when it was added."""
    from bootstrap.build.machine import cores
    from bootstrap.cli.reading import reading
    from bootstrap.cli.session import Session

    session = Session(settings, targets, supply)
    plan = _everything(session) if repair else None
    paths = _closure(session) if targets else None
    began = time.monotonic()
    with reading(quiet=quiet) as (on_start, on_read):
        verification = session.store.verify_all(paths, threads=cores(), on_start=on_start, on_read=on_read)
    verdict, span = verification.verdict, time.monotonic() - began
    if not as_json:
        _tell(verdict, span)
    repaired: list[Repaired] = []
    if repair and (verdict.damaged or verdict.pool):
        repaired = _repair(session, supply, verification, plan, quiet=quiet or as_json, as_json=as_json)
    is_whole = verdict.is_whole or (repair and not verdict.database)
    if as_json:
        answer_json(_json(verdict, span, repaired))
    if verdict.database:
        report(
            StoreError(
                "the store's database is damaged",
                hint=f"move {session.store.home}/db.sqlite away and build again",
            )
        )
    elif not is_whole:
        note("bootstrap verify --repair mends it")
    return 0 if is_whole else StoreError.exit_status


def _closure(session: Session) -> tuple[StorePath, ...]:
    """All that the targets' outputs come to; UsageError for one that is not built."""
    known = session.store.realisations(target.derivation for target in session.plan.targets)
    paths = []
    for target in session.plan.targets:
        outputs = dict(known[target.derivation].outputs) if target.derivation in known else {}
        if target.output not in outputs:
            title = session.plan.step(target.derivation).derivation.title
            raise UsageError(f"{title} is not built", hint=f"bootstrap run {title}")
        paths.append(outputs[target.output])
    return session.store.closure(paths)


def _everything(session: Session) -> Plan | None:
    """The plan of all that this checkout can build; None outside of any."""
    from bootstrap.plan.make import make_plan

    try:
        session.root  # noqa: B018 -- looked for here, since outside of a project nothing can be built
    except UsageError:
        note("no project is here, so nothing can be built again: what cannot be mended is forgotten")
        return None
    stages = [stage.name for stage in session.project.stages]
    return make_plan(session.project, [*stages, *session.targets])


def _repair(
    session: Session,
    supply: Supply,
    verification: Verification,
    plan: Plan | None,
    *,
    quiet: bool,
    as_json: bool,
) -> list[Repaired]:
    from bootstrap.build.machine import cores
    from bootstrap.build.repair import repair
    from bootstrap.build.wish import Wish
    from bootstrap.cli.progress import progress

    def rebuild(part: Plan) -> Result:
        with progress(quiet=quiet) as view:
            return session.carry_out(part, Wish(jobs=cores(), rebuild=True), supply, view).run()

    for damage, is_there in verification.mend_pool().items():
        if not as_json:
            answer(f"{'mended' if is_there else 'removed':>9}  files/{damage.name}")
    done = []
    for each in repair(session.store, verification, plan, rebuild):
        done.append(each)
        if not as_json:
            _tell_repaired(each)
    return done


def _tell(verdict: Verdict, span: float) -> None:
    for damage in verdict.damaged:
        answer(f"  damaged  {damage.path}  {damage.what}")
    for pooled in verdict.pool:
        answer(f"  damaged  files/{pooled.name}  {pooled.what}")
    for text in verdict.database:
        answer(f"  damaged  database: {text}")
    counts = [
        _count(verdict.damaged, "path"),
        _count(verdict.pool, "shared file"),
        "the database" if verdict.database else "",
    ]
    result = ", ".join(count for count in counts if count)
    what = f"verified {verdict.paths:,} paths, {size(verdict.size)} in {seconds(span)}"
    answer(f"{what}: {f'{result} damaged' if result else 'all whole'}")


def _count(found: tuple[Any, ...], what: str) -> str:
    return f"{len(found):,} {what}{'s' if len(found) > 1 else ''}" if found else ""


def _tell_repaired(repaired: Repaired) -> None:
    why = f"  {repaired.why}" if repaired.why else ""
    answer(f"{repaired.how:>9}  {repaired.path}{why}")
    for path in repaired.with_it:
        answer(f"{'forgotten':>9}  {path}  refers to {repaired.path.basename}")


def _json(verdict: Verdict, span: float, repaired: Iterable[Repaired]) -> dict[str, Any]:
    return {
        "paths": verdict.paths,
        "files": verdict.files,
        "bytes": verdict.size,
        "seconds": span,
        "damaged": [
            {
                "path": str(damage.path),
                "what": damage.what,
                "expected": damage.expected.hex if damage.expected else None,
                "got": damage.got.hex if damage.got else None,
            }
            for damage in verdict.damaged
        ],
        "files_damaged": [{"file": f"files/{each.name}", "what": each.what} for each in verdict.pool],
        "database": list(verdict.database),
        "repaired": [
            {
                "path": str(each.path),
                "how": each.how,
                "why": each.why,
                "forgotten_with_it": [str(path) for path in each.with_it],
            }
            for each in repaired
        ],
    }
