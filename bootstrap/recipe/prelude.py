"""The functions of the dialect as recipe files see them, in Starlark.

Crossing from Starlark into Python costs more than all else in a small recipe, so few functions do:
those that must answer (`recipe`, `files`, ...) cross with all their arguments as one JSON text; the
others (`mkdir`, `check`, ...) only keep what they were given and where, and are looked at when a
recipe brings them along. ``_kind`` tells such values from an author's own.
"""

from __future__ import annotations

KEPT = (
    "debian",
    "run",
    "script",
    "mkdir",
    "copy",
    "write",
    "symlink",
    "unhex",
    "compare",
    "check",
    "limits",
)
"""Functions that give a value holding their arguments."""

ANSWERED = ("source", "files", "recipe", "override", "stage", "option")
"""Functions that ask Python."""

LONGEST_RANGE = 1_000_000
"""Elements of one `range()`: turned into a list at once, a longer one would take all memory."""

FIRST = "_range = range\n"
"""Run by itself, since the next part gives `range` another meaning."""

_HELPERS = f"""
def range(*args, **kwargs):
    whole = _range(*args, **kwargs)
    if len(whole) > {LONGEST_RANGE}:
        fail("range() of more than {LONGEST_RANGE} elements")
    return whole

def _outputs(answer):
    words = answer.split("\\t")
    id, name, version = int(words[0]), words[1], words[2]
    def output(which):
        return dict(_kind = "recipe", _id = id, _output = which, name = name, version = version)
    return struct(**(output("out") | {{which: struct(**output(which)) for which in words[3:]}}))

def recipe(*args, **kwargs):
    return _outputs(_ask(json.encode(["recipe", call_stack(strip_frames = 1), args, kwargs])))

def override(*args, **kwargs):
    return _outputs(_ask(json.encode(["override", call_stack(strip_frames = 1), args, kwargs])))

def source(*args, **kwargs):
    id = _ask(json.encode(["source", call_stack(strip_frames = 1), args, kwargs]))
    return struct(_kind = "source", _id = int(id))

def files(*args, **kwargs):
    id = _ask(json.encode(["files", call_stack(strip_frames = 1), args, kwargs]))
    return struct(_kind = "files", _id = int(id))

def stage(*args, **kwargs):
    id = _ask(json.encode(["stage", call_stack(strip_frames = 1), args, kwargs]))
    return struct(_kind = "stage", _id = int(id))

def option(*args, **kwargs):
    return _ask(json.encode(["option", call_stack(strip_frames = 1), args, kwargs]))
"""

_KEPT = """
def {name}(*args, **kwargs):
    return struct(_kind = "{name}", _at = call_stack(strip_frames = 1), _args = args, _kwargs = kwargs)
"""

SECOND = _HELPERS + "".join(_KEPT.format(name=name) for name in KEPT)

EXPORTED = (*ANSWERED, *KEPT, "range")
