"""The umask."""

from __future__ import annotations

from reprocheck.variation.model import Variation
from reprocheck.variation.proof import became

_UMASK = 0o007
"""The group may write, others may nothing: the opposite of the contract's in both."""

ROWS = (
    Variation(
        name="user.umask",
        cause="user.umask",
        text="the umask: 007",
        vary=lambda c: c.condition(umask=_UMASK),
        took=became("umask", _UMASK),
    ),
)
