"""A sandbox in which the host's own tools run, so that what a build sees can be asked from within."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest

from bootstrap.recipe.model import Command, Exec, Limits
from bootstrap.sandbox import Bind, Launcher, Outcome, Sandbox, base_environment
from bootstrap.sandbox.conditions import Conditions

PYTHON = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else os.path.realpath(sys.executable)


def host_tools() -> tuple[tuple[Bind, ...], tuple[tuple[str, str], ...]]:
    """Binds and links with which the host's programs run in a sandbox."""
    binds, links = [Bind("/usr", "/usr")], []
    for path in ("/bin", "/lib", "/lib32", "/lib64", "/sbin"):
        if os.path.islink(path):
            links.append((path, os.readlink(path)))
        elif os.path.isdir(path):
            binds.append(Bind(path, path))
    if not PYTHON.startswith("/usr/"):
        binds.append(Bind(sys.base_prefix, sys.base_prefix))
    return tuple(binds), tuple(links)


@pytest.fixture(scope="session")
def launcher() -> Iterator[Launcher]:
    with Launcher() as launcher:
        yield launcher


class Build:
    """Runs commands in a sandbox with the host's tools, and keeps what they wrote."""

    def __init__(self, launcher: Launcher, directory: Path) -> None:
        self.launcher = launcher
        self.log = directory / "log"
        self.build = directory / "build"
        self.build.mkdir()

    def run(
        self,
        *commands: Command,
        limits: Limits | None = None,
        binds: tuple[Bind, ...] = (),
        links: tuple[tuple[str, str], ...] = (),
        stdout_file: Path | None = None,
        env: dict[str, str] | None = None,
        root: Literal["contract", "host"] = "contract",
        conditions: Conditions | None = None,
        **options: object,
    ) -> Outcome:
        tools, tool_links = host_tools() if root == "contract" else ((), ())
        sandbox = Sandbox(
            binds=(*tools, Bind(self.build, "/build", writable=True), *binds),
            links=(*tool_links, *links),
            commands=commands,
            env=tuple(sorted({**base_environment(), "PATH": "/usr/bin:/bin", **(env or {})}.items())),
            limits=limits or Limits(),
            stdout_file=stdout_file,
            root=root,
            conditions=conditions,
        )
        return self.launcher.run(sandbox, log=self.log, **options)  # type: ignore[arg-type]

    def sh(self, script: str, **options: object) -> Outcome:
        """Run a shell script."""
        return self.run(Exec(argv=("sh", "-c", script)), **options)  # type: ignore[arg-type]

    def py(self, script: str, **options: object) -> Outcome:
        """Run a Python script."""
        return self.run(Exec(argv=(PYTHON, "-I", "-S", "-c", script)), **options)  # type: ignore[arg-type]

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def says(self, script: str, **options: object) -> str:
        """What a shell script that succeeds writes."""
        outcome = self.sh(script, **options)
        assert outcome.ok, f"{outcome.message}\n{self.output}"
        return self.output

    def computes(self, script: str, **options: object) -> str:
        """What a Python script that succeeds writes."""
        outcome = self.py(script, **options)
        assert outcome.ok, f"{outcome.message}\n{self.output}"
        return self.output


@pytest.fixture
def build(launcher: Launcher, tmp_path: Path) -> Build:
    return Build(launcher, tmp_path)


@pytest.fixture
def processes_named() -> Callable[[str], list[int]]:
    """The host's processes whose command line holds a text."""

    def find(text: str) -> list[int]:
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit() and int(entry) != os.getpid():
                try:
                    line = Path(f"/proc/{entry}/cmdline").read_bytes()
                except OSError:
                    continue
                if text.encode() in line:
                    found.append(int(entry))
        return found

    return find
