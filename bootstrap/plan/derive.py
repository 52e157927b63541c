"""A recipe, or a check of one, as a derivation: all inputs by planned id, the environment whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bootstrap.digest import Digest
from bootstrap.plan.derivation import Derivation, Output
from bootstrap.recipe.model import Check, Input, Recipe
from bootstrap.recipe.template import variable

Ids = Mapping[Recipe, Digest]
"""The planned ids of what is derived already."""


def derive(recipe: Recipe, ids: Ids) -> Derivation:
    """The build of a recipe, whose inputs must all be in `ids`."""
    inputs = _inputs((*recipe.tools, *recipe.libs), ids)
    return Derivation(
        name=recipe.name,
        version=recipe.version,
        inputs=inputs,
        sources=recipe.sources,
        commands=recipe.commands,
        env=environment((*(name for name, _ in inputs), *recipe.outputs), recipe.path, recipe.env),
        outputs=recipe.outputs,
        shell=recipe.shell,
        limits=recipe.limits,
    )


def derive_check(check: Check, recipe: Recipe, ids: Ids) -> Derivation:
    """A test of a recipe's result, to which its outputs are inputs like others."""
    own = [Input(name=output, recipe=recipe, output=output) for output in recipe.outputs]
    inputs = _inputs((*check.tools, *recipe.libs, *own), ids)
    return Derivation(
        name=recipe.name,
        version=recipe.version,
        inputs=inputs,
        sources=check.sources,
        commands=check.commands,
        env=environment((name for name, _ in inputs), check.path, check.env),
        outputs=(),
        shell=check.shell,
        limits=check.limits,
        check=True,
        stdout=check.stdout,
    )


def environment(
    names: Iterable[str], path: Iterable[str], own: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str], ...]:
    """All variables but the sandbox's constants: every input and output by name, CORES, PATH, and
    the recipe's own, which may set PATH anew. Values are templates."""
    variables = {variable(name): f"{{{name}}}" for name in names}
    variables["CORES"] = "{cores}"
    variables["PATH"] = ":".join(f"{{{name}}}/bin" for name in path)
    variables.update(own)
    return tuple(sorted(item for item in variables.items() if item != ("PATH", "")))


def _inputs(inputs: Iterable[Input], ids: Ids) -> tuple[tuple[str, Output], ...]:
    return tuple(sorted((each.name, Output(ids[each.recipe], each.output)) for each in inputs))
