"""Named links to store paths that are to be kept, with all that they refer to.

``roots/<name>`` is a symlink to ``../store/<hash>-<name>``. The links are all there is: people can
look at them, go through them, and remove them, and the store may be moved with them. One may lead
to a path that is not there (any more); as soon as that is built again it is kept again.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from bootstrap.errors import StoreError, UsageError
from bootstrap.store.layout import Layout
from bootstrap.store.places import new_place
from bootstrap.store.trouble import system_error
from bootstrap.storepath import PREFIX, StorePath

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+_.@:=-]{0,199}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A name that keeps a closure from being collected."""

    name: str
    path: StorePath
    since: float
    """When the name was given to this path, in seconds since the epoch."""


def check_root_name(name: str) -> None:
    """UsageError unless the name may be a root's."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f'"{name}" cannot be the name of a root',
            hint="up to 200 letters, digits and + _ . @ : = -, the first a letter or digit",
        )


def roots(layout: Layout) -> list[Root]:
    """All of them, by name. StoreError for what is no link to a store path: it may be meant as one."""
    found = []
    try:
        for name in sorted(os.listdir(layout.roots)):
            place = f"{layout.roots}/{name}"
            try:
                path = StorePath.parse(f"{PREFIX}/{os.path.basename(os.readlink(place))}")
                found.append(Root(name=name, path=path, since=os.lstat(place).st_mtime))
            except FileNotFoundError:
                continue
            except (OSError, ValueError) as error:
                raise StoreError(
                    f"{place} is no link to a store path", hint="remove it, or make it one"
                ) from error
    except FileNotFoundError:
        pass
    except OSError as error:
        raise system_error("read the roots", error) from error
    return found


def set_root(layout: Layout, name: str, path: StorePath) -> None:
    """Gives the name to this path, which the caller holds; whatever had it before has it no longer."""
    check_root_name(name)
    try:
        os.makedirs(layout.roots, mode=0o755, exist_ok=True)
        with new_place(layout) as aside:
            link = f"{aside.path}/root"
            os.symlink(f"../store/{path.basename}", link)
            os.rename(link, f"{layout.roots}/{name}")
    except OSError as error:
        raise system_error(f"set the root {name}", error) from error


def remove_root(layout: Layout, name: str) -> bool:
    """Takes the name away; whether there was one."""
    check_root_name(name)
    try:
        os.unlink(f"{layout.roots}/{name}")
    except FileNotFoundError:
        return False
    except OSError as error:
        raise system_error(f"remove the root {name}", error) from error
    return True
