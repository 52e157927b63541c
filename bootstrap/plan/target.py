"""What people name on the command line, found in a project.

stage2, 02-runtimes, runtimes     a stage: all its results
lua, lua@5.4.4                    a result of a stage; else the only recipe of that name
stage2:lua, stage2:lua@5.4.4      a result of that stage
stage0:musl1                      a variable of that stage's files: what is no result
musl.dev, lua@5.4.4.dev           one output
stages/02-runtimes/stage.star     every recipe defined in a file
hello.star:hello                  a variable of a file
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bootstrap.errors import UsageError
from bootstrap.plan.files import file_and_variable
from bootstrap.recipe.project import Named, Project
from bootstrap.recipe.spelling import did_you_mean

if TYPE_CHECKING:
    from bootstrap.recipe.model import Recipe, Stage

_NUMBERED = re.compile(r"([0-9]+)-(.+)")


def find_target(project: Project, target: str) -> list[Named]:
    """The recipes and outputs that a target means. UsageError if it means none, or several."""
    if named := file_and_variable(target):
        return _in_file(project, target, *named)
    before, colon, after = target.partition(":")
    if colon:
        stage = _stage(project, before)
        if stage is None:
            raise _unknown(f'"{target}": no stage "{before}"', before, _stage_names(project.stages))
        return [_in_stage(project, stage, target, after)]
    stage = _stage(project, target)
    if stage is not None:
        return [Named(recipe=recipe, output="out") for recipe in stage.recipes]
    return [_by_name(project, target)]


def stage_names(stage: Stage) -> tuple[str, ...]:
    """The names by which a stage can be called: its own, and "stage2" and "runtimes" if it or its
    directory is called 02-runtimes."""
    directory = posixpath.basename(posixpath.dirname(stage.where.file))
    names = {stage.name: None}
    for name in (stage.name, directory):
        if match := _NUMBERED.fullmatch(name):
            names |= {name: None, f"stage{int(match[1])}": None, match[2]: None}
    return tuple(names)


def _stage_names(stages: Iterable[Stage]) -> list[str]:
    return [name for stage in stages for name in stage_names(stage)]


def _stage(project: Project, name: str) -> Stage | None:
    found = [stage for stage in project.stages if stage.name == name]
    found = found or [stage for stage in project.stages if name in stage_names(stage)]
    if len(found) > 1:
        places = ", ".join(f"{stage.name} ({stage.where})" for stage in found)
        raise UsageError(f'"{name}" may be any of {places}', hint="name the one that is meant in full")
    return found[0] if found else None


def _in_file(project: Project, target: str, file: str, variable: str) -> list[Named]:
    known = sorted({recipe.where.file for recipe in project.recipes} | set(project.names))
    if os.path.isabs(file):
        file = os.path.relpath(file, project.root)
    path = posixpath.normpath(file)
    if path not in known:
        raise _unknown(f"no recipe is defined in {file}", path, known)
    if not variable:
        recipes = [recipe for recipe in project.recipes if recipe.where.file == path]
        return [Named(recipe=recipe, output="out") for recipe in recipes]
    names = project.names.get(path, {})
    if variable not in names:
        message = f'"{target}": {path} has no variable "{variable}" that holds a recipe'
        raise _unknown(message, variable, names)
    return [names[variable]]


def _in_stage(project: Project, stage: Stage, target: str, wanted: str) -> Named:
    for name, output in _readings(wanted):
        found = [recipe for recipe in stage.recipes if name in (recipe.name, recipe.title)]
        if len(found) > 1:
            raise _ambiguous(target, found)
        if found:
            return _output(found[0], output, target)
    directory = posixpath.dirname(stage.where.file)
    files = [file for file in project.names if posixpath.dirname(file) == directory]
    files.sort(key=lambda file: (file != stage.where.file, file))
    for file in files:
        for name, output in _readings(wanted):
            named = project.names[file].get(name)
            if named is not None:
                return _output(named.recipe, output, target) if output else named
    known = [recipe.name for recipe in stage.recipes]
    known += [name for file in files for name in project.names[file]]
    raise _unknown(f'"{target}": stage {stage.name} has no "{wanted}"', wanted, known)


def _by_name(project: Project, target: str) -> Named:
    results = [recipe for stage in project.stages for recipe in stage.recipes]
    for recipes in (results, project.recipes):
        for name, output in _readings(target):
            found = [recipe for recipe in recipes if name in (recipe.name, recipe.title)]
            if len(found) > 1:
                raise _ambiguous(target, found)
            if found:
                return _output(found[0], output, target)
    known = [recipe.name for recipe in project.recipes] + _stage_names(project.stages)
    raise _unknown(f'no stage or recipe is called "{target}"', target, known)


def _readings(wanted: str) -> Iterator[tuple[str, str]]:
    """A name may hold dots itself: first as it stands, then with what follows the last as output."""
    yield wanted, ""
    name, dot, output = wanted.rpartition(".")
    if dot:
        yield name, output


def _output(recipe: Recipe, output: str, target: str) -> Named:
    if output and output not in recipe.outputs:
        raise _unknown(f'"{target}": {recipe.title} has no output "{output}"', output, recipe.outputs)
    return Named(recipe=recipe, output=output or "out")


def _ambiguous(target: str, found: Iterable[Recipe]) -> UsageError:
    lines = [f'"{target}" may be any of']
    titles = set()
    for recipe in found:
        titles.add(recipe.title)
        variable = f"  {recipe.where.file}:{recipe.variable}" if recipe.variable else ""
        lines.append(f"  {recipe.title}  {recipe.where}{variable}")
    hint = "name its version" if len(titles) > 1 else "name it by its file and variable"
    return UsageError("\n".join(lines), hint=f"{hint}, or a stage before it (stage1:{target})")


def _unknown(message: str, name: str, known: Iterable[str]) -> UsageError:
    names = list(dict.fromkeys(known))
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return UsageError(message, hint=did_you_mean(name, names) or f"known: {shown or 'none'}")
