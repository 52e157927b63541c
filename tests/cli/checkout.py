"""A tiny project of its own, with a home of its own, driven through the command line."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LOADS = 'load("//lib/act.star", "act", "holds", "made")\n'


class Checkout:
    """A project whose stages are given as text; each has `act`, `holds` and `made` of act.star."""

    def __init__(self, root: Path, home: Path, act: Path) -> None:
        self.root, self.home = root, home
        (root / "lib").mkdir(parents=True)
        shutil.copy(HERE / "act.star", root / "lib/act.star")
        shutil.copy(act, root / "lib/act")

    def stage(self, text: str, directory: str = "00-first") -> Path:
        """Writes a stage file; its first line is the load of act.star."""
        file = self.root / "stages" / directory / "stage.star"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(LOADS + text)
        return file

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "bootstrap.cli", *words]

    @property
    def environment(self) -> dict[str, str]:
        names = ("BOOTSTRAP_SOURCES", "NO_COLOR", "FORCE_COLOR", "TERM", "XDG_DATA_HOME")
        kept = {name: value for name, value in os.environ.items() if name not in names}
        return {**kept, "BOOTSTRAP_HOME": str(self.home)}

    def __call__(self, *words: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        """One call of the command line, however it ends; never with a traceback."""
        done = subprocess.run(
            self.command(*words),
            cwd=cwd or self.root,
            env={**self.environment, **env},
            text=True,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def run_by(self, program: Sequence[str], *words: str) -> subprocess.CompletedProcess[str]:
        """One call by a program that is given the command line as its last arguments."""
        done = subprocess.run(
            [*program, *self.command(*words)],
            cwd=self.root,
            env=self.environment,
            text=True,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def beneath(self, mounts: str, *words: str) -> subprocess.CompletedProcess[str]:
        """One call in a mount namespace of its own, after these commands of a shell have mounted there;
        as root of a user namespace, whoever runs it. $BOOTSTRAP_HOME is the home."""
        return self.run_by(["unshare", "-Urm", "sh", "-e", "-c", f'{mounts}\nexec "$@"', "-"], *words)

    def good(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        """A call that must end well."""
        done = self(*words, **env)
        assert done.returncode == 0, done.stderr
        return done

    def path(self, target: str, *words: str) -> str:
        """The store path that ``run`` gives a target."""
        return self.good("run", target, *words).stdout.strip()

    def json(self, *words: str) -> Any:
        return json.loads(self.good(*words, "--json").stdout)

    def real(self, path: str) -> Path:
        return self.home / "store" / Path(path).name

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """A call in the background, killed at the end if it is still there."""
        process = subprocess.Popen(
            self.command(*words),
            cwd=self.root,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def events(stderr: str, kind: str) -> list[str]:
    """The titles that plain progress lines tell of: "built", "begun", "reused", "checked", "failed"."""
    return re.findall(rf"^ *{kind}  (.+?)(?:  \(|$)", stderr, re.MULTILINE)


def processes(argument: str) -> list[int]:
    """The processes with this argument, wherever they run."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            words = Path("/proc", entry, "cmdline").read_bytes().split(b"\0") if entry.isdigit() else []
        except OSError:
            continue
        if argument.encode() in words and int(entry) != os.getpid():
            found.append(int(entry))
    return found


def wait_until(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def end(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str]:
    """Sends a signal; the exit status and standard error."""
    process.send_signal(number)
    _, stderr = process.communicate(timeout=30)
    return process.returncode, stderr
