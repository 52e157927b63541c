"""Which variations take part: all of the table, or those that were asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bootstrap.digest import digest
from bootstrap.errors import UsageError

if TYPE_CHECKING:
    from reprocheck.variation.model import Variation

F = TypeVar("F", bound=Callable[..., Any])


def choice_options(function: F) -> F:
    """Adds --only and --without; the verb gets the names as ``only`` and ``without``."""

    only = click.option(
        "--only", metavar="VARIATION", multiple=True, help="Vary only this, or this family (time); repeat it."
    )
    without = click.option(
        "--without", metavar="VARIATION", multiple=True, help="Vary all but this, or this family; repeat it."
    )
    return only(without(function))


def chosen(only: Iterable[str], without: Iterable[str]) -> tuple[Variation, ...]:
    """The rows of the table that are left, in its order. UsageError for a name that means none, or if
    none is left."""
    from reprocheck.variation.table import TABLE

    kept, dropped = _named(only, TABLE), _named(without, TABLE)
    rows = tuple(row for row in TABLE if (row.name in kept or not kept) and row.name not in dropped)
    if not rows:
        raise UsageError("no variation is left", hint="reprocheck variations lists them")
    return rows


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


def method(rows: Iterable[Variation]) -> str:
    """A name for what is tried: another one for a table with other rows, or rows that do something else."""
    return digest("\n".join(f"{row.name} {row.text}" for row in rows).encode()).hex[:16]
