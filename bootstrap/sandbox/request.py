"""What process 1 of a sandbox needs to know, as JSON: the contract's values, or those of its conditions."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TypeVar

from bootstrap.recipe.model import Limits
from bootstrap.sandbox import contract, host_root, mounts
from bootstrap.sandbox.conditions import Conditions
from bootstrap.sandbox.model import Sandbox, plain
from bootstrap.sandbox.sources import attach_all

_Value = TypeVar("_Value")


def request(sandbox: Sandbox, limits: Limits) -> bytes:
    """`limits` are complete. Bytes cross as text with a character for each.

    BootstrapError if a bind's source does not exist, or if its target lies within one of the host's own
    directories. ValueError for binds and links that do not go together (`mounts.plan`), and for user or
    group 0.
    """
    conditions = sandbox.conditions or Conditions()
    if 0 in (conditions.uid, conditions.gid):
        raise ValueError("a build has neither user nor group 0")
    build = _or(conditions.build, contract.BUILD)
    planned = _plan(sandbox, conditions, build)
    message = {
        "root": sandbox.root,
        "is_complete": _is_complete(sandbox),
        "mounts": mounts.pack(planned),
        "in_memory": [operation.path for operation in planned if isinstance(operation, mounts.Tmpfs)],
        "commands": [plain(command) for command in sandbox.commands],
        "env": [_moved(variable, build) for variable in sandbox.env],
        "processes": limits.processes,
        "memory": limits.memory,
        "build": build,
        "host_name": _or(conditions.host_name, contract.HOST_NAME),
        "domain_name": _or(conditions.domain_name, contract.DOMAIN_NAME),
        "uid": _or(conditions.uid, contract.UID),
        "gid": _or(conditions.gid, contract.GID),
        "umask": _or(conditions.umask, contract.UMASK),
        "limits": _limits(conditions),
        "randomise_addresses": conditions.randomise_addresses,
        "conditions": None if sandbox.conditions is None else asdict(conditions),
    }
    return json.dumps(message, ensure_ascii=False, default=_text).encode(errors="surrogatepass")


def _or(value: _Value | None, otherwise: _Value) -> _Value:
    return otherwise if value is None else value


def _text(content: bytes) -> str:
    return content.decode("latin-1")


def _is_complete(sandbox: Sandbox) -> bool:
    """Whether all mounts are planned here; the contract's own are ready in the launcher process."""
    return sandbox.root == "host" or sandbox.conditions is not None


def _plan(sandbox: Sandbox, conditions: Conditions, build: str) -> list[mounts.Operation]:
    attached = attach_all(
        (os.fspath(bind.source), build if bind.target == contract.BUILD else bind.target, bind.writable)
        for bind in sandbox.binds
    )
    if not _is_complete(sandbox):
        return mounts.plan(attached, sandbox.links)
    home = dict(sandbox.env).get("HOME", dict(contract.ENVIRONMENT)["HOME"])
    names = mounts.names_in_proc()
    files = contract.files(
        user=_or(conditions.user_name, contract.USER),
        uid=_or(conditions.uid, contract.UID),
        gid=_or(conditions.gid, contract.GID),
        home=home,
        host_name=_or(conditions.host_name, contract.HOST_NAME),
        domain_name=_or(conditions.domain_name, contract.DOMAIN_NAME),
    )
    if sandbox.root == "host":
        return host_root.plan(
            attached, sandbox.links, build=build, home=home, files=files, names_in_proc=names
        )
    return [*mounts.fixed(names, files), *mounts.plan(attached, sandbox.links, (build, "/tmp"))]


def _moved(variable: tuple[str, str], build: str) -> tuple[str, str]:
    """Shells believe PWD."""
    return ("PWD", build) if variable == ("PWD", contract.BUILD) else variable


def _limits(conditions: Conditions) -> list[tuple[str, int, int]]:
    changed = {name: (name, soft, hard) for name, soft, hard in conditions.limits}
    given = [changed.pop(limit[0], limit) for limit in contract.LIMITS]
    return [*given, *changed.values()]
