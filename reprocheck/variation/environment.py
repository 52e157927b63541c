"""The environment: a variable more, and how large it is."""

from __future__ import annotations

from reprocheck.circumstances import Circumstances
from reprocheck.variation.model import Mark, Variation
from reprocheck.variation.proof import became

_NAME, _VALUE = "OHCE_VARIABLE", "ohce-value"
_FILLER_NAME, _FILLER = "OHCE_FILLER", "ohce-filler-" * 500
"""6 KB: further than a page, so that the stack begins in another."""
_SEEN = 128
"""Characters of a value that are seen."""


def _marks(circumstances: Circumstances) -> tuple[Mark, ...]:
    return (_NAME, _VALUE) if _NAME in dict(circumstances.environment) else ()


def _filler(circumstances: Circumstances) -> tuple[Mark, ...]:
    return (_FILLER_NAME, _FILLER) if _FILLER_NAME in dict(circumstances.environment) else ()


ROWS = (
    Variation(
        name="env.var",
        cause="env.var",
        text=f"a variable more: {_NAME}={_VALUE}",
        vary=lambda c: c.variable(_NAME, _VALUE),
        marks=_marks,
        took=became(f"environment.{_NAME}", _VALUE),
    ),
    Variation(
        name="env.var-size",
        cause="env.var",
        text="the size of the environment: 6 KB more",
        vary=lambda c: c.variable(_FILLER_NAME, _FILLER),
        marks=_filler,
        took=became(f"environment.{_FILLER_NAME}", _FILLER[:_SEEN]),
    ),
)
