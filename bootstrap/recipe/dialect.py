"""Starlark: parsing and running one file; the only door to starlark-pyo3.

A file is run with a budget of steps and of call depth, so that none runs for ever, and without
anything that reads the clock, the environment or the disk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NoReturn, ParamSpec, TypeVar

import starlark

from bootstrap.recipe import prelude
from bootstrap.recipe.text import Span, Text

MOST_STEPS = 20_000_000
"""Roughly the loop iterations and calls after which a file is stopped: some seconds."""

MOST_DEPTH = 200
"""Calls within calls."""

MOST_TEXT = 1 << 20
"""Characters of a file."""

MOST_NESTED = 10_000
"""Brackets within brackets."""

STACK = 512 << 20
"""Bytes of stack for whoever runs Starlark. It goes into what is nested by recursion: the parser takes
up to 4 KiB for each bracket, the encoder of JSON 30 KiB for each list within a list."""

_STEPS_PER_CHECK = 1000
"""How often Starlark asks whether to go on."""

P = ParamSpec("P")
R = TypeVar("R")

_PRELUDE = "<prelude>"
_FRAME = re.compile(r"^  \* (.+):(\d+), in (.*)$", re.MULTILINE)
_PLACE = re.compile(r"^ *--> (.+):(\d+):(\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Frame:
    """One call on the way to another: the file and line where it stands, and in which function."""

    file: str
    line: int
    function: str


class Trouble(Exception):
    """Why a file could not be read or run to its end."""

    def __init__(
        self, message: str, *, hint: str = "", span: Span, file: str, frames: Sequence[Frame]
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.file = file
        self.span = span
        """Column 0: somewhere on the line."""
        self.frames = tuple(frames)
        """The calls that led there, outermost first; the last stands at the place itself."""


@dataclass(frozen=True, slots=True)
class Load:
    """A ``load()``: the module as written, and the names taken from it."""

    module: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file that is grammatical."""

    file: str
    loads: tuple[Load, ...]
    ast: starlark.AstModule


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file that was run: what others may take from it, and the recipes among the variables asked for."""

    module: starlark.FrozenModule
    values: dict[str, object]


def frames(stack: str) -> list[Frame]:
    """The calls in a stack as Starlark spells it, outermost first."""
    return [Frame(file, int(line), name) for file, line, name in _FRAME.findall(stack)]


class Dialect:
    """Starlark with the functions of recipe files.

    ``ask(call)`` is called for those that need an answer: the call is a JSON text ``[function,
    stack, positional, named]``; the answer is text as `bootstrap.recipe.prelude` wants it.
    """

    def __init__(self, ask: Callable[[str], str]) -> None:
        extension = starlark.LibraryExtension
        self._dialect = starlark.Dialect.standard()
        self._dialect.enable_top_level_stmt = True
        self._dialect.enable_f_strings = True
        self._dialect.enable_keyword_only_arguments = True
        self._dialect.enable_load_reexport = False
        self._globals = starlark.Globals.extended_by([extension.StructType, extension.Print])
        own = starlark.Globals.extended_by([extension.StructType, extension.CallStack, extension.Json])
        self._broken: list[BaseException] = []
        module = starlark.Module()
        module.add_callable("_ask", self._guarded(ask))
        for text in (prelude.FIRST, prelude.SECOND):
            starlark.eval(module, starlark.parse(_PRELUDE, text, self._dialect), own)
        frozen = module.freeze()
        self._prelude_loader = starlark.FileLoader(lambda _: frozen)
        names = ", ".join(f'"{name}"' for name in prelude.EXPORTED)
        self._load_prelude = starlark.parse(_PRELUDE, f'load("", {names})', self._dialect)

    def parse(self, file: str, text: str) -> Parsed:
        """Trouble if it is not grammatical, or too long."""
        if len(text) > MOST_TEXT:
            message = f"this file has {len(text)} characters, of which {MOST_TEXT} may be"
            raise Trouble(message, span=Span(1, 1), file=file, frames=())
        if sum(map(text.count, "([{")) > MOST_NESTED and _nested(text) > MOST_NESTED:
            raise Trouble("brackets within brackets without end", span=Span(1, 1), file=file, frames=())
        try:
            ast = starlark.parse(file, text, self._dialect)
        except starlark.StarlarkError as error:
            trouble = present_error(str(error), file)
            if trouble.span.line == trouble.span.column == 1:
                # Starlark does not tell where a file ends too early.
                trouble.span = Text(text).unclosed() or trouble.span
            raise trouble from None
        loads = tuple(Load(load.module_id, tuple(load.symbols.values())) for load in ast.loads())
        return Parsed(file, loads, ast)

    def run(self, parsed: Parsed, load: Callable[[str], Loaded], names: Iterable[str]) -> Loaded:
        """Runs a file; `names` are variables that may hold recipes (None for those that do not).

        Trouble if it does not come to its end. What `ask` raises comes out as it is.
        """
        module = starlark.Module()
        starlark.eval(module, self._load_prelude, self._globals, self._prelude_loader)
        loader = starlark.FileLoader(lambda name: load(name).module)
        left = MOST_STEPS // _STEPS_PER_CHECK

        def spent() -> bool:
            nonlocal left
            left -= 1
            return left < 0

        check = self._guarded(spent)
        options = starlark.EvalOptions(check_cancelled=check, max_callstack_size=MOST_DEPTH)
        try:
            starlark.eval_with(options, module, parsed.ast, self._globals, loader)
        except starlark.StarlarkError as error:
            self._fail(error, parsed.file)
        values = {name: self._recipe(module, name) for name in names}
        return Loaded(module.freeze(), values)

    def _recipe(self, module: starlark.Module, name: str) -> object:
        """A variable's value if it is a recipe. Others stay on Starlark's side: they may be large."""
        text = f'{name} if type({name}) == "struct" and getattr({name}, "_kind", "") == "recipe" else None'
        try:
            return starlark.eval(module, starlark.parse(_PRELUDE, text, self._dialect), self._globals)
        except starlark.StarlarkError:
            return None

    def _guarded(self, function: Callable[P, R]) -> Callable[P, R]:
        """Starlark would turn an exception into a text; it is kept, to be raised again."""
        broken = self._broken  # not self: what Starlark's heap holds must not hold it, or both stay for ever

        def guarded(*arguments: P.args, **named: P.kwargs) -> R:
            try:
                return function(*arguments, **named)
            except BaseException as error:
                broken.append(error)
                raise

        return guarded

    def _fail(self, error: starlark.StarlarkError, file: str) -> NoReturn:
        if self._broken:
            raise self._broken.pop()
        raise present_error(str(error), file) from None


def _nested(text: str) -> int:
    """The most brackets that are open at once, those in strings and remarks counted too."""
    steps = (1 if found[0] in "([{" else -1 for found in re.finditer(r"[][(){}]", text))
    return max(accumulate(steps))


def present_error(text: str, file: str) -> Trouble:
    """What Starlark says is wrong, in the words of the people who read it.

    The text is a traceback (if anything was called), ``error: message``, ``--> file:line:column``
    and the source line with carets.
    """
    around = frames(text)
    body = text.partition("error: ")[2]
    place = _PLACE.search(body)
    message = (body[: place.start()] if place else body).strip()
    if place is None:
        return Trouble(message, span=Span(1, 1), file=file, frames=())
    where, span = place[1], Span(int(place[2]), int(place[3]), _carets(body[place.end() :]))
    if not around or (around[-1].file, around[-1].line) != (where, span.line):
        around.append(Frame(where, span.line, ""))
    if where == _PRELUDE or (message.startswith("fail: ") and len(around) > 1):
        # A function that checks its arguments means the call that gave them.
        around.pop()
        where, span = around[-1].file, Span(around[-1].line, 0)
    message, hint = _in_our_words(message)
    return Trouble(message, hint=hint, span=span, file=where, frames=around)


def _carets(after: str) -> int:
    marked = re.search(r"\^+", after)
    return len(marked[0]) if marked else 1


_NO_DATA = "Operation `serde::serialize` not supported on type "

_WORDS: Sequence[tuple[str, str, str]] = (
    # What Starlark says, what we say, and what to do about it.
    (r"Evaluation cancelled", "this file takes too many steps", "is there a loop over too much?"),
    (r"Starlark call stack overflow", "calls within calls without end", ""),
    (r"Parse error: cannot use reserved keyword `(.*)`", '"{1}" is no word of Starlark', "{keyword}"),
    (r"Parse error: unexpected new line here, .*", "a bracket is not closed, or a value is missing", ""),
    (r"Parse error: unexpected string literal .* here, .*", "two strings side by side", "join them with +"),
    (r"Parse error: unexpected symbol '\*\*' here, .*", '"**" is no operator of Starlark', ""),
    (
        r"Parse error: unexpected (.*) here, expected one of (.{1,40})",
        "unexpected {1}",
        "here goes: {2}",
    ),
    (r"Parse error: unexpected (.*) here, .*", "unexpected {1}", "is a comma or a bracket missing before?"),
    (r"Parse error: (.*)", "{1}", ""),
    (r"Variable `(.*)` not found, did you mean `(.*)`\?", 'unknown name "{1}"', 'did you mean "{2}"?'),
    (r"Variable `(.*)` not found", 'unknown name "{1}"', 'define it above, or load("...", "{1}")'),
    (r"Module has no symbol `(.*)`, did you mean `(.*)`\?", 'that file has no "{1}"', 'did you mean "{2}"?'),
    (r"Module has no symbol `(.*)`", 'that file has no "{1}"', ""),
    (r"Cannot import private symbol `(.*)`", '"{1}" is private to its file', "it begins with _"),
    (r"Module symbol `(.*)` is not exported", 'that file has "{1}" from elsewhere', "load it from there"),
    (_NO_DATA + r"`(range|iterator)`", "a {1} cannot be an argument here", "make it a list: list(...)"),
    (_NO_DATA + r"`(.*)`", "a {1} cannot be an argument here", ""),
    (r"key must be a string", "the keys of a dict must be text here", ""),
    (r"Not a valid identifier: `(.*)`", 'an f-string takes names only, not "{1}"', 'write "%s" % ({1})'),
    (r"type annotations are not allowed in this dialect", "recipe files have no type annotations", ""),
    (r"fail: (.*)", "{1}", ""),
    (r"Immutable", "what another file defined cannot be changed", "make a copy: list(x), dict(x)"),
    (r"(.*), did you mean `(.*)`\?", "{1}", 'did you mean "{2}"?'),
)

_KEYWORDS = {
    "import": 'take names from another file with load("//path/file.star", "name")',
    "from": 'take names from another file with load("//path/file.star", "name")',
    "while": "use for ... in range(n)",
    "try": "there are no exceptions; test beforehand",
    "class": "use struct(...)",
    "is": "use ==",
    "raise": "use fail(message)",
    "assert": "use if not ...: fail(message)",
}


def _in_our_words(message: str) -> tuple[str, str]:
    for pattern, ours, hint in _WORDS:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match is None:
            continue
        found = ["", *match.groups()]
        hint = hint.format(*found, keyword=_KEYWORDS.get(found[-1], ""))
        return ours.format(*found).replace("`", '"'), hint
    return message.replace("`", '"'), ""
