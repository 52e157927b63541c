"""The calls `recipe()`, `override()` and `check()`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bootstrap.recipe.call import Call, describe
from bootstrap.recipe.catalogue import Catalogue, Defined, kind
from bootstrap.recipe.command import Templates, make_commands
from bootstrap.recipe.model import Check, Command, Files, Input, Limits, Recipe, Source, Stage
from bootstrap.recipe.spelling import did_you_mean
from bootstrap.recipe.template import variable

_OUTPUT = re.compile(r"[a-z][a-z0-9_]*")
_INPUT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
_ENVIRONMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_OUTPUTS = ("cores", "name", "version")

_NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inputs:
    """The inputs of one field, in the order given."""

    by_name: Mapping[str, Input | None]
    """None: the recipe is faulty."""
    complete: bool
    """Whether every one of them has a name."""

    @property
    def sorted(self) -> tuple[Input, ...]:
        return tuple(self.by_name[name] for name in sorted(self.by_name) if self.by_name[name])  # type: ignore[misc]


def define_recipe(call: Call, catalogue: Catalogue) -> Defined:
    """What a call of `recipe()` defines; its faults are recorded."""
    name, version = call.name("name"), call.name("version")
    outputs = _outputs(call)
    tools, libs = _inputs(call, "tools", catalogue), _inputs(call, "libs", catalogue)
    shell = ""
    if call.given.get("shell") is not None:
        shell, tools = _shell(call, tools, libs, catalogue)
    tools = _separate(call, tools, libs, outputs)
    known = {*outputs, *tools.by_name, *libs.by_name, "cores"}
    templates = Templates(known, complete=tools.complete and libs.complete)
    env = _environment(call, templates, (*outputs, *tools.by_name, *libs.by_name))
    commands: tuple[Command, ...] = ()
    if "commands" in call.given:
        commands = make_commands(call, call.given["commands"], templates, catalogue)
    where, assigned = call.where()
    recipe = Recipe(
        name=name,
        version=version,
        sources=_sources(call, catalogue),
        tools=tools.sorted,
        libs=libs.sorted,
        path=(*tools.by_name, *libs.by_name),
        env=env,
        commands=commands,
        outputs=outputs,
        forbid=forbidden(call, catalogue),
        allow=_allow(call),
        tests=_tests(call, outputs, libs, catalogue),
        limits=_limits(call, catalogue),
        shell=shell,
        cores=call.number("cores", 1),
        description=call.text("description"),
        variable=assigned,
        where=where,
    )
    sound = call.sound and None not in tools.by_name.values() and None not in libs.by_name.values()
    return Defined(
        name=name,
        version=version,
        outputs=outputs,
        given=call.given,
        recipe=recipe if sound else None,
    )


def define_override(call: Call, catalogue: Catalogue) -> Defined:
    """What a call of `override()` defines: the recipe it is given, with some fields replaced."""
    base = call.given.pop("recipe", None)
    if kind(base) != "recipe":
        if base is not None:
            call.wrong("recipe", "a recipe", base)
        return Defined(name="?", version="?", outputs=("out",), given={}, recipe=None)
    old: Defined = catalogue.recipes[base["_id"]]
    if old.recipe is None:
        return old
    call.given = {**old.given, **call.given}
    return define_recipe(call, catalogue)


def _outputs(call: Call) -> tuple[str, ...]:
    given = call.texts_of("outputs", ("out",))
    for name in given:
        if not _OUTPUT.fullmatch(name) or name in _NOT_OUTPUTS:
            hint = "lower-case letters, digits and _" if name not in _NOT_OUTPUTS else ""
            call.fault(f'"{name}" cannot be an output', field="outputs", part=name, hint=hint)
            return ("out",)
    if len(set(given)) < len(given):
        call.fault("an output is named twice", field="outputs")
    if "out" not in given:
        hint = "it is what the recipe itself stands for"
        call.fault('there is no output "out"', field="outputs", hint=hint)
    return tuple(sorted({*given, "out"}))


def _inputs(call: Call, field: str, catalogue: Catalogue) -> _Inputs:
    """The inputs of a field that is a list of recipes, or a dict that names them."""
    given = call.given.get(field) or []
    items: list[tuple[str | None, Any]]
    if isinstance(given, list):
        items = [(None, value) for value in given]
    elif isinstance(given, dict) and not kind(given):
        items = list(given.items())
    else:
        hint = f"write {field} = [...]" if kind(given) == "recipe" else ""
        call.wrong(field, "a list of recipes, or a dict of them", given, hint)
        return _Inputs(by_name={}, complete=False)
    found: dict[str, Input | None] = {}
    complete = True
    for name, value in items:
        made = _recipe(call, field, value, catalogue)
        if made is None:
            complete = complete and name is not None
            if name is not None:
                found[name] = None
            continue
        output = value["_output"]
        if name is None:
            name = made.name if output == "out" else f"{made.name}.{output}"
        elif not _INPUT.fullmatch(name):
            call.fault(f'"{name}" cannot be the name of an input', field=field, part=name)
            continue
        if name in found:
            call.fault(
                f'two inputs of the same name "{name}" in {field}',
                field=field,
                hint=f'name them: {field} = {{"{name}": ..., "{name}2": ...}}',
            )
        found[name] = _input(name, made, output)
    return _Inputs(by_name=found, complete=complete)


def _input(name: str, made: Defined, output: str) -> Input | None:
    return None if made.recipe is None else Input(name=name, recipe=made.recipe, output=output)


def _recipe(call: Call, field: str, value: Any, catalogue: Catalogue) -> Defined | None:
    if kind(value) == "recipe":
        made: Defined = catalogue.recipes[value["_id"]]
        return made
    hint = ""
    if isinstance(value, str):
        defined = {made.name for made in catalogue.recipes}
        hint = did_you_mean(value, defined) if value not in defined else ""
        hint = hint or f'a recipe is a value: define it above, or load("//...", "{value}"); no quotes'
    part = value if isinstance(value, str) else ""
    call.fault(f'"{field}" wants recipes, not {describe(value)}', field=field, part=part, hint=hint)
    return None


def _shell(call: Call, tools: _Inputs, libs: _Inputs, catalogue: Catalogue) -> tuple[str, _Inputs]:
    """The name of the input that gives /bin/sh, and the tools, of which it is one if it is no lib."""
    value = call.given["shell"]
    made = _recipe(call, "shell", value, catalogue)
    if made is None:
        return "", tools
    for name, given in (*tools.by_name.items(), *libs.by_name.items()):
        if given and given.recipe is made.recipe and given.output == value["_output"]:
            return name, tools
    name = made.name
    given = _input(name, made, value["_output"])
    if name in tools.by_name or name in libs.by_name:
        call.fault(f'the shell is not the input named "{name}"', field="shell")
    return name, _Inputs(by_name={**tools.by_name, name: given}, complete=tools.complete)


def _separate(call: Call, tools: _Inputs, libs: _Inputs, outputs: tuple[str, ...]) -> _Inputs:
    """The tools that are no libs; records a fault for names that mean two things."""
    kept = dict(tools.by_name)
    for name in tools.by_name:
        if name not in libs.by_name:
            continue
        tool, lib = tools.by_name[name], libs.by_name[name]
        if tool and lib and (tool.recipe is not lib.recipe or tool.output != lib.output):
            call.fault(
                f'a tool and a lib have the same name "{name}"',
                field="tools",
                hint=f'name one of them: tools = {{"{name}2": ...}}',
            )
        del kept[name]
    taken = {variable(output): output for output in (*outputs, "cores")}
    for name in (*kept, *libs.by_name):
        other = taken.setdefault(variable(name), name)
        if other != name or name in outputs or name == "cores":
            what = "an output" if other in outputs else "another input"
            what = f'{what}, "{other}"' if other != "cores" else "{cores}"
            field = "libs" if name in libs.by_name else "tools"
            call.fault(
                f'the input "{name}" has the name of {what}',
                field=field,
                hint=f'name it: {field} = {{"other-name": ...}}',
            )
    return _Inputs(by_name=kept, complete=tools.complete)


def _environment(call: Call, templates: Templates, taken: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = templates.pairs(call, "env")
    variables = {variable(name): name for name in taken} | {"CORES": "cores"}
    for name, _ in pairs:
        if not _ENVIRONMENT.fullmatch(name):
            call.fault(f'"{name}" cannot be a variable of the environment', field="env", part=name)
        elif name in variables:
            call.fault(
                f'"{name}" is the store path of "{variables[name]}" in the environment of this build'
                if name != "CORES"
                else '"CORES" is how many cores the build may use',
                field="env",
                part=name,
            )
    return pairs


def _sources(call: Call, catalogue: Catalogue) -> tuple[tuple[str, Source | Files], ...]:
    given = call.given.get("sources") or {}
    if not isinstance(given, dict) or kind(given):
        call.wrong("sources", "a dict of directory: source() or files()", given, "or write source = ...")
        given = {}
    items: list[tuple[str, str, Any]] = [("sources", place, value) for place, value in given.items()]
    if call.given.get("source") is not None:
        items.append(("source", "", call.given["source"]))
    found: dict[str, Source | Files] = {}
    for field, written, value in items:
        place = "" if written == "." else written
        if kind(value) not in ("source", "files"):
            call.wrong(field, "a source() or files()", value)
            continue
        parts = place.split("/")
        if place and (place.startswith("/") or ".." in parts or "." in parts or "" in parts):
            call.fault(f'"{place}" is not a directory under /build', field=field, part=place)
        elif place in found:
            call.fault("two sources for /build", field=field, hint='"source" is "sources" for ""')
        material = catalogue.materials[value["_id"]]
        if material is None:
            call.sound = False
        else:
            found[place] = material
    return tuple(sorted(found.items(), key=lambda item: item[0]))


def forbidden(call: Call, catalogue: Catalogue) -> tuple[Recipe | Stage, ...]:
    """The recipes and stages of a field `forbid`."""
    given = call.given.get("forbid") or []
    if not isinstance(given, list):
        call.wrong("forbid", "a list of recipes and stages", given)
        return ()
    found: list[Recipe | Stage] = []
    for value in given:
        thing: Recipe | Stage | None = None
        if kind(value) == "stage":
            thing = catalogue.stages[value["_id"]]
        elif kind(value) == "recipe":
            thing = catalogue.recipes[value["_id"]].recipe
        else:
            call.wrong("forbid", "a list of recipes and stages", [value], "both are values; no quotes")
        if thing is not None:
            found.append(thing)
    return tuple(found)


def _allow(call: Call) -> tuple[tuple[str, str], ...]:
    pairs = call.pairs("allow")
    for name, reason in pairs:
        if not reason.strip():
            call.fault(f'no reason why "{name}" is allowed', field="allow", part=name)
    return pairs


def _limits(call: Call, catalogue: Catalogue) -> Limits:
    given = call.given.get("limits")
    if given is None:
        return _NO_LIMITS
    if kind(given) != "limits":
        call.wrong("limits", "limits(...)", given, 'limits(time = 600, memory = "2G")')
        return _NO_LIMITS
    own = catalogue.kept(given)
    time = own.given.get("time")
    if time is not None and (
        isinstance(time, bool) or not isinstance(time, int | float) or not 0 < time < _FOR_EVER
    ):
        own.wrong("time", "a number of seconds", time)
        time = None
    limits = Limits(
        time=None if time is None else float(time),
        memory=own.bytes_of("memory"),
        output=own.bytes_of("output"),
        files=_count(own, "files"),
        log=own.bytes_of("log"),
        processes=_count(own, "processes"),
    )
    call.sound = call.sound and own.sound
    return limits


def _count(call: Call, field: str) -> int | None:
    return None if call.given.get(field) is None else call.number(field, 1, least=1)


_FOR_EVER = 1e9
"""Seconds: thirty years."""


def _tests(call: Call, outputs: tuple[str, ...], libs: _Inputs, catalogue: Catalogue) -> tuple[Check, ...]:
    given = call.given.get("tests") or []
    if not isinstance(given, list):
        call.wrong("tests", "a list of check()", given)
        return ()
    checks: dict[str, Check] = {}
    for number, value in enumerate(given, 1):
        if kind(value) != "check":
            call.wrong("tests", "a list of check()", [value])
            continue
        own = catalogue.kept(value)
        check = _check(own, number, outputs, libs, catalogue)
        if check.name in checks:
            own.fault(f'two checks of the same name "{check.name}"', field="name")
        call.sound = call.sound and own.sound
        checks[check.name] = check
    return tuple(checks.values())


def _check(call: Call, number: int, outputs: tuple[str, ...], libs: _Inputs, catalogue: Catalogue) -> Check:
    tools = _inputs(call, "tools", catalogue)
    shell = ""
    if call.given.get("shell") is not None:
        shell, tools = _shell(call, tools, libs, catalogue)
    tools = _separate(call, tools, libs, outputs)
    if None in tools.by_name.values():
        call.sound = False
    known = {*outputs, *tools.by_name, *libs.by_name, "cores"}
    templates = Templates(known, complete=tools.complete and libs.complete)
    items = call.given.get("commands", [])
    if isinstance(items, list) and items and all(isinstance(item, str) for item in items):
        items = [items]
    rest = (name for name in outputs if name != "out")
    return Check(
        name=call.text("name") if call.given.get("name") is not None else str(number),
        commands=make_commands(call, items, templates, catalogue),
        tools=tools.sorted,
        path=("out", *rest, *tools.by_name, *libs.by_name),
        shell=shell,
        sources=_sources(call, catalogue),
        env=_environment(call, templates, (*outputs, *tools.by_name, *libs.by_name)),
        stdout=None if call.given.get("stdout") is None else call.text("stdout"),
        slow=call.flag("slow"),
        limits=_limits(call, catalogue),
        where=call.where()[0],
    )
