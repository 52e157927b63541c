"""The table of verbs: name, one line of help. A new verb is a file and a line here."""

from __future__ import annotations

from bootstrap.cli.program import Verb

VERBS = (
    Verb("check", "Check whether recipes and stages give the same again, and why not. May be left out."),
    Verb("command", "Check any command on this host in the same way."),
    Verb("diff", "Compare two files or directories, and tell where they differ."),
    Verb("variations", "List what is varied, at what cost, and whether it can be here."),
    Verb("make-key", "Make a key to sign statements with."),
    Verb("attest", "Sign statements of what checks came to."),
    Verb("verify-statement", "Verify signed statements."),
    Verb("challenge", "Compare what several rebuilders state."),
    Verb("completion", "Print the completion script for a shell."),
)
"""In the order in which help lists them; each lives in ``reprocheck.cli.<name>_verb``."""
