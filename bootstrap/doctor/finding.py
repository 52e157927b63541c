"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "bad"]
"""Nothing to do; builds work, with a drawback; builds cannot work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the answer."""

    name: str
    """What was looked at, in a word or two."""
    state: State
    says: str
    """What is so, and what that means."""
    todo: str = ""
    """What to do about it, possibly in several lines; "" if nothing."""
