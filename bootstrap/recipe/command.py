"""What a recipe or check does, in order: argv lists, `run`, `script` and the builtin commands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from bootstrap.recipe.call import Call, describe
from bootstrap.recipe.catalogue import Catalogue, kind
from bootstrap.recipe.model import Command, Compare, Copy, Exec, MakeDirectory, MakeSymlink, Unhex, Write
from bootstrap.recipe.spelling import did_you_mean
from bootstrap.recipe.template import literal, names

KINDS = ("run", "script", "mkdir", "copy", "write", "symlink", "unhex", "compare")

_FORM = 'a command is a list of text, such as ["make", "install"], or one of ' + ", ".join(
    f"{name}()" for name in KINDS
)


class Templates:
    """Which names may stand in the templates of a recipe or check."""

    def __init__(self, known: Collection[str], *, complete: bool) -> None:
        self.known = known
        self.complete = complete
        """False: some inputs are not known, because of faults told elsewhere."""

    def check(self, call: Call, field: str, text: str) -> str:
        """The text; records a fault for a name that is none, or a brace that stands alone."""
        if "{" not in text and "}" not in text:
            return text
        try:
            mentioned = names(text)
        except ValueError as error:
            at = text if len(text) < 200 and "\n" not in text else ""
            call.fault(str(error), field=field, part=at)
            return text
        for name in mentioned:
            if name not in self.known and self.complete:
                hint = did_you_mean(name, self.known)
                call.fault(
                    f'"{{{name}}}" is neither an input nor an output',
                    field=field,
                    part=f"{{{name}}}",
                    hint=hint or "known: " + ", ".join(sorted(self.known)),
                )
        return text

    def field(self, call: Call, field: str) -> str:
        return self.check(call, field, call.text(field))

    def pairs(self, call: Call, field: str) -> tuple[tuple[str, str], ...]:
        pairs = call.pairs(field)
        for _, text in pairs:
            self.check(call, field, text)
        return pairs


def make_commands(call: Call, items: Any, templates: Templates, catalogue: Catalogue) -> tuple[Command, ...]:
    """The commands in a list; what is wrong with one is recorded and the others still looked at."""
    if not isinstance(items, list):
        call.wrong("commands", "a list of commands", items, _FORM)
        return ()
    commands: list[Command] = []
    for item in items:
        if isinstance(item, list):
            commands.append(Exec(argv=_argv(call, "commands", item, templates)))
        elif kind(item) in KINDS:
            own = catalogue.kept(item)
            if own.sound:
                commands.append(_make(own, templates))
            call.sound = call.sound and own.sound
        else:
            call.fault(f"{describe(item)} is no command", field="commands", hint=_FORM)
            break
    return tuple(commands)


def _make(call: Call, templates: Templates) -> Command:
    match call.function:
        case "run":
            argv = call.given["argv"]
            if not isinstance(argv, list):
                call.wrong("argv", "a list of text", argv)
                argv = ["?"]
            return Exec(
                argv=_argv(call, "argv", argv, templates),
                cwd=templates.field(call, "cwd"),
                stdin=templates.field(call, "stdin"),
                stdout=templates.field(call, "stdout"),
                env=templates.pairs(call, "env"),
            )
        case "script":
            shell = templates.check(call, "shell", call.text("shell", "sh"))
            return Exec(argv=(shell, "-e", "-u", "-c", literal(call.text("text"))))
        case "mkdir":
            return MakeDirectory(path=_path(call, "path", templates))
        case "copy":
            return Copy(
                source=_path(call, "source", templates),
                target=_path(call, "target", templates),
                executable=call.flag("executable"),
            )
        case "write":
            return Write(
                path=_path(call, "path", templates),
                text=templates.field(call, "text"),
                executable=call.flag("executable"),
            )
        case "symlink":
            return MakeSymlink(target=_path(call, "target", templates), path=_path(call, "path", templates))
        case "unhex":
            return Unhex(
                source=_path(call, "source", templates),
                target=_path(call, "target", templates),
                executable=call.flag("executable"),
            )
    return Compare(left=_path(call, "left", templates), right=_path(call, "right", templates))


def _path(call: Call, field: str, templates: Templates) -> str:
    path = templates.field(call, field)
    if not path and isinstance(call.given[field], str):
        call.fault(f'"{field}" of {call.function}() is empty', field=field)
    return path


def _argv(call: Call, field: str, items: Sequence[Any], templates: Templates) -> tuple[str, ...]:
    if not items:
        call.fault("an empty command", field=field)
    for item in items:
        if not isinstance(item, str):
            hint = "write str(...)" if isinstance(item, int) else _name_instead(item)
            call.fault(f"a word of a command must be text, not {describe(item)}", field=field, hint=hint)
            return ("?",)
        templates.check(call, field, item)
    return tuple(items)


def _name_instead(item: Any) -> str:
    return f'its store path is "{{{item["name"]}}}"' if kind(item) == "recipe" else ""
