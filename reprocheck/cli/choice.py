"""Which variations take part: all of the table, or those that were asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from bootstrap.digest import digest
from bootstrap.errors import UsageError

if TYPE_CHECKING:
    from reprocheck.variation.model import Variation

F = TypeVar("F", bound=Callable[..., Any])

THOROUGH = " thorough"
"""Behind the name of a method by which all stories were told."""


class Choice(NamedTuple):
    """What takes part."""

    rows: tuple[Variation, ...]
    """Of the table, in its order."""
    asked: frozenset[str]
    """Those of them that are only tried when asked for, and are (`Variation.is_for_all`)."""


def choice_options(function: F) -> F:
    """Adds --only, --without and --thorough; the verb gets them under these names."""

    only = click.option(
        "--only", metavar="VARIATION", multiple=True, help="Vary only this, or this family (time); repeat it."
    )
    without = click.option(
        "--without", metavar="VARIATION", multiple=True, help="Vary all but this, or this family; repeat it."
    )
    thorough = click.option(
        "--thorough",
        is_flag=True,
        help="Tell all stories of each condition, in a build or two more: New Year, too, not only two years "
        "ahead.",
    )
    return only(without(thorough(function)))


def chosen(only: Collection[str], without: Iterable[str], *, thorough: bool = False) -> Choice:
    """The rows that are left of the table. What is `only` tried when asked for is asked for by its own
    name; other stories of a condition by `thorough`, too. UsageError for a name that means none, or if
    none is left."""
    from reprocheck.variation.table import TABLE

    kept, dropped = _named(only, TABLE), _named(without, TABLE)
    rows = tuple(
        row for row in TABLE if (row.name in kept or not kept) and not {row.name, *row.instead_of} & dropped
    )
    asked = frozenset(
        row.name
        for row in rows
        if not row.is_for_all and (row.name in only or (thorough and not row.on_request))
    )
    if not any(row.is_for_all or row.name in asked for row in rows):
        raise UsageError("no variation is left", hint="reprocheck variations lists them")
    return Choice(rows, asked)


def _named(names: Iterable[str], table: Iterable[Variation]) -> set[str]:
    """The rows of these names or families."""
    known = [row.name for row in table]
    found: set[str] = set()
    for name in names:
        meant = [row for row in known if row == name or row.startswith((f"{name}.", f"{name}-"))]
        if not meant:
            from bootstrap.recipe.spelling import did_you_mean

            raise UsageError(
                f'there is no variation "{name}"',
                hint=did_you_mean(name, known) or "reprocheck variations lists them",
            )
        found.update(meant)
    return found


def method(rows: Iterable[Variation], *, thorough: bool = False) -> str:
    """A name for what is tried: another one for a table with other rows, or rows that do something else."""
    name = digest("\n".join(f"{row.name} {row.text}" for row in rows).encode()).hex[:16]
    return f"{name}{THOROUGH}" if thorough else name
