"""Where things lie: the build directory, the home directory, PATH."""

from __future__ import annotations

from dataclasses import replace

from bootstrap.sandbox import contract
from reprocheck.circumstances import Circumstances
from reprocheck.variation.model import Mark, Variation
from reprocheck.variation.proof import became, seen

_BUILD = "/ohced"
_LONG_BUILD = "/ohce-a-build-directory-with-a-much-longer-name-than-any-other-has"
_HOME = "/ohcehome"
_ENTRY = "/ohce-path/bin"


def _build(circumstances: Circumstances) -> tuple[Mark, ...]:
    return (circumstances.conditions.build or contract.BUILD,)


def _home(circumstances: Circumstances) -> tuple[Mark, ...]:
    return (dict(circumstances.environment).get("HOME", "/homeless"),)


ROWS = (
    Variation(
        name="path.build",
        cause="path.build",
        text=f"the build directory: {_BUILD}",
        vary=lambda c: c.condition(build=_BUILD),
        marks=_build,
        took=became("directory", _BUILD),
    ),
    Variation(
        name="path.home",
        cause="path.home",
        text=f"the home directory: {_HOME}",
        vary=lambda c: c.variable("HOME", _HOME),
        marks=_home,
        took=became("environment.HOME", _HOME),
    ),
    Variation(
        name="env.path",
        cause="env.path",
        text=f"PATH: {_ENTRY} at its head",
        vary=lambda c: replace(c, path_entry=_ENTRY),
        marks=lambda c: (c.path_entry,) if c.path_entry else (),
        took=lambda control, varied: (
            str(seen(varied, "environment.PATH")).startswith(f"{_ENTRY}:")
            and not str(seen(control, "environment.PATH")).startswith(f"{_ENTRY}:")
        ),
    ),
    Variation(
        name="path.build-length",
        cause="path.build",
        text=f"the length of the build directory: {len(_LONG_BUILD)} characters",
        vary=lambda c: c.condition(build=_LONG_BUILD),
        marks=_build,
        took=became("directory", _LONG_BUILD),
        instead_of=("path.build",),
    ),
)
