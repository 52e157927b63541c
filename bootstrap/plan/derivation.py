"""One build, fully resolved: everything that may influence its result, as one canonical value.

A derivation's id is the BLAKE3-256 of its canonical bytes::

    "bootstrap derivation 1" LF
    the JSON text of the value, as RFC 8785 (JCS) prescribes for objects, arrays, strings, integers
    below 2^53, true, false and null: no white space, names sorted by UTF-16 code units, UTF-8

The JSON object has these members, always all of them::

    name, version      of the recipe
    system             "x86_64-linux"
    contract           the version of the sandbox contract, an integer
    inputs             {name: where}; where is {"derivation": id, "output": name} as planned, or
                       {"path": store path} as resolved
    sources            {directory under /build: material}; material is
                         {"file": name, "sha256": hex, "size": n, "unpack": bool, "strip": n,
                          "patches": [BLAKE3 hex of each patch file, in order]}
                       or {"files": {name: {"digest": hex, "executable": bool}}}
    commands           [command]; a command is {"kind": kind, ...its fields}, with "{input}" and
                       "{output}" standing in for store paths (see `bootstrap.recipe.template`)
    env                {name: value}, with the same templates
    outputs            [name], sorted
    shell              the name of the input whose bin/sh stands at /bin/sh, or ""
    limits             {"memory": bytes or null, "processes": n or null}: those that a build can
                       see through getrlimit(2), and so could act upon
    check              null, or for a check {"stdout": text or null}

There are two ids for one build: *planned*, with inputs named by their planned ids, which is known
before anything is built; and *resolved*, with inputs named by their store paths, which is the same
for every route that leads to the same inputs (early cutoff).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from bootstrap.digest import Digest, digest
from bootstrap.recipe.model import (
    Command,
    Compare,
    Copy,
    Exec,
    Files,
    Limits,
    LocalFile,
    MakeDirectory,
    MakeSymlink,
    Source,
    Unhex,
    Write,
)
from bootstrap.storepath import StorePath, scratch_path

CONTRACT = 1
"""Version of the sandbox contract (docs/reference/sandbox.md); part of every derivation's id."""

SYSTEM = "x86_64-linux"

_HEADER = b"bootstrap derivation 1\n"


@dataclass(frozen=True, slots=True, order=True)
class Output:
    """An output of another derivation, by that derivation's planned id."""

    derivation: Digest
    output: str


Where = Output | StorePath


@dataclass(frozen=True, kw_only=True)
class Derivation:
    """A build (or, with `check` true, a test of a result). Every pair list is sorted by name."""

    name: str
    version: str
    inputs: tuple[tuple[str, Where], ...] = ()
    sources: tuple[tuple[str, Source | Files], ...] = ()
    commands: tuple[Command, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    outputs: tuple[str, ...] = ("out",)
    shell: str = ""
    limits: Limits = field(default_factory=Limits)
    check: bool = False
    stdout: str | None = None
    """Of a check: what its commands must print; None: anything."""
    system: str = SYSTEM
    contract: int = CONTRACT

    @cached_property
    def id(self) -> Digest:
        return digest(self.canonical_bytes())

    def canonical_bytes(self) -> bytes:
        """The bytes that the id is the BLAKE3 of (see the module's docstring)."""
        return _HEADER + canonical_json(self.fields())

    def fields(self) -> dict[str, Any]:
        """The members of the canonical JSON object."""
        return {
            "name": self.name,
            "version": self.version,
            "system": self.system,
            "contract": self.contract,
            "inputs": {name: _where(where) for name, where in self.inputs},
            "sources": {place: _material(material) for place, material in self.sources},
            "commands": [_command(command) for command in self.commands],
            "env": dict(self.env),
            "outputs": list(self.outputs),
            "shell": self.shell,
            "limits": {"memory": self.limits.memory, "processes": self.limits.processes},
            "check": {"stdout": self.stdout} if self.check else None,
        }

    @property
    def is_resolved(self) -> bool:
        """Whether every input is named by its store path."""
        return all(isinstance(where, StorePath) for _, where in self.inputs)

    def resolve(self, paths: dict[Output, StorePath]) -> Derivation:
        """The same build with every input named by its store path; KeyError for a missing one."""
        return replace(
            self,
            inputs=tuple(
                (name, where if isinstance(where, StorePath) else paths[where]) for name, where in self.inputs
            ),
        )

    def scratch(self, output: str) -> StorePath:
        """Where this output lies while it is built."""
        return scratch_path(self.name, self.version, output)

    @property
    def title(self) -> str:
        """name@version, as people write it."""
        return f"{self.name}@{self.version}"


def canonical_json(value: Any) -> bytes:
    """RFC 8785 for the values that a derivation is made of; TypeError for floating point."""
    return _ENCODER.encode(_sorted(value)).encode()


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        order = sorted(value) if "".join(value).isascii() else sorted(value, key=_utf16)
        return {name: _sorted(value[name]) for name in order}
    if isinstance(value, list):
        return [member if type(member) is str else _sorted(member) for member in value]
    if isinstance(value, float):
        raise TypeError("a derivation holds no floating point")
    return value


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")


def _where(where: Where) -> dict[str, str]:
    if isinstance(where, StorePath):
        return {"path": str(where)}
    return {"derivation": where.derivation.hex, "output": where.output}


def _material(material: Source | Files) -> dict[str, Any]:
    if isinstance(material, Files):
        return {"files": {file.name: _file(file) for file in material.files}}
    return {
        "file": material.file,
        "sha256": material.sha256.hex,
        "size": material.size,
        "unpack": material.unpack,
        "strip": material.strip,
        "patches": [patch.digest.hex for patch in material.patches],
    }


def _file(file: LocalFile) -> dict[str, Any]:
    return {"digest": file.digest.hex, "executable": file.executable}


def _command(command: Command) -> dict[str, Any]:
    match command:
        case Exec():
            return {
                "kind": "exec",
                "argv": list(command.argv),
                "cwd": command.cwd,
                "stdin": command.stdin,
                "stdout": command.stdout,
                "env": dict(command.env),
            }
        case MakeDirectory():
            return {"kind": "mkdir", "path": command.path}
        case Copy():
            return {
                "kind": "copy",
                "source": command.source,
                "target": command.target,
                "executable": command.executable,
            }
        case Write():
            return {
                "kind": "write",
                "path": command.path,
                "text": command.text,
                "executable": command.executable,
            }
        case MakeSymlink():
            return {"kind": "symlink", "target": command.target, "path": command.path}
        case Unhex():
            return {
                "kind": "unhex",
                "source": command.source,
                "target": command.target,
                "executable": command.executable,
            }
        case Compare():
            return {"kind": "compare", "left": command.left, "right": command.right}
