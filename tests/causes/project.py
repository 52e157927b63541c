"""A project of one stage whose recipes run programs of this host, for causes that only recipes have."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

_LOAD = 'load("//lib/host.star", "host")\n'
_HOST = '''"""Programs of this host, with their libraries beside them."""

def host(program, *words):
    return ["/build/host/ld.so", "--library-path", "/build/host", "/build/host/" + program] + list(words)
'''


def lay_out(root: Path, stage: str, programs: tuple[str, ...]) -> None:
    """Writes the project; `programs` are found as gcc finds its own, or by PATH."""
    directory = root / "stages/00-first"
    (directory / "host").mkdir(parents=True)
    (root / "lib").mkdir()
    (root / "lib/host.star").write_text(_HOST)
    (directory / "stage.star").write_text(_LOAD + stage)
    for program in programs:
        _copy(program, directory / "host")


def _copy(program: str, to: Path) -> None:
    path = _found(program)
    shutil.copy(path, to / program)
    listed = subprocess.run(["ldd", path], capture_output=True, text=True, check=True).stdout
    for library in re.findall(r"(/\S+) \(0x", listed):
        name = Path(library).name
        shutil.copy(library, to / ("ld.so" if name.startswith("ld-") else name))


def _found(program: str) -> str:
    asked = subprocess.run(
        ["gcc", f"-print-prog-name={program}"], capture_output=True, text=True, check=False
    ).stdout.strip()
    path = shutil.which(asked) or shutil.which(program)
    if path is None:
        raise FileNotFoundError(program)
    return path
