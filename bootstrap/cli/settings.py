"""What the command line and the person's environment say, in the words that verbs share."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

import click

from bootstrap.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])


class Settings(NamedTuple):
    """What every verb that looks at a project is told."""

    home: str
    """Where the store and all else is kept; absolute."""
    start: str
    """Where the search for the project's root begins."""
    options: tuple[tuple[str, str], ...]
    """Values for `option()` in recipes; sorted."""


class Supply(NamedTuple):
    """How sources may be had."""

    directories: tuple[str, ...]
    """Absolute."""
    offline: bool


class Effort(NamedTuple):
    """How builds are to be gone about."""

    jobs: int | None
    """None: as many as there are cores."""
    keep_going: bool
    keep_failed: bool
    quiet: bool


def home_directory(given: str | None) -> str:
    """--home, else BOOTSTRAP_HOME, else the XDG data directory (XDG Base Directory Specification);
    UsageError for a user who has none."""
    if named := given or os.environ.get("BOOTSTRAP_HOME"):
        return os.path.abspath(named)
    data = os.environ.get("XDG_DATA_HOME")
    if data and os.path.isabs(data):
        return os.path.join(data, "bootstrap")
    place = os.path.expanduser("~/.local/share/bootstrap")
    if place.startswith("~"):
        raise UsageError(
            "there is no home directory: HOME is not set, and this user has no entry in passwd(5)",
            hint="set BOOTSTRAP_HOME to a directory that may be written to",
        )
    return place


def _pairs(given: tuple[str, ...], seed: str | None) -> tuple[tuple[str, str], ...]:
    pairs = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise UsageError(f"--option {text}: not of the form NAME=VALUE")
        pairs[name] = value
    if seed:
        pairs["seed"] = seed
    return tuple(sorted(pairs.items()))


targets_argument = click.argument("targets", nargs=-1, required=True, metavar="TARGET...")

json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


def project_options(function: F) -> F:
    """Adds --home, --project, --option and --seed; the verb gets them as ``settings``."""

    @click.option("--home", metavar="DIR", help="Where the store is kept (else BOOTSTRAP_HOME).")
    @click.option("--project", metavar="DIR", default=".", help="A directory of the project.")
    @click.option(
        "--option",
        "options",
        metavar="NAME=VALUE",
        multiple=True,
        help="A choice that the recipes offer with option().",
    )
    @click.option("--seed", metavar="NAME", help="Short for --option seed=NAME.")
    @functools.wraps(function)
    def verb(
        *args: Any,
        home: str | None,
        project: str,
        options: tuple[str, ...],
        seed: str | None,
        **rest: Any,
    ) -> Any:
        settings = Settings(
            home=home_directory(home),
            start=project,
            options=_pairs(options, seed),
        )
        return function(*args, settings=settings, **rest)

    return verb  # type: ignore[return-value]


def supply(sources: Iterable[str] = (), *, offline: bool = False) -> Supply:
    """These directories, else those of BOOTSTRAP_SOURCES."""
    named = os.environ.get("BOOTSTRAP_SOURCES", "")
    directories = tuple(sources) or [directory for directory in named.split(os.pathsep) if directory]
    return Supply(directories=tuple(map(os.path.abspath, directories)), offline=offline)


def supply_options(function: F) -> F:
    """Adds --sources and --offline; the verb gets them as ``supply``."""

    @click.option(
        "--sources",
        metavar="DIR",
        multiple=True,
        type=click.Path(exists=True, file_okay=False),
        help="A directory to look for sources in first (else BOOTSTRAP_SOURCES).",
    )
    @click.option("--offline", is_flag=True, help="Never use the network.")
    @functools.wraps(function)
    def verb(*args: Any, sources: tuple[str, ...], offline: bool, **rest: Any) -> Any:
        return function(*args, supply=supply(sources, offline=offline), **rest)

    return verb  # type: ignore[return-value]


def effort_options(function: F) -> F:
    """Adds -j, --keep-going, --keep-failed and -q; the verb gets them as ``effort``."""

    @click.option("-j", "--jobs", type=click.IntRange(min=1), help="Cores to use at most (else all).")
    @click.option("-k", "--keep-going", is_flag=True, help="After a failure, do what can still be done.")
    @click.option("--keep-failed", is_flag=True, help="Keep the directory of a failed build or check.")
    @click.option("-q", "--quiet", is_flag=True, help="Print nothing but results and errors.")
    @functools.wraps(function)
    def verb(
        *args: Any, jobs: int | None, keep_going: bool, keep_failed: bool, quiet: bool, **rest: Any
    ) -> Any:
        effort = Effort(jobs=jobs, keep_going=keep_going, keep_failed=keep_failed, quiet=quiet)
        return function(*args, effort=effort, **rest)

    return verb  # type: ignore[return-value]
