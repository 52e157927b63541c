"""The real chain: every worker uses one store, and sources are fetched once into a cache.

BOOTSTRAP_TEST_HOME     the store to use (else a directory of this test run)
BOOTSTRAP_TEST_SOURCES  where fetched sources are kept between runs (else in the XDG cache directory)
BOOTSTRAP_TEST_STAGE3   build and check stage3 and stage4, too: hours (if it is not empty)
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

WITH_STAGE3 = bool(os.environ.get("BOOTSTRAP_TEST_STAGE3"))
FIRST_RUNG = "stages/03-compilers/binutils.star:binutils"
"""All of these that is built without WITH_STAGE3: half a minute."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Chain:
    """The command line on this checkout (or a copy of it), with the store of the test run."""

    def __init__(
        self, home: Path, sources: Path, root: Path = ROOT, python: Sequence[str] = (sys.executable,)
    ) -> None:
        self.home, self.sources, self.root, self.python = home, sources, root, python

    def at(self, root: Path) -> Chain:
        """The same store, another checkout."""
        return Chain(self.home, self.sources, root)

    def start(self, *words: str) -> subprocess.CompletedProcess[str]:
        env = {
            **os.environ,
            "BOOTSTRAP_HOME": str(self.home),
            "BOOTSTRAP_SOURCES": str(self.sources),
            "NO_COLOR": "1",
            "PYTHONPATH": ":".join(filter(None, sys.path)),
        }
        argv = [*self.python, "-m", "bootstrap.cli", *words]
        return subprocess.run(argv, cwd=self.root, env=env, text=True, capture_output=True, check=False)

    def __call__(self, *words: str) -> str:
        """Standard output of a call that must end well."""
        done = self.start(*words)
        assert done.returncode == 0, (
            f"bootstrap {' '.join(words)} ended with {done.returncode}\n{done.stderr}"
        )
        return done.stdout

    def paths(self, *words: str) -> dict[str, str]:
        """Store path by target of ``run ... --json``."""
        rows = json.loads(self("run", "--offline", "--json", *words))
        return {f"{row['target']}.{row['output']}": row["path"] for row in rows}


def _seeds() -> list[str]:
    return sorted(path.name for path in (ROOT / "seeds").iterdir() if (path / "seed.star").exists())


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    kept = Path(os.environ.get("BOOTSTRAP_TEST_SOURCES") or Path(cache, "bootstrap-test-sources"))
    chain = Chain(tmp_path_factory.mktemp("collect"), kept)
    kept.mkdir(parents=True, exist_ok=True)
    with locked(kept / ".lock"):
        for seed in _seeds():
            chain("sources", "stage0", "stage1", "stage2", FIRST_RUNG, "--seed", seed, "--to", str(kept))
        if WITH_STAGE3:
            chain("sources", "stage3", "stage4", "--to", str(kept))
    return kept


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory, sources: Path, request: pytest.FixtureRequest) -> Chain:
    named = os.environ.get("BOOTSTRAP_TEST_HOME")
    base = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        base = base.parent  # one directory for all workers of a run
    return Chain(Path(named) if named else base / "shared-home", sources)
