"""reprocheck completion: the script that completes verbs and options in a shell."""

from __future__ import annotations

from bootstrap.cli.completion_verb import command

__all__ = ["command"]
