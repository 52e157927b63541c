"""What reprocheck said of a case, against what is right."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from bootstrap.store.removal import remove_tree
from tests.causes.case import Case

PATIENCE = 120
"""Seconds that an answer may take."""
PATH = "/usr/local/bin:/usr/bin:/bin"
ANSWERED = (0, 1, 10, 11)
"""Exit statuses of reprocheck that come with a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One line of the table."""

    case: Case
    found: str
    """What was told first of each file that was to differ."""
    is_detected: bool
    """All that was to differ is among the findings; for a clean one, that there are any."""
    is_right: bool
    builds: int
    seconds: float
    wrong: tuple[str, ...]
    """What is not as it should be, for whoever mends it."""


def run(case: Case) -> Judgement:
    """Runs reprocheck over it, as anybody would."""
    with tempfile.TemporaryDirectory(prefix="causes-") as scratch:
        source, home = Path(scratch, "source"), Path(scratch, "home")
        source.mkdir()
        case.lay_out(source)
        if case.stage:
            _call(["bootstrap.cli", "run", "subject"], source, home)
            argv = ["check", "--json", *case.options, "subject"]
        else:
            words = ("--source", str(source), "--", "sh", "-euc", case.command)
            argv = ["command", "--json", *case.options, *words]
        began = time.monotonic()
        try:
            done = _call(["reprocheck.cli", *argv], source, home)
        except subprocess.TimeoutExpired:
            return _no_answer(case, f"no answer within {PATIENCE} s", PATIENCE)
        finally:
            remove_tree(str(home))
        seconds = time.monotonic() - began
    if done.returncode not in ANSWERED:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        return _no_answer(case, f"exit status {done.returncode}: {' / '.join(said[-3:])}", seconds)
    return judge(case, json.loads(done.stdout), seconds)


def _call(argv: list[str], directory: Path, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *argv],
        cwd=directory,
        env={
            "BOOTSTRAP_HOME": str(home),
            "HOME": os.environ.get("HOME", "/"),
            "PATH": PATH,
            "PYTHONPATH": ":".join(filter(None, [os.getcwd(), *sys.path])),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def judge(case: Case, report: Mapping[str, Any], seconds: float) -> Judgement:
    """`report` as docs/reference/report.schema.json has it."""
    findings = {finding["path"]: finding for finding in report["findings"]}
    wrong: list[str] = []
    told: dict[str, None] = {}
    is_detected = bool(case.differs) or bool(findings)
    for pattern, causes in case.differs:
        named = [finding for path, finding in findings.items() if fnmatchcase(path, pattern)]
        if not named:
            is_detected = False
            wrong.append(f"{pattern}: equal")
        for finding in named:
            told[_first(finding)] = None
            wrong += _wrong(finding, causes, case)
    for path in findings:
        if not any(fnmatchcase(path, pattern) for pattern, _ in case.differs):
            wrong.append(f"{path}: accused of {_first(findings[path])}")
    if case.is_clean and report["verdict"] != "reproducible":
        wrong.append(f"verdict: {report['verdict']}")
        told = dict.fromkeys(map(_first, findings.values()))
    return Judgement(
        case=case,
        found=", ".join(told) or "-",
        is_detected=is_detected,
        is_right=not wrong,
        builds=len(report["builds"]),
        seconds=seconds,
        wrong=tuple(wrong),
    )


def _wrong(finding: Mapping[str, Any], causes: Iterable[str], case: Case) -> list[str]:
    path, first = finding["path"], _first(finding)
    leader = dict(case.follows).get(path)
    if leader is not None:
        return [] if finding["follows"] == leader else [f"{path}: follows {finding['follows'] or 'nothing'}"]
    if first not in causes:
        return [f"{path}: {first}"]
    if not case.together:
        return []
    named = {each["cause"] for each in finding["causes"]}
    named |= {name for each in finding["causes"] for name in each["together_with"]}
    return [f"{path}: {name} is not told" for name in causes if name not in named]


def _first(finding: Mapping[str, Any]) -> str:
    return str(finding["causes"][0]["cause"]) if finding["causes"] else "nothing"


def _no_answer(case: Case, why: str, seconds: float) -> Judgement:
    return Judgement(
        case=case,
        found="no answer",
        is_detected=False,
        is_right=False,
        builds=0,
        seconds=seconds,
        wrong=(why,),
    )
