"""The table of verbs: name, one line of help. A new verb is a file and a line here."""

from __future__ import annotations

from bootstrap.cli.program import Verb

VERBS = (Verb("diff", "Compare two files or directories, and tell where they differ."),)
"""In the order in which help lists them; each lives in ``reprocheck.cli.<name>_verb``."""
