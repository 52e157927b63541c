"""One run in a sandbox under circumstances, and what came of it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bootstrap.build.enactment import last_lines
from bootstrap.build.failure import failure_of, spell, tail
from bootstrap.errors import CommandFailed, Interrupted
from bootstrap.sandbox import Launcher, Outcome, Sandbox
from reprocheck.circumstances import Circumstances
from reprocheck.subject import Build
from reprocheck.variation.model import Variation


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A sandbox that came to its end."""

    outcome: Outcome
    message: str
    """Why it failed, with the end of its log; "" if it did not."""
    log: Path
    started: float
    ended: float
    observed: Mapping[str, Any]

    def build(
        self, *, message: str = "", outputs: Mapping[str, Path] | None = None, roots: Mapping[str, str]
    ) -> Build:
        """As a build that gave these outputs, or that failed for `message` if it did not fail before.

        `roots`: by path as the sandbox saw it, where outputs lay, and the output's name.
        """
        message = self.message or message
        return Build(
            ok=not message,
            message=message,
            log=self.log,
            outputs={} if message else dict(outputs or {}),
            started=self.started,
            ended=self.ended,
            seconds=self.outcome.wall,
            cpu=self.outcome.user + self.outcome.system,
            observed=self.observed,
            writers=_in_outputs(self.outcome.writers, roots),
        )


def run(
    launcher: Launcher,
    sandbox: Sandbox,
    circumstances: Circumstances,
    *,
    log: Path,
    cancel: threading.Event,
    on_line: Callable[[str], None],
) -> Ran:
    """Runs a sandbox to its end. Interrupted if `cancel` is set; else errors as `Launcher.run`."""
    if cancel.wait(circumstances.pause) if circumstances.pause else cancel.is_set():
        raise Interrupted("interrupted; nothing is left running")
    started = time.time()
    outcome = launcher.run(
        replace(sandbox, conditions=circumstances.conditions),
        log=log,
        cancel=cancel,
        on_output=last_lines(on_line),
    )
    ended = time.time()
    traps = circumstances.conditions.traps
    if outcome.cancelled:
        raise Interrupted("interrupted; nothing is left running")
    return Ran(
        outcome=outcome,
        message=_message(sandbox, outcome, log),
        log=log,
        started=started,
        ended=ended,
        observed={
            **outcome.observed,
            "delays": traps.delays if traps else None,
            "renamed": circumstances.renamed,
            "source_times": circumstances.source_times,
        },
    )


def environment(
    own: Mapping[str, str], fixed: Collection[str], circumstances: Circumstances
) -> tuple[tuple[str, str], ...]:
    """A subject's variables, those of the circumstances in their place, but for what it sets itself."""
    changed = {**own, **{name: value for name, value in circumstances.environment if name not in fixed}}
    if circumstances.path_entry and changed.get("PATH"):
        changed["PATH"] = f"{circumstances.path_entry}:{changed['PATH']}"
    return tuple(sorted(changed.items()))


def sets_itself(variation: Variation, fixed: Collection[str]) -> str:
    """Why a variation of variables makes no sense for who sets these itself; "" if it does."""
    changed = [name for name, _ in variation.vary(Circumstances()).environment if name in fixed]
    return f"it sets {', '.join(changed)} itself" if changed else ""


def set_times(top: Path, seconds: int) -> None:
    """Gives a directory and all beneath it one modification time, in seconds since the epoch."""
    for directory, directories, files in os.walk(top):
        for name in (*directories, *files, "."):
            os.utime(os.path.join(directory, name), (seconds, seconds), follow_symlinks=False)


def _message(sandbox: Sandbox, outcome: Outcome, log: Path) -> str:
    failure = failure_of(sandbox, outcome, CommandFailed)
    if failure is None:
        return ""
    by_option = outcome.limit == "time" and sandbox.root == "host"
    parts = [f"{failure.what}; --timeout raises it" if by_option else failure.what]
    if failure.command is not None:
        parts.append(f"  command {failure.number}   {spell(failure.command)}")
    parts += [f"    | {line}" for line in tail(str(log))]
    return "\n".join(parts)


def _in_outputs(writers: Mapping[str, str], roots: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for path, program in writers.items():
        for root, name in roots.items():
            if path == root or path.startswith(f"{root}/"):
                found[name + path[len(root) :]] = program
    return found
