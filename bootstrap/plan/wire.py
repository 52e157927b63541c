"""A plan as bytes and back, for a cache: JSON, so that reading one can do nothing but read.

The form is private to one version of the program: a list ``[FORM, things, plan]``, where a value
made of parts is ``[number of its class, parts...]``, a tuple ``[-1, items...]``, and a thing that
many steps share (a source, a command's place) stands once in `things`: ``[-2, index]``.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, get_args

from bootstrap.digest import Digest, Sha256
from bootstrap.plan.derivation import Derivation, Output
from bootstrap.plan.plan import Check, Plan, Rule, Step
from bootstrap.recipe.model import (
    Command,
    Files,
    Limits,
    LocalFile,
    Location,
    Origin,
    Source,
)
from bootstrap.storepath import StorePath

FORM = "bootstrap plan 1"

_CLASSES: tuple[type[Any], ...] = (
    Digest,
    Sha256,
    Plan,
    Step,
    Check,
    Rule,
    Derivation,
    Output,
    StorePath,
    Source,
    Files,
    LocalFile,
    Location,
    Limits,
    *get_args(Command),
    *get_args(Origin),
)
_NUMBERS = {each: number for number, each in enumerate(_CLASSES)}
_MEMBERS = [
    tuple(member.name for member in fields(each)) if each not in (Digest, Sha256) else ("hex",)
    for each in _CLASSES
]
_SHARED = (Source, Files)
_TUPLE, _THING = -1, -2


def plan_to_bytes(plan: Plan) -> bytes:
    """Bytes from which `plan_from_bytes` makes an equal plan."""
    things: list[Any] = []
    seen: dict[int, int] = {}

    def encode(value: Any) -> Any:
        if value is None or isinstance(value, str | int | float):
            return value
        if isinstance(value, tuple):
            return [_TUPLE, *map(encode, value)]
        number = _NUMBERS[type(value)]
        if isinstance(value, _SHARED):
            if id(value) not in seen:
                thing = [number, *(encode(getattr(value, name)) for name in _MEMBERS[number])]
                seen[id(value)] = len(things)
                things.append(thing)
            return [_THING, seen[id(value)]]
        return [number, *(encode(getattr(value, name)) for name in _MEMBERS[number])]

    body = encode(plan)
    return json.dumps([FORM, things, body], separators=(",", ":"), ensure_ascii=False).encode()


def plan_from_bytes(data: bytes) -> Plan:
    """The plan in those bytes; ValueError if there is none of this form in them."""
    try:
        form, things, body = json.loads(data)
        if form != FORM:
            raise ValueError(f"not a plan of this form: {form!r}")
        known: list[Any] = []

        def decode(value: Any) -> Any:
            if not isinstance(value, list):
                return value
            number = value[0]
            if number == _TUPLE:
                return tuple(map(decode, value[1:]))
            if number == _THING:
                return known[value[1]]
            kind = _CLASSES[number]
            if kind is Digest:
                return Digest.parse(value[1])
            if kind is Sha256:
                return Sha256.parse(value[1])
            return kind(**dict(zip(_MEMBERS[number], map(decode, value[1:]), strict=True)))

        for thing in things:
            known.append(decode(thing))
        plan = decode(body)
    except (TypeError, KeyError, IndexError) as error:
        raise ValueError(f"not a plan: {error}") from error
    if not isinstance(plan, Plan):
        raise ValueError("not a plan")
    return plan
