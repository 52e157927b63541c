"""The table of verbs: name, module, one line of help. A new verb is a file and a line here."""

from __future__ import annotations

from bootstrap.cli.program import Verb

VERBS = (
    Verb("run", "Build targets, with all that they need."),
    Verb("exec", "Run a program from a result, its closure at /bootstrap/store."),
    Verb("check", "Run the checks of targets, the slow ones too."),
    Verb("plan", "Tell what is there and what would be fetched and built."),
    Verb("show", "Show a target: derivation, outputs, references, history."),
    Verb("hash", "Show a target's id, and every field that enters it."),
    Verb("list", "List the recipes of the project."),
    Verb("log", "Show the log of a target's last build."),
    Verb("stats", "Show time, CPU and memory of builds."),
    Verb("audit", "Tell what must be trusted or read for a target."),
    Verb("converge", "Build with every seed, and compare."),
    Verb("sources", "Collect every source that targets need."),
    Verb("verify", "Hash again what is stored; mend what is damaged."),
    Verb("doctor", "Tell whether builds can work on this host, and what to do."),
    Verb("gc", "Remove from the store what nothing keeps."),
    Verb("roots", "Name what is to be kept."),
    Verb("completion", "Print the completion script for a shell."),
)
"""In the order in which help lists them; each lives in ``bootstrap.cli.<name>_verb``."""
