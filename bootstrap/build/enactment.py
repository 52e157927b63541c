"""A resolved derivation as it is run: its sources laid out, and the sandbox that it sees, as a value.

Whoever runs one gives the places: a build whose outputs are kept (`builder`), or one that is only
compared (`reprocheck`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from bootstrap.fetch.fetcher import Fetcher
from bootstrap.fetch.lay import lay
from bootstrap.plan.derivation import Derivation
from bootstrap.recipe.model import Command, Source
from bootstrap.recipe.template import fill
from bootstrap.sandbox import Bind, Sandbox, base_environment
from bootstrap.storepath import StorePath

BUILD = "/build"

C = TypeVar("C", bound=Command)

_TIME = 1_000_000_000
"""Modification time of all that is laid out, in nanoseconds since the epoch (law 7)."""


def lay_sources(derivation: Derivation, work: str, *, fetcher: Fetcher, project: Path) -> None:
    """Lays out what a derivation has for sources beneath the empty directory `work`.

    `project` is the root that the paths of local files are relative to. Errors: FetchError,
    UnpackError, PatchError, OSError, Interrupted.
    """
    for directory, material in derivation.sources:
        target = os.path.join(work, directory) if directory else work
        os.makedirs(target, 0o755, exist_ok=True)
        archive = fetcher.fetch(material) if isinstance(material, Source) else None
        lay(material, target=target, archive=archive, project=project)
    # What is laid out has the time 1; so must the directories above, or make sees them newer.
    for directory, _ in derivation.sources:
        while directory:
            directory = os.path.dirname(directory)
            os.utime(os.path.join(work, directory), ns=(_TIME, _TIME))
    os.utime(work, ns=(_TIME, _TIME))


def sandbox(
    resolved: Derivation,
    *,
    closure: Mapping[StorePath, str],
    outputs: Mapping[str, tuple[str, StorePath]],
    work: str,
    cores: int,
    stdout_file: Path | None = None,
) -> Sandbox:
    """The sandbox of a derivation whose inputs are all named by store path.

    `closure`: every path that it sees, and where each really lies. `outputs`: by name, the directory
    that it is made in, and the store path at which the build sees that. `work`: where its sources lie.
    """
    inputs = {name: where for name, where in resolved.inputs if isinstance(where, StorePath)}
    seen = {name: path for name, (_, path) in outputs.items()}
    values = {name: str(path) for name, path in (*inputs.items(), *seen.items())}
    values["cores"] = str(cores)

    def filled(text: str) -> str:
        return fill(text, values)

    environment = base_environment()
    environment.update((name, filled(text)) for name, text in resolved.env)
    links = []
    if resolved.shell:
        links.append(("/bin/sh", f"{inputs[resolved.shell]}/bin/sh"))
    return Sandbox(
        binds=(
            *(Bind(source=real, target=str(path)) for path, real in closure.items()),
            Bind(source=work, target=BUILD, writable=True),
            *(Bind(source=real, target=str(path), writable=True) for real, path in outputs.values()),
        ),
        links=tuple(links),
        commands=tuple(with_texts(command, filled) for command in resolved.commands),
        env=tuple(sorted(environment.items())),
        limits=resolved.limits,
        stdout_file=stdout_file,
    )


def with_texts(command: C, change: Callable[[str], str]) -> C:
    """A command with every text of it changed: paths, arguments, contents, values of variables."""
    changed: dict[str, Any] = {}
    for member in fields(command):
        value = getattr(command, member.name)
        if isinstance(value, str):
            changed[member.name] = change(value)
        elif member.name == "argv":
            changed[member.name] = tuple(change(text) for text in value)
        elif member.name == "env":
            changed[member.name] = tuple((name, change(text)) for name, text in value)
    return replace(command, **changed)


def last_lines(on_line: Callable[[str], None]) -> Callable[[bytes], None]:
    """Takes output in pieces as they come, and passes the last whole line of each on."""
    rest = b""

    def take(data: bytes) -> None:
        nonlocal rest
        whole, newline, rest = (rest + data).rpartition(b"\n")
        if newline:
            line = whole.rpartition(b"\n")[2]
            on_line(line[-200:].decode("utf-8", "replace"))
        rest = rest[-200:]

    return take
