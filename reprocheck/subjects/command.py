"""Any command on this host as a subject: run in a fresh copy of its source, its result compared.

A build sees the host's file system, read-only, as user 1000 of the sandbox contract; its source at
/build, writable and fresh; an empty home directory and /tmp; no network. Nothing of the caller's
environment passes but PATH. It leaves its result in the empty directory that $OUT names, or in a
directory of its source.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bootstrap.build.enactment import BUILD
from bootstrap.digest import digest
from bootstrap.errors import UsageError
from bootstrap.recipe.model import Exec, Limits
from bootstrap.sandbox import Bind, Launcher, Sandbox, base_environment
from bootstrap.tree import root_digest
from reprocheck.circumstances import Circumstances
from reprocheck.compare.index import index
from reprocheck.subject import Build, Kind
from reprocheck.subjects.copy import copy_tree
from reprocheck.subjects.places import Places, beneath, remove
from reprocheck.subjects.result import faults_of
from reprocheck.subjects.run import environment, run, set_times, sets_itself
from reprocheck.variation.locale import LANGUAGE, compiled
from reprocheck.variation.table import find

OUT = "/out"
"""Where the result's directory is seen."""

LOCALES = "/locales"
"""Where compiled locales are seen (LOCPATH of locale(7)); none but in a build that varies the locale."""

_USER = "build"
_PATH = "/usr/local/bin:/usr/bin:/bin"


class CommandSubject:
    """A command whose result is a directory.

    The result is names, contents, symlinks and executable bits. The other permission bits and the
    modification times of its files are not part of it, as every file has them of the umask and the
    clock: what a build writes of them into an archive or a list is a finding.
    """

    kind: Kind = "command"

    def __init__(
        self,
        argv: Sequence[str],
        *,
        launcher: Launcher,
        source: Path | None = None,
        env: Mapping[str, str] | None = None,
        out: str = "",
        limits: Limits | None = None,
    ) -> None:
        """`source` is copied now, and again for each build; None: an empty directory. `env` is added to the
        environment, and never varied. `out` is the result's directory in the source; "": $OUT.

        UsageError for a source that cannot be copied, and for an `out` that is not beneath it.
        """
        if os.path.isabs(out) or ".." in Path(out).parts:
            raise UsageError(f"the result's directory is not beneath the source: {out}")
        self.name = shlex.join(argv)
        self._argv = tuple(argv)
        self._launcher = launcher
        self._env = dict(env or {})
        self._out = os.path.normpath(out) if out else ""
        self._limits = limits or Limits()
        self._places = Places(beneath(Path(tempfile.gettempdir())))
        self._lock = threading.Lock()
        """Guards what follows."""
        self._before: Path | None = None
        """Where the build that ended last had its home directory and /tmp."""
        self._compiled: Path | None = None
        try:
            self._top = self._places.new()
            self._source = self._top / "source"
            if source is None:
                self._source.mkdir()
            else:
                copy_tree(source, self._source)
            (self._top / "no locales").mkdir()
        except BaseException:
            self.close()
            raise

    @property
    def id(self) -> str:
        """Of the words, the variables that were given, and the names, contents, executable bits and
        symlinks of the source; what the command finds on this host is not part of it."""
        source = root_digest(index(self._source)).hex
        parts = [self._argv, sorted(self._env.items()), self._out, source]
        return digest(json.dumps(["reprocheck command 1", *parts]).encode()).hex

    def stored(self) -> Build | None:
        """Nothing: no build of a command is kept."""
        return None

    def suits(self, variation: str) -> str:
        if variation == "store.reference":
            return "only recipes have store paths"
        if variation == "seed":
            return "only recipes have a seed"
        if variation == "order.parallel":
            return "a command is not told how many cores to use; see cpu.count"
        if variation == "env.path" and "PATH" in self._env:
            return "it sets PATH itself"
        return sets_itself(find(variation), self._env)

    def build(
        self,
        circumstances: Circumstances,
        *,
        cancel: threading.Event,
        on_line: Callable[[str], None] = lambda line: None,
    ) -> Build:
        """See `reprocheck.subject.Subject`. Errors: BootstrapError for a sandbox that cannot be made,
        OSError, Interrupted."""
        place = self._places.new(circumstances.file_system)
        work, out = place / "build", place / "out"
        copy_tree(self._source, work)
        if circumstances.source_times is not None:
            set_times(work, circumstances.source_times)
        out.mkdir(0o755)
        self._make_state(place, keep=circumstances.state)
        sandbox = self._sandbox(circumstances, place, Exec(argv=self._argv))
        ran = run(self._launcher, sandbox, circumstances, log=place / "log", cancel=cancel, on_line=on_line)
        self._leave_state(place)
        build = circumstances.conditions.build or BUILD
        root = os.path.normpath(f"{build}/{self._out}") if self._out else OUT
        result, message = out, ""
        if ran.outcome.ok:
            result, message = self._result(work, out, place)
        remove(work)
        return ran.build(message=message, outputs={"out": result}, roots={root: "out"})

    def observe(self, circumstances: Circumstances, *, cancel: threading.Event) -> Mapping[str, Any]:
        """See `reprocheck.subject.Subject`. Errors as of `build`."""
        place = self._places.new(circumstances.file_system)
        for name in ("build", "out", "home", "tmp"):
            (place / name).mkdir(0o755)
        return run(
            self._launcher,
            self._sandbox(circumstances, place),
            circumstances,
            log=place / "log",
            cancel=cancel,
            on_line=lambda line: None,
        ).observed

    def close(self) -> None:
        self._places.close()

    def _sandbox(self, circumstances: Circumstances, place: Path, *commands: Exec) -> Sandbox:
        own = self._environment(circumstances)
        return Sandbox(
            root="host",
            binds=(
                Bind(source=place / "build", target=BUILD, writable=True),
                Bind(source=place / "home", target=own["HOME"], writable=True),
                Bind(source=place / "tmp", target="/tmp", writable=True),
                Bind(source=self._locales(own["LC_ALL"]), target=LOCALES),
                *(() if self._out else (Bind(source=place / "out", target=OUT, writable=True),)),
            ),
            commands=commands,
            env=tuple(sorted(own.items())),
            limits=self._limits,
        )

    def _environment(self, circumstances: Circumstances) -> dict[str, str]:
        user = circumstances.conditions.user_name or _USER
        own = {
            **base_environment(),
            "LOCPATH": LOCALES,
            "LOGNAME": user,
            "PATH": os.environ.get("PATH", _PATH),
            "PWD": BUILD,
            "USER": user,
            **({} if self._out else {"OUT": OUT}),
            **self._env,
        }
        return dict(environment(own, self._env, circumstances))

    def _make_state(self, place: Path, *, keep: bool) -> None:
        """The home directory and /tmp: empty, or as the build that ended last left them."""
        with self._lock:
            for name, mode in (("home", 0o755), ("tmp", 0o1777)):
                if keep and self._before is not None:
                    copy_state(self._before / name, place / name)
                else:
                    (place / name).mkdir()
                (place / name).chmod(mode)

    def _leave_state(self, place: Path) -> None:
        with self._lock:
            before, self._before = self._before, place
            if before is not None:
                remove(before / "home")
                remove(before / "tmp")

    def _locales(self, wanted: str) -> Path:
        if wanted != LANGUAGE:
            return self._top / "no locales"
        with self._lock:
            if self._compiled is None:
                self._compiled = compiled(self._top / "locales")
            return self._compiled

    def _result(self, work: Path, out: Path, place: Path) -> tuple[Path, str]:
        """Where the result is from now on, and what is wrong with it."""
        where, result = "$OUT", out
        if self._out:
            where, result = f"{self._out} of the source", place / "result"
            top = os.path.normpath(work / self._out)
            if os.path.realpath(top) != os.path.realpath(work) + top[len(str(work)) :]:
                # It may lead to a directory of the host's.
                return result, f"the build left {where} as a symlink, or behind one"
            if not os.path.isdir(top):
                return result, f"the build left nothing under {where}: no directory is there"
            os.rename(top, result)
        if not any(result.iterdir()):
            return result, f"the build left nothing under {where}"
        return result, faults_of(result)


def copy_state(source: Path, target: Path) -> None:
    """What a build left in a directory, but for sockets, fifos and what cannot be read."""
    try:
        shutil.copytree(source, target, symlinks=True)
    except shutil.Error:
        pass
