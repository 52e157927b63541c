"""What somebody probably meant who wrote a name that does not exist."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``did you mean "x"?`` for the nearest known name, or "" if none is near."""
    import difflib

    candidates = sorted(set(known))
    lowered = {candidate.lower(): candidate for candidate in reversed(candidates)}
    near = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    return f'did you mean "{lowered[near[0]]}"?' if near else ""
