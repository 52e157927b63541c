"""bootstrap converge: build targets with every choice of an option, by default every seed, and compare."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from bootstrap.cli.say import answer, answer_json, note, size
from bootstrap.cli.settings import (
    Effort,
    Settings,
    Supply,
    effort_options,
    json_option,
    project_options,
    supply_options,
    targets_argument,
)
from bootstrap.errors import ExpectationMissed, UsageError

if TYPE_CHECKING:
    from bootstrap.cli.session import Session
    from bootstrap.inspect.convergence import Judged, Route
    from bootstrap.inspect.seed import Seed

_EPILOG = """\b
Exit status 7 if not all of them come to the same store paths, 1 if a build failed. Expectations are
left aside: what is asked is whether the choices agree with each other.

\b
Examples:
  bootstrap converge stage0
  bootstrap converge stage0 --over seed --json
"""


@click.command(name="converge", epilog=_EPILOG, short_help="Build with every seed, and compare.")
@targets_argument
@click.option(
    "--over", "option", metavar="NAME", default="seed", help="The option whose choices are tried (else seed)."
)
@effort_options
@json_option
@supply_options
@project_options
def command(
    targets: tuple[str, ...],
    option: str,
    effort: Effort,
    as_json: bool,
    supply: Supply,
    settings: Settings,
) -> int:
    """Build TARGETS with every choice of an option and tell where the results meet."""
    from bootstrap.cli.session import Session
    from bootstrap.inspect.convergence import judge
    from bootstrap.inspect.seed import seed

    choices = _choices(Session(settings, targets, supply), option)
    sessions = []
    for choice in choices:
        options = {**dict(settings.options), option: choice}
        sessions.append(Session(settings._replace(options=tuple(sorted(options.items()))), targets, supply))
    routes = []
    for choice, session in zip(choices, sessions, strict=True):
        if not effort.quiet:
            note(f"{option} {choice}:")
        routes.append(_route(choice, session, effort, supply))
    brought = tuple(seed(session.plan, session.root) for session in sessions)
    judged = judge(routes)
    if as_json:
        answer_json([_as_json(each, seed, option) for each, seed in zip(judged, brought, strict=True)])
    else:
        _tell(judged, brought, option)
    if any(each.verdict == "failed" for each in judged):
        return 1
    return ExpectationMissed.exit_status if any(each.verdict == "differs" for each in judged) else 0


def _choices(session: Session, option: str) -> tuple[str, ...]:
    choices = session.project.choices
    if option not in choices:
        known = ", ".join(choices) or "none"
        raise UsageError(f'no recipe file asks for option "{option}"', hint=f"options: {known}")
    return choices[option]


def _route(choice: str, session: Session, effort: Effort, supply: Supply) -> Route:
    """Builds the targets with one choice, without regard to expectations."""
    from bootstrap.build.machine import cores
    from bootstrap.build.wish import Wish
    from bootstrap.cli.progress import progress
    from bootstrap.inspect.convergence import Route

    plan = replace(session.plan, steps=tuple(replace(step, expected=()) for step in session.plan.steps))
    session.store.sweep_leftovers()
    view = progress(quiet=effort.quiet)
    wish = Wish(jobs=effort.jobs or cores(), keep_going=effort.keep_going, keep_failed=effort.keep_failed)
    with view:
        result = session.carry_out(plan, wish, supply, view).run()
    paths = tuple(path for step in plan.steps for _, path in sorted(result.outputs.get(step.id, {}).items()))
    if result.failed:
        return Route(choice=choice, paths=paths, targets=(), failure=str(result.failed[0]))
    targets = tuple(result.outputs[target.derivation][target.output] for target in plan.targets)
    return Route(choice=choice, paths=paths, targets=targets)


def _as_json(judged: Judged, seed: Seed, option: str) -> dict[str, Any]:
    route = judged.route
    return {
        option: route.choice,
        "bytes": seed.size,
        "digest": seed.digest.hex,
        "verdict": judged.verdict,
        "first_common": str(judged.first_common) if judged.first_common else None,
        "targets": [str(path) for path in route.targets],
        "differs": [str(path) for path in judged.first_different] if judged.first_different else None,
        "failure": route.failure or None,
    }


def _tell(judged: tuple[Judged, ...], brought: tuple[Seed, ...], option: str) -> None:
    width = max(len(option), *(len(each.route.choice) for each in judged))
    answer(f"{option:<{width}}  {'brings':>10}  {'digest':<16}  {'verdict':<8}  first store path in common")
    for each, seed in zip(judged, brought, strict=True):
        common = each.first_common or "none"
        answer(
            f"{each.route.choice:<{width}}  {size(seed.size):>10}  {seed.digest.hex[:16]}  "
            f"{each.verdict:<8}  {common}"
        )
    for each in judged:
        if each.first_different is not None:
            ours, theirs = each.first_different
            answer(f"\n{each.route.choice} is the odd one out:\n  it came to  {ours}\n  the others  {theirs}")
        if each.route.failure:
            answer(f"\n{each.route.choice} failed:\n{each.route.failure}")
    agreed = [each for each in judged if each.verdict == "agrees"]
    if len(agreed) == len(judged):
        answer(f"\nall {len(judged)} agree:")
        for path in agreed[0].route.targets:
            answer(f"  {path}")
    elif not agreed:
        answer("\nnone of them can be said to be right: no two, or as many on either side, agree")
