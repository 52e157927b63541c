"""The calls `stage()` and `option()`."""

from __future__ import annotations

from bootstrap.errors import UsageError
from bootstrap.recipe.call import Call
from bootstrap.recipe.catalogue import Catalogue, Option, kind
from bootstrap.recipe.definition import forbidden
from bootstrap.recipe.model import Recipe, Stage
from bootstrap.recipe.spelling import did_you_mean


def make_stage(call: Call, catalogue: Catalogue) -> Stage | None:
    """The stage, or None if anything about it is wrong."""
    name = call.name("name")
    where, _ = call.where()
    first = catalogue.stage_places.setdefault(name, where)
    if first is not where:
        call.fault(f'a second stage "{name}"', field="name", hint=f"the first is at {first}")
    given = call.given.get("recipes", [])
    if not isinstance(given, list):
        call.wrong("recipes", "a list of recipes", given)
        given = []
    recipes: list[Recipe] = []
    for value in given:
        if kind(value) != "recipe":
            call.wrong("recipes", "a list of recipes", [value], "a recipe is a value; no quotes")
            continue
        made = catalogue.recipes[value["_id"]]
        if value["_output"] != "out":
            call.fault(
                f'"{made.name}.{value["_output"]}" is one output of a recipe',
                field="recipes",
                hint=f"a stage has whole recipes: {made.name}",
            )
        if made.recipe is not None:
            _check_unique(call, made.recipe, name, catalogue)
            recipes.append(made.recipe)
    forbids = forbidden(call, catalogue)
    description = call.text("description")
    if not call.sound:
        return None
    return Stage(name=name, recipes=tuple(recipes), forbid=forbids, description=description, where=where)


def _check_unique(call: Call, recipe: Recipe, name: str, catalogue: Catalogue) -> None:
    """Generations may share name and version, but what a stage hands on must be told by them."""
    mine = (recipe, name)
    other, stage = first = catalogue.results.setdefault(recipe.title, mine)
    if first is mine:
        return
    if other is recipe:
        call.fault(f"{recipe.title} is a result of stage {stage} already", field="recipes")
    else:
        call.fault(
            f"two results are called {recipe.title}",
            field="recipes",
            hint=f"one is defined at {other.where} (stage {stage}), the other at {recipe.where}",
        )


def answer_option(call: Call, catalogue: Catalogue) -> str:
    """The choice of the person building, or the default. UsageError for one that is not offered."""
    name, default = call.text("name"), call.text("default")
    choices = call.texts_of("choices")
    if choices and call.sound and default not in choices:
        call.fault(f'the default "{default}" is none of the choices', field="default", part=default)
    where, _ = call.where()
    known = catalogue.asked.setdefault(name, Option(name=name, default=default, choices=choices, where=where))
    if (known.default, known.choices) != (default, choices):
        call.fault(f'the option "{name}" is another one at {known.where}', field="name", part=name)
    chosen = catalogue.options.get(name, default)
    if choices and call.sound and chosen not in choices:
        hint = did_you_mean(chosen, choices)
        raise UsageError(
            f'option "{name}" cannot be "{chosen}" ({where})',
            hint=f"{hint + ' ' if hint else ''}choices: {', '.join(choices)}",
        )
    return chosen
