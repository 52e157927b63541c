"""Who builds: the numbers and the name of user and group."""

from __future__ import annotations

from reprocheck.variation.model import Variation
from reprocheck.variation.proof import became, both

_UID, _GID = 54321, 43219
_NAME = "ohceu"
"""As long as "build"."""

ROWS = (
    Variation(
        name="user.uid",
        cause="user.uid",
        text=f"the user and the group: {_UID} and {_GID}",
        vary=lambda c: c.condition(uid=_UID, gid=_GID),
        marks=lambda c: (c.conditions.uid or 1000, c.conditions.gid or 1000),
        took=both(became("user.uid", _UID), became("user.gid", _GID)),
    ),
    Variation(
        name="user.name",
        cause="user.name",
        text=f"the name of the user and the group: {_NAME}",
        vary=lambda c: c.condition(user_name=_NAME),
        marks=lambda c: (c.conditions.user_name or "build",),
        took=became("user.name", _NAME),
    ),
)
