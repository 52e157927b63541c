"""What the outputs of a recipe must not refer to, and whose rule that is.

- A tool, and what a tool needs at run time, unless a lib of the recipe needs it too.
- What the recipe or its stage forbids: a recipe, or all that was needed to build a stage's results.

`allow` takes recipes out of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bootstrap.recipe.model import Input, Recipe, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden:
    """One recipe whose outputs must not be referred to."""

    recipe: Recipe
    outputs: tuple[str, ...]
    because: str
    """Whose rule: 'tcc is a tool of lua'."""
    direct: bool
    """The reference may remain where a lib brings it along."""
    input: str = ""
    """The name of the input that it is, if it is one."""


class Rules:
    """Answers for the recipes of one project; what is asked again is not computed again."""

    def __init__(self, stages: Iterable[Stage]) -> None:
        self._stage = {recipe: stage for stage in stages for recipe in stage.recipes}
        self._needed: dict[Stage, tuple[Recipe, ...]] = {}

    def stage(self, recipe: Recipe) -> Stage | None:
        """The stage that a recipe is a result of."""
        return self._stage.get(recipe)

    def of(self, recipe: Recipe) -> tuple[Forbidden, ...]:
        """What a recipe must not refer to, without what it is allowed."""
        if not (recipe.tools or recipe.forbid or recipe in self._stage):
            return ()
        allowed = {name for name, _ in recipe.allow}
        return tuple(
            each
            for each in self.without_allow(recipe)
            if not allowed or not allowed & {each.recipe.name, each.recipe.title, each.input}
        )

    def without_allow(self, recipe: Recipe) -> Iterator[Forbidden]:
        """What a recipe must not refer to, as if it were allowed nothing."""
        yield from _tools(recipe)
        stage = self._stage.get(recipe)
        seen: set[Recipe] = set()
        rules = [(f"{recipe.name} forbids", recipe.forbid)]
        if stage is not None:
            rules.append((f"stage {stage.name} forbids", stage.forbid))
        for who, things in rules:
            for thing in things:
                for each in self._meant(thing):
                    if each is recipe or each in seen:
                        continue
                    seen.add(each)
                    what = thing.name if each is thing else f"{thing.name}, which needs {each.name}"
                    yield Forbidden(recipe=each, outputs=each.outputs, because=f"{who} {what}", direct=False)

    def _meant(self, thing: Recipe | Stage) -> tuple[Recipe, ...]:
        if isinstance(thing, Recipe):
            return (thing,)
        if thing not in self._needed:
            found: dict[Recipe, None] = {}
            left = list(reversed(thing.recipes))
            while left:
                recipe = left.pop()
                if recipe not in found:
                    found[recipe] = None
                    left += [given.recipe for given in (*recipe.tools, *recipe.libs)]
            self._needed[thing] = tuple(found)
        return self._needed[thing]


def _tools(recipe: Recipe) -> Iterator[Forbidden]:
    kept = set(_at_run_time(recipe.libs))
    seen: set[tuple[Recipe, str]] = set()
    for tool in recipe.tools:
        for needed, output in _at_run_time((tool,)):
            if (needed, output) in kept or (needed, output) in seen or needed is recipe:
                continue
            seen.add((needed, output))
            itself = needed is tool.recipe
            because = f"{tool.name} is a tool of {recipe.name}"
            if not itself:
                because = f"{needed.name} comes with {tool.name}, a tool of {recipe.name}"
            yield Forbidden(
                recipe=needed,
                outputs=(output,),
                because=because,
                direct=True,
                input=tool.name if itself else "",
            )


def _at_run_time(inputs: tuple[Input, ...]) -> Iterator[tuple[Recipe, str]]:
    """The inputs and, by their libs, what they need when they run."""
    left = [(given.recipe, given.output) for given in reversed(inputs)]
    seen: set[tuple[Recipe, str]] = set()
    while left:
        here = left.pop()
        if here in seen:
            continue
        seen.add(here)
        yield here
        left += [(given.recipe, given.output) for given in here[0].libs]
