"""Attempts to get out of a sandbox: each is made, and what must be seen of it is looked for.

    run_attempt(attempt) -> Outcome      as whoever calls it; `Outcome.faults` is empty if it held

The attempts (`ATTEMPTS`) are data in `tests/sandbox/attempts/`. All are compiled into one static
program, which runs alone in a sandbox: no shell, no host tools. Around it stands a small host
(`tests.sandbox.host`) with what an escape would reach: a process, files, sockets, System V and POSIX
IPC. After each attempt nothing of that may have changed, and nothing of the sandbox may be left.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bootstrap.errors import OutputRefused
from bootstrap.recipe.model import Exec
from bootstrap.sandbox import Bind, Launcher, Sandbox, base_environment
from bootstrap.store import Store
from bootstrap.store.removal import remove_tree
from bootstrap.storepath import scratch_path
from tests.sandbox.attempts import ATTEMPTS, Attempt
from tests.sandbox.host import Host


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt; it held if there are no faults."""

    attempt: Attempt
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.faults


def run_attempt(
    attempt: Attempt, launcher: Launcher | None = None, odd: Callable[[Sandbox], Sandbox] | None = None
) -> Outcome:
    """Try it, in a sandbox of this launcher or of one that is made for it.

    In a sandbox that was made `odd`, it may say and end as it likes, but change nothing.
    """
    if launcher is None:
        with Launcher() as own:
            return run_attempt(attempt, own, odd)
    launcher.start()
    with _directory() as base, Host(base, program(), launcher) as host:
        log = base / "log"
        sandbox = _sandbox(attempt, host)
        ended = launcher.run(sandbox if odd is None else odd(sandbox), log=log)
        how = "well" if ended.ok else ended.limit or _how(ended.exit_status, ended.signal)
        faults = list(host.changes())
        if odd is not None:
            return Outcome(attempt, tuple(faults))
        said = " ".join(log.read_text(errors="replace").split())
        if how == "well" and said not in (attempt.says or ("",)):
            faults.append(f"it said {said[:200]!r}, not one of {attempt.says}")
        if how not in (attempt.ends or ("well",)):
            faults.append(
                f"it ended {how!r} ({ended.message}), not as {attempt.ends}; it said {said[:200]!r}"
            )
        if attempt.stored:
            faults += _store(attempt, host)
            faults += host.changes()
    return Outcome(attempt, tuple(faults))


def _how(status: int | None, signal: int | None) -> str:
    if status is not None:
        return f"status {status}"
    return "failed" if signal is None else f"signal {signal}"


def _sandbox(attempt: Attempt, host: Host) -> Sandbox:
    paths = {name: str(scratch_path(name.lower(), "1", "out")) for name in ("INPUT", "OUT", "DEV")}
    place = "/bootstrap/escape"
    return Sandbox(
        binds=(
            Bind(program(), place),
            Bind(host.input, paths["INPUT"]),
            Bind(host.out, paths["OUT"], writable=True),
            Bind(host.dev, paths["DEV"], writable=True),
            Bind(host.build, "/build", writable=True),
        ),
        commands=(Exec(argv=(place, attempt.name, host.token)),),
        env=tuple(sorted({**base_environment(), **paths, **host.facts}.items())),
        limits=attempt.limits,
    )


def _store(attempt: Attempt, host: Host) -> Iterator[str]:
    """What is wrong with how the store takes the output."""
    with Store.open(host.base / "home") as store:
        with store.new_build_directory() as place:
            real = f"{place.path}/out"
            os.rename(host.out, real)
            try:
                added = store.add_outputs({"out": (real, scratch_path("out", "1", "out"))}, ())
            except OutputRefused as refused:
                if attempt.stored not in str(refused):
                    yield f"the store refused it: {refused}"
                return
        if attempt.stored != "kept":
            yield f"the store took it, where {attempt.stored!r} was to be said"
        yield from _abnormal(store.real(added["out"].path))


def _abnormal(top: str) -> Iterator[str]:
    """What in a stored output is not as law 7 has it."""
    for directory, _, names in os.walk(top):
        for path in (directory, *(os.path.join(directory, name) for name in names)):
            status = os.lstat(path)
            if os.path.islink(path):
                continue
            wanted = (0o555,) if os.path.isdir(path) else (0o444, 0o555)
            if status.st_mode & 0o7777 not in wanted or status.st_mtime != 1:
                yield f"{path} was stored with mode {status.st_mode:o} and time {status.st_mtime}"
            if os.listxattr(path):
                yield f"{path} was stored with attributes"


@contextmanager
def _directory() -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(prefix="escape-"))
    try:
        yield base
    finally:
        remove_tree(str(base))


@cache
def program() -> str:
    """The static program that makes any of the attempts, by its first argument."""
    directory = tempfile.mkdtemp(prefix="escapes-")
    source = os.path.join(directory, "escapes.c")
    functions = [
        f"static void attempt_{n}(void) {{\n{attempt.body}\n}}\n" for n, attempt in enumerate(ATTEMPTS)
    ]
    table = "".join(f'{{"{attempt.name}", attempt_{n}}},\n' for n, attempt in enumerate(ATTEMPTS))
    with open(source, "w", encoding="utf-8") as file:
        prelude = Path(__file__).with_name("escapes.h").read_text(encoding="utf-8")
        file.write(prelude + "".join(functions) + _MAIN % table)
    try:
        built = os.path.join(directory, "escapes")
        subprocess.run(
            [
                "gcc",
                "-static",
                "-pthread",
                "-O1",
                "-Wall",
                "-Wno-misleading-indentation",
                "-Wno-unused-result",
                "-o",
                built,
                source,
            ],
            check=True,
        )
        kept = tempfile.NamedTemporaryFile(prefix="escapes-", delete=False)  # noqa: SIM115
        with kept, open(built, "rb") as file:
            shutil.copyfileobj(file, kept)
        os.chmod(kept.name, 0o555)
    finally:
        shutil.rmtree(directory)
    _remove_at_exit(kept.name)
    return kept.name


def _remove_at_exit(path: str) -> None:
    import atexit

    owner = os.getpid()
    atexit.register(lambda: os.getpid() == owner and os.unlink(path))


_MAIN = """
static const struct { const char *name; void (*run)(void); } attempts[] = {
%s{0, 0}};

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IONBF, 0);
    if (argc > 1 && !strcmp(argv[1], "victim")) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) pause();
    }
    for (int i = 0; attempts[i].name; i++)
        if (argc > 1 && !strcmp(argv[1], attempts[i].name)) {
            attempts[i].run();
            return 0;
        }
    return 99;
}
"""
