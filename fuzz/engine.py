"""A target under atheris, which is libFuzzer for Python (https://github.com/google/atheris)."""

from __future__ import annotations

import importlib
import pkgutil
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
DICTIONARIES = HERE / "dictionaries"
FOUND = HERE / "found"

TARGETS = tuple(sorted(module.name for module in pkgutil.iter_modules([str(HERE / "targets")])))

INSTRUMENTED = ("bootstrap", "tarfile", "zipfile")
"""Packages whose branches guide the search."""

SECONDS = 60
"""That a target runs unless told otherwise."""

LIMITS = ("-timeout=10", "-rss_limit_mb=2048")
"""Seconds that one input may take, and MiB that the process may grow to: beyond is a finding."""


def main(arguments: list[str]) -> int:
    """The command line, after ``fuzz/run``; gives the exit status."""
    name, *rest = arguments or [""]
    if name == "minimise" and rest and rest[0] in TARGETS:
        return minimise(rest[0])
    seconds = rest.pop(0) if rest and rest[0].isdecimal() else str(SECONDS)
    if name in TARGETS:
        if any(Path(argument).exists() for argument in rest):
            return fuzz(name, *rest)
        return fuzz(name, f"-max_total_time={seconds}", *_corpora(name), *rest)
    if name == "all":
        failed = [one for one in TARGETS if _apart(one, seconds, *rest)]
        print(f"fuzz: {len(TARGETS) - len(failed)} of {len(TARGETS)} targets hold", *failed, file=sys.stderr)
        return bool(failed)
    print(f"fuzz/run TARGET [SECONDS]\ntargets: all {' '.join(TARGETS)}", file=sys.stderr)
    return 2


def fuzz(name: str, *options: str) -> int:
    """Run one target in this process, which libFuzzer ends by itself."""
    import atheris

    with atheris.instrument_imports(include=list(INSTRUMENTED), enable_loader_override=False):
        target = importlib.import_module(f"fuzz.targets.{name}")
    FOUND.mkdir(exist_ok=True)
    # libFuzzer starts itself again while it merges, by way of a shell.
    itself = f"{shlex.quote(sys.executable)} -m fuzz.engine {name}"
    command = [itself, f"-artifact_prefix={FOUND}/{name}-", *LIMITS]
    command += [f"-max_len={target.LONGEST}"]
    dictionary = DICTIONARIES / name
    if dictionary.exists():
        command.append(f"-dict={dictionary}")
    atheris.Setup([*command, *options], target.try_one)
    atheris.Fuzz()
    return 0


def _corpora(name: str) -> list[str]:
    """Where new inputs go, and those that are kept."""
    found = FOUND / name
    found.mkdir(parents=True, exist_ok=True)
    return [str(found), str(CORPUS / name)]


def _apart(name: str, *options: str) -> int:
    print(f"fuzz: {name}", file=sys.stderr, flush=True)
    return subprocess.run([sys.executable, "-m", "fuzz.engine", name, *options], check=False).returncode


def minimise(name: str) -> int:
    """Replace a target's corpus by as few and small inputs, of it and of what was found, as cover
    the same code."""
    corpus = CORPUS / name
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "fuzz.engine", name, "-set_cover_merge=1", scratch, *_corpora(name)]
        done = subprocess.run(command, check=False)
        if done.returncode == 0 and any(Path(scratch).iterdir()):
            for path in corpus.iterdir():
                path.unlink()
            for path in Path(scratch).iterdir():
                shutil.copyfile(path, corpus / path.name)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
