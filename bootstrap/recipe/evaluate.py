"""Evaluating a project's recipe files into recipes and stages."""

from __future__ import annotations

import json
import posixpath
import re
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bootstrap.digest import Digest
from bootstrap.errors import UsageError
from bootstrap.recipe.call import through
from bootstrap.recipe.catalogue import AtHand, Catalogue, Defined, kind
from bootstrap.recipe.definition import define_override, define_recipe
from bootstrap.recipe.dialect import STACK, Dialect, Load, Loaded, Parsed, Trouble
from bootstrap.recipe.expectations import FILE, parse_expectations
from bootstrap.recipe.fault import Fault
from bootstrap.recipe.forbidden import Rules
from bootstrap.recipe.material import make_files, make_source
from bootstrap.recipe.model import Location
from bootstrap.recipe.project import STAGES, Named, Project
from bootstrap.recipe.reader import DiskReader, Reader
from bootstrap.recipe.spelling import did_you_mean
from bootstrap.recipe.staging import answer_option, make_stage
from bootstrap.recipe.text import Span, Text

STAGE_FILE = "stage.star"

T = TypeVar("T")

_COMPUTED = re.compile(
    r"""^([A-Za-z]\w*) *=(?!=) *+(?!(?:recipe|override|source|files|stage)\(|["'\[{(\d])""", re.MULTILINE
)
"""A variable that may hold a recipe although the call that made it stands elsewhere."""


def evaluate(
    root: Path,
    entries: Sequence[Path | str] = (),
    *,
    options: Mapping[str, str] | None = None,
    reader: Reader | None = None,
    at_hand: AtHand | None = None,
) -> Project:
    """Evaluates every stage of the project at `root`, and `entries`: further recipe files, by paths
    relative to the root or absolute. `options` answer `option()`; `at_hand` tells sha256 and size of
    a source file that lies here, for the error about a missing digest to say.

    RecipeError tells all faults of all files. UsageError for an entry that is outside of the root,
    an option that no file asks for, and a choice that is not offered.
    """
    root = root.absolute()
    evaluation = _Evaluation(reader or DiskReader(root), dict(options or {}), at_hand or _nothing_at_hand)
    return _with_stack(lambda: _evaluated(root, entries, evaluation))


def _with_stack(work: Callable[[], T]) -> T:
    """What `work` gives or raises, run in a thread that has `STACK`."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    before = threading.stack_size(STACK)
    try:
        threading.Thread(target=run, name="evaluate", daemon=True).start()
    finally:
        threading.stack_size(before)
    return future.result()


def _evaluated(root: Path, entries: Sequence[Path | str], evaluation: _Evaluation) -> Project:
    files = evaluation.stage_files() + [_relative(root, entry) for entry in entries]
    if not files:
        raise UsageError(f"{root}/{STAGES} has no */{STAGE_FILE}", hint="write one, or name a .star file")
    for file in files:
        evaluation.file(file)
    return evaluation.project(root)


def _whole_number(digits: str) -> int:
    """Python refuses those of more than 4,300 digits; from 2^53 on they are refused by us."""
    return int(digits) if len(digits) < 20 else (-1 if digits.startswith("-") else 1) << 64


def _nothing_at_hand(_: str) -> None:
    return None


def _relative(root: Path, entry: Path | str) -> str:
    path = Path(entry)
    if path.is_absolute():
        try:
            path = path.relative_to(root)
        except ValueError:
            raise UsageError(
                f"{entry} is outside of the project at {root}", hint="name its own project: --project DIR"
            ) from None
    normal = posixpath.normpath(path.as_posix())
    if normal.startswith("../"):
        raise UsageError(
            f"{entry} is outside of the project at {root}", hint="name its own project: --project DIR"
        )
    return normal


@dataclass(slots=True)
class _Open:
    """A file whose loads are being seen to."""

    parsed: Parsed
    left: list[tuple[str, Load]]
    """What it loads that has not been looked at yet, last first."""


class _Evaluation:
    def __init__(self, reader: Reader, options: Mapping[str, str], at_hand: AtHand) -> None:
        self._reader = reader
        self._catalogue = Catalogue(reader=reader, options=options, at_hand=at_hand)
        this = weakref.proxy(self)  # Starlark's heap, which Python does not see into, must not hold it
        self._dialect = Dialect(lambda spelt: this._ask(spelt))
        self._done: dict[str, Loaded | None] = {}
        """None: it has faults, or loads a file that has."""
        self._values: dict[str, dict[str, object]] = {}

    def stage_files(self) -> list[str]:
        found = []
        for entry in self._reader.entries(STAGES):
            file = f"{STAGES}/{entry.name}/{STAGE_FILE}"
            if entry.kind == "directory" and self._text(file) is not None:
                found.append(file)
        return found

    # files

    def file(self, path: str) -> None:
        """Evaluates a file, after those that it loads."""
        if path in self._done:
            return
        if self._text(path) is None:
            raise UsageError(f"no such recipe file: {path}")
        opened: dict[str, _Open] = {}
        self._open(path, opened)
        while opened:
            current = next(reversed(opened))
            todo = opened[current]
            if not todo.left:
                del opened[current]
                self._run(current, todo.parsed)
                continue
            target, load = todo.left.pop()
            if target in opened:
                self._cycle(current, load, target, list(opened))
                del opened[current]
                self._done[current] = None
            elif target not in self._done:
                self._open(target, opened)

    def _open(self, path: str, opened: dict[str, _Open]) -> None:
        text = self._text(path)
        assert text is not None
        try:
            parsed = self._dialect.parse(path, text.text)
        except Trouble as trouble:
            self._trouble(trouble)
            self._done[path] = None
            return
        wanted: list[tuple[str, Load]] = []
        for load in parsed.loads:
            target = self._target(path, load)
            if target is None:
                self._done[path] = None
            else:
                wanted.append((target, load))
        if path not in self._done:
            opened[path] = _Open(parsed, wanted[::-1])

    def _target(self, path: str, load: Load) -> str | None:
        """The file that a ``load()`` means; None, and a fault, if there is none."""
        module = load.module
        if module.startswith("//"):
            target = posixpath.normpath(module[2:])
        elif module.startswith(":"):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), module[1:]))
        else:
            hint = f'write "//{module}" from the project\'s root, or ":{module}" for a file beside this one'
            self._load_fault(path, load, f'"{module}" is no path of a recipe file', hint)
            return None
        if target.startswith(("../", "/")) or target in ("..", "."):
            self._load_fault(path, load, f'"{module}" is outside of the project', "copy it into lib/")
        elif not target.endswith(".star"):
            self._load_fault(path, load, f'"{module}" is no recipe file', "their names end in .star")
        elif self._text(target) is None:
            names = [entry.name for entry in self._reader.entries(posixpath.dirname(target))]
            hint = did_you_mean(posixpath.basename(target), names) or f"there is no {target}"
            self._load_fault(path, load, f'cannot load "{module}": no such file', hint)
        else:
            return target
        return None

    def _load_fault(self, path: str, load: Load, message: str, hint: str) -> None:
        span = self._catalogue.texts[path].load(load.module) or Span(1, 1)
        where = Location(path, span.line, span.column)
        self._catalogue.faults.add(Fault(where=where, message=message, hint=hint, width=span.width))

    def _cycle(self, path: str, load: Load, target: str, opened: list[str]) -> None:
        chain = [*opened[opened.index(target) :], target]
        hint = "\n  loads ".join(chain)
        self._load_fault(path, load, "files that load each other in a circle", hint)

    def _run(self, path: str, parsed: Parsed) -> None:
        loaded: dict[str, Loaded] = {}
        for load in parsed.loads:
            target = self._target(path, load)
            found = self._done.get(target) if target else None
            if found is None:
                self._done[path] = None
                return
            loaded[load.module] = found
        text = self._catalogue.texts[path]
        names = dict.fromkeys(_COMPUTED.findall(text.text))
        try:
            self._done[path] = done = self._dialect.run(parsed, loaded.__getitem__, names)
        except Trouble as trouble:
            self._trouble(trouble)
            self._done[path] = None
            return
        except RecursionError:
            fault = Fault(where=Location(path, 1, 1), message="a value in this file is nested without end")
            self._catalogue.faults.add(fault)
            self._done[path] = None
            return
        self._values[path] = done.values

    def _trouble(self, trouble: Trouble) -> None:
        span = trouble.span
        texts = self._catalogue.texts
        text = texts[trouble.file]
        if span.column == 0:
            line = text.line(span.line)
            indent = len(line) - len(line.lstrip())
            span = Span(span.line, indent + 1, max(1, len(line.strip())))
        self._catalogue.faults.add(
            Fault(
                where=Location(trouble.file, span.line, span.column),
                message=trouble.message,
                hint=trouble.hint,
                width=span.width,
                through=through(trouble.frames, texts),
            )
        )

    def _text(self, path: str) -> Text | None:
        if path in self._catalogue.texts:
            return self._catalogue.texts[path]
        data = self._reader.read(path)
        if data is None:
            return None
        text = self._catalogue.texts[path] = Text(data.decode("utf-8", "replace"))
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8")) + 1
            self._catalogue.faults.add(Fault(where=Location(path, line, column), message="this is not UTF-8"))
        return text

    # calls

    def _ask(self, spelt: str) -> str:
        function, stack, positional, named = json.loads(
            spelt, parse_int=_whole_number, object_hook=self._genuine
        )
        catalogue = self._catalogue
        call = catalogue.call(function, stack, positional, named)
        match function:
            case "recipe":
                return self._define(define_recipe(call, catalogue))
            case "override":
                return self._define(define_override(call, catalogue))
            case "source":
                catalogue.materials.append(make_source(call, catalogue))
                return str(len(catalogue.materials) - 1)
            case "files":
                catalogue.materials.append(make_files(call, catalogue))
                return str(len(catalogue.materials) - 1)
            case "stage":
                catalogue.stages.append(make_stage(call, catalogue))
                return str(len(catalogue.stages) - 1)
        return answer_option(call, catalogue)

    def _genuine(self, value: dict[str, Any]) -> dict[str, Any]:
        """What only poses as a recipe, a source or the like is data like any other."""
        if "_kind" in value and not self._catalogue.made(value):
            del value["_kind"]
        return value

    def _define(self, made: Defined) -> str:
        self._catalogue.recipes.append(made)
        parts = (str(len(self._catalogue.recipes) - 1), made.name, made.version, *made.outputs)
        return "\t".join(part.replace("\t", " ") for part in parts)

    # the whole

    def project(self, root: Path) -> Project:
        catalogue = self._catalogue
        recipes = tuple(made.recipe for made in catalogue.recipes if made.recipe is not None)
        stages = tuple(stage for stage in catalogue.stages if stage is not None)
        expectations = {}
        for stage in stages:
            file = posixpath.join(posixpath.dirname(stage.where.file), FILE)
            expectations[file] = self._expectations(file)
        if not catalogue.faults:
            self._check_rules(recipes, Rules(stages))
        catalogue.faults.raise_any(catalogue.texts)
        for name in catalogue.options:
            if name not in catalogue.asked:
                known = sorted(catalogue.asked)
                hint = did_you_mean(name, known) or "options: " + (", ".join(known) or "none")
                raise UsageError(f'no recipe file asks for option "{name}"', hint=hint)
        files, directories = self._reader.looked_at()
        return Project(
            root=root,
            recipes=recipes,
            stages=tuple(sorted(stages, key=lambda stage: stage.where)),
            names=self._names(),
            expectations=expectations,
            options=tuple(
                (name, catalogue.options.get(name, catalogue.asked[name].default))
                for name in sorted(catalogue.asked)
            ),
            choices={name: option.choices for name, option in sorted(catalogue.asked.items())},
            files=files,
            directories=directories,
        )

    def _expectations(self, file: str) -> Mapping[str, Digest]:
        text = self._text(file)
        return parse_expectations(text.text, file, self._catalogue.faults) if text else {}

    def _check_rules(self, recipes: Iterable[Any], rules: Rules) -> None:
        """Faults of `allow` and `forbid`, which need the stages to be known."""
        for recipe in recipes:
            if not (recipe.allow or recipe.forbid or ((stage := rules.stage(recipe)) and stage.forbid)):
                continue
            rulings = list(rules.without_allow(recipe))
            names = {n for r in rulings for n in (r.recipe.name, r.recipe.title, r.input) if n}
            for name, _ in recipe.allow:
                if name not in names:
                    known = ", ".join(sorted(names)) or "nothing"
                    hint = did_you_mean(name, names) or f"what is forbidden: {known}"
                    message = f'{recipe.title} is allowed "{name}", which nothing forbids'
                    self._rule_fault(recipe.where, message, hint)
            libs = {lib.recipe: lib.name for lib in recipe.libs}
            for ruling in rules.of(recipe):
                if ruling.recipe in libs and not ruling.direct:
                    message = f"{recipe.title} has the lib {libs[ruling.recipe]}, but {ruling.because}"
                    hint = f'permit it with a reason: allow = {{"{ruling.recipe.name}": "..."}}'
                    self._rule_fault(recipe.where, message, hint)

    def _rule_fault(self, where: Location, message: str, hint: str) -> None:
        self._catalogue.faults.add(Fault(where=where, message=message, hint=hint))

    def _names(self) -> dict[str, dict[str, Named]]:
        """Variables that hold recipes: those a call was assigned to, then those computed.

        A variable that several recipes were assigned to (in a function called twice) is none.
        """
        names: dict[str, dict[str, Named]] = {}
        twice: set[tuple[str, str]] = set()
        for made in self._catalogue.recipes:
            if made.recipe is not None and made.recipe.variable:
                file, variable = made.recipe.where.file, made.recipe.variable
                of_file = names.setdefault(file, {})
                if variable in of_file:
                    twice.add((file, variable))
                of_file[variable] = Named(recipe=made.recipe, output="out")
        for file, variable in twice:
            del names[file][variable]
        for file, values in self._values.items():
            for variable, value in values.items():
                if isinstance(value, dict) and kind(self._genuine(value)) == "recipe":
                    recipe = self._catalogue.recipes[value["_id"]].recipe
                    if recipe is not None:
                        names.setdefault(file, {})[variable] = Named(recipe=recipe, output=value["_output"])
        return names
