"""The table of verbs: name, one line of help. A new verb is a file and a line here."""

from __future__ import annotations

from bootstrap.cli.program import Verb

VERBS = (
    Verb("diff", "Compare two files or directories, and tell where they differ."),
    Verb("make-key", "Make a key to sign statements with."),
    Verb("verify-statement", "Verify signed statements."),
    Verb("challenge", "Compare what several rebuilders state."),
)
"""In the order in which help lists them; each lives in ``reprocheck.cli.<name>_verb``."""
