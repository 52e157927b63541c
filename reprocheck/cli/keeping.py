"""A subject whose builds are copied aside, for whoever wants to look at them afterwards."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bootstrap.errors import UsageError
from reprocheck.circumstances import Circumstances
from reprocheck.subject import Build, Kind, Subject


class Keeping:
    """Does as the subject that it is given, and copies what each build left to `directory`, by number of
    the build and name of the output. A failed build's log goes there, too."""

    kind: Kind

    def __init__(self, subject: Subject, directory: Path) -> None:
        """UsageError for a directory that is there already."""
        self.kind = subject.kind
        self.name = subject.name
        self._subject = subject
        self._directory = directory
        self._count = 0
        try:
            directory.mkdir(parents=True)
        except OSError as error:
            raise UsageError(
                f"cannot keep builds in {directory}: {error.strerror}", hint="--keep wants a new directory"
            ) from error

    @property
    def id(self) -> str:
        return self._subject.id

    def stored(self) -> Build | None:
        build = self._subject.stored()
        return None if build is None else self._kept(build)

    def suits(self, variation: str) -> str:
        return self._subject.suits(variation)

    def build(
        self,
        circumstances: Circumstances,
        *,
        cancel: threading.Event,
        on_line: Callable[[str], None] = lambda line: None,
    ) -> Build:
        return self._kept(self._subject.build(circumstances, cancel=cancel, on_line=on_line))

    def observe(self, circumstances: Circumstances, *, cancel: threading.Event) -> Mapping[str, Any]:
        return self._subject.observe(circumstances, cancel=cancel)

    def close(self) -> None:
        self._subject.close()

    def _kept(self, build: Build) -> Build:
        self._count += 1
        try:
            self._copy(build, self._directory / str(self._count))
        except OSError as error:
            # Of shutil.Error, which has no errno, the first of what it collected.
            why = error.strerror or str(error.args[0][0][2])
            raise UsageError(
                f"cannot keep build {self._count} in {self._directory}: {why}",
                hint="--keep wants a new directory with room for a copy of every build",
            ) from error
        return build

    def _copy(self, build: Build, place: Path) -> None:
        place.mkdir()
        if not build.ok and build.log is not None:
            shutil.copyfile(build.log, place / "log")
        for name, path in build.outputs.items():
            if path.is_dir() and not path.is_symlink():
                shutil.copytree(path, place / name, symlinks=True)
            else:
                shutil.copy2(path, place / name, follow_symlinks=False)
