"""From targets to a plan: which derivations, in which order, under which rules."""

from __future__ import annotations

import heapq
import posixpath
from collections.abc import Iterable, Mapping, Sequence

from bootstrap.digest import Digest
from bootstrap.plan.derivation import Derivation, Output
from bootstrap.plan.derive import derive, derive_check
from bootstrap.plan.plan import Check, Plan, Rule, Step
from bootstrap.plan.target import find_target
from bootstrap.recipe.expectations import FILE
from bootstrap.recipe.forbidden import Rules
from bootstrap.recipe.model import Recipe
from bootstrap.recipe.project import Named, Project
from bootstrap.storepath import output_name


def make_plan(project: Project, targets: Sequence[str | Named]) -> Plan:
    """The plan for some targets, each a text as `find_target` reads it or a recipe's output.

    UsageError for a target that means nothing.
    """
    named: dict[Named, None] = {}
    for target in targets:
        found = find_target(project, target) if isinstance(target, str) else [target]
        named |= dict.fromkeys(found)
    order = _needed(each.recipe for each in named)
    rules = Rules(project.stages)
    # Recipes that are the same to the byte are one step; a stage's result speaks for all of them.
    derivations: dict[Recipe, Derivation] = {}
    ids: dict[Recipe, Digest] = {}
    speaker: dict[Digest, Recipe] = {}
    for recipe in order:
        derivations[recipe] = derivation = derive(recipe, ids)
        ids[recipe] = id = derivation.id
        if id not in speaker or rules.stage(recipe):
            speaker[id] = recipe
    forbidden = _Forbidden(rules, derivations, ids)
    steps = {
        id: _step(recipe, derivations[recipe], project, forbidden, ids) for id, recipe in speaker.items()
    }
    return Plan(
        steps=_in_order(steps),
        targets=tuple(dict.fromkeys(Output(ids[each.recipe], each.output) for each in named)),
    )


def _needed(recipes: Iterable[Recipe]) -> list[Recipe]:
    """The recipes and all that they and their checks need, inputs before users."""
    done: dict[Recipe, None] = {}
    left = [(recipe, False) for recipe in recipes][::-1]
    while left:
        recipe, seen = left.pop()
        if recipe in done:
            continue
        if seen:
            done[recipe] = None
            continue
        left.append((recipe, True))
        left += [(each.recipe, False) for each in recipe.tools if each.recipe not in done]
        left += [(each.recipe, False) for each in recipe.libs if each.recipe not in done]
        for check in recipe.tests:
            left += [(each.recipe, False) for each in check.tools if each.recipe not in done]
    return list(done)


class _Forbidden:
    """The rules of steps. What is forbidden may not be in the plan itself; its id is found all
    the same, since it may have been built before."""

    def __init__(
        self, rules: Rules, derivations: dict[Recipe, Derivation], ids: dict[Recipe, Digest]
    ) -> None:
        self.rules = rules
        self._derivations = derivations
        self._ids = ids

    def of(self, recipe: Recipe) -> tuple[Rule, ...]:
        found: dict[tuple[Output, bool], Rule] = {}
        own = self._ids[recipe]
        for each in self.rules.of(recipe):
            id = self._id(each.recipe)
            if id == own:
                continue
            for output in each.outputs:
                forbidden = Output(id, output)
                found.setdefault(
                    (forbidden, each.direct),
                    Rule(
                        forbidden=forbidden,
                        name=each.recipe.title,
                        because=each.because,
                        direct=each.direct,
                    ),
                )
        return tuple(found.values())

    def _id(self, recipe: Recipe) -> Digest:
        if recipe not in self._ids:
            for needed in _needed((recipe,)):
                if needed not in self._ids:
                    self._derivations[needed] = derivation = derive(needed, self._ids)
                    self._ids[needed] = derivation.id
        return self._ids[recipe]


def _step(
    recipe: Recipe,
    derivation: Derivation,
    project: Project,
    forbidden: _Forbidden,
    ids: Mapping[Recipe, Digest],
) -> Step:
    stage = forbidden.rules.stage(recipe)
    file = ""
    expected: tuple[tuple[str, Digest], ...] = ()
    if stage is not None:
        file = posixpath.join(posixpath.dirname(stage.where.file), FILE)
        known = project.expectations.get(file, {})
        names = {output: output_name(recipe.name, recipe.version, output) for output in recipe.outputs}
        expected = tuple((output, known[name]) for output, name in names.items() if name in known)
    checks = [
        (
            check.slow,
            Check(name=check.name, derivation=derive_check(check, recipe, ids), where=check.where),
        )
        for check in recipe.tests
    ]
    return Step(
        derivation=derivation,
        where=recipe.where,
        description=recipe.description,
        variable=recipe.variable,
        stage=stage.name if stage is not None else "",
        libs=tuple(lib.name for lib in recipe.libs),
        rules=forbidden.of(recipe),
        expected=expected,
        expectations_file=file,
        checks=tuple(check for slow, check in checks if not slow),
        slow_checks=tuple(check for slow, check in checks if slow),
        cores=recipe.cores,
    )


def _in_order(steps: Mapping[Digest, Step]) -> tuple[Step, ...]:
    """Inputs before users; among those that could come next, by name, version and id.

    What a check needs comes before the step that is checked, too.
    """
    waits: dict[Digest, int] = {}
    users: dict[Digest, list[Digest]] = {id: [] for id in steps}
    ready: list[tuple[str, str, Digest]] = []
    for id, step in steps.items():
        needed = _inputs(step.derivation)
        for check in (*step.checks, *step.slow_checks):
            needed |= _inputs(check.derivation)
        needed.discard(id)
        waits[id] = len(needed)
        for each in needed:
            users[each].append(id)
        if not needed:
            ready.append((step.derivation.name, step.derivation.version, id))
    heapq.heapify(ready)
    order: list[Step] = []
    while ready:
        _, _, id = heapq.heappop(ready)
        order.append(steps[id])
        for user in users[id]:
            waits[user] -= 1
            if not waits[user]:
                derivation = steps[user].derivation
                heapq.heappush(ready, (derivation.name, derivation.version, user))
    return tuple(order)


def _inputs(derivation: Derivation) -> set[Digest]:
    return {where.derivation for _, where in derivation.inputs if isinstance(where, Output)}
