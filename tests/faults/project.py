"""The project whose runs are disturbed: archives fetched and unpacked, builds that lean on each other.

Each round is new work: another archive, other bytes in every output.
"""

from __future__ import annotations

import hashlib
import io
import random
import subprocess
import tarfile
from pathlib import Path

from tests.cli.checkout import HERE, Checkout

BUILDS = 6
_FILES = 60


class Project(Checkout):
    """A `Checkout` with a directory of sources."""

    def __init__(self, directory: Path, home: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        act = directory / "act"
        subprocess.run(["gcc", "-static", "-O1", "-o", act, HERE / "act.c"], check=True)
        super().__init__(directory / "project", home, act)
        self.sources = directory / "sources"
        self.sources.mkdir()

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "BOOTSTRAP_SOURCES": str(self.sources)}

    def round(self, number: int) -> None:
        """Writes the recipes of a round."""
        for old in self.sources.iterdir():
            old.unlink()
        content = archive(number)
        name = f"round-{number}.tar.gz"
        digest = hashlib.sha256(content).hexdigest()
        (self.sources / name).write_bytes(content)
        lines = [
            f'things = source("{name}", sha256 = "{digest}", size = {len(content)}, '
            f'origins = ["https://127.0.0.1:9/{name}"])'
        ]
        for build in range(BUILDS):
            libs = f"[b{build - 1}]" if build % 3 else "[]"
            mention = f'write("{{out}}/before", "{{b{build - 1}}}"), ' if build % 3 else ""
            lines.append(
                f'b{build} = made("b{build}", mkdir("{{out}}"), '
                f'act("sleep", "0.03", "write", "{{out}}/mark", "{number}"), {mention}'
                f'copy("things", "{{out}}/things"), libs = {libs}, sources = {{"things": things}}, '
                f'tests = [holds("sleep", "0.01")])'
            )
        lines.append(f'stage(name = "first", recipes = [{", ".join(f"b{n}" for n in range(BUILDS))}])')
        self.stage("\n".join(lines) + "\n")

    def unfinished(self, number: int) -> list[str]:
        """Runs the round to its end; what is wrong with it."""
        done = self("run", "first")
        if done.returncode:
            return [f"the next run ended with {done.returncode}: {done.stderr[-500:]}"]
        wrong = []
        for path in done.stdout.split():
            real = self.real(path)
            if (real / "mark").read_text() != str(number) or len(list((real / "things").iterdir())) != _FILES:
                wrong.append(f"{path} holds something else")
        if len(done.stdout.split()) != BUILDS:
            wrong.append(f"results are missing: {done.stdout}")
        if self._left():
            self("gc")  # a run that had nothing to do does not look for them
        if left := self._left():
            wrong.append(f"left behind: {', '.join(map(str, left))}")
        return wrong

    def _left(self) -> list[Path]:
        return [*(self.home / "tmp").iterdir(), *(self.home / "locks").iterdir()]


def archive(number: int) -> bytes:
    """A tar archive of some hundred kilobytes, the same for the same number; half of it is in every one."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as tar:
        for index in range(_FILES):
            chance = random.Random(index if index % 2 else f"{number}-{index}")
            content = chance.randbytes(chance.choice([0, 50, 3000, 20_000]))
            member = tarfile.TarInfo(f"things/file-{index}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return raw.getvalue()
