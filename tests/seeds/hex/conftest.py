"""The seed's programs, each made of its text by the one before it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

SEED = Path(__file__).parents[3] / "seeds" / "hex"
HX = SEED / "0-hx" / "hx.hex"
TC = SEED / "1-tc" / "tc.hex"
TC_IN_T = SEED / "1-tc" / "tc.c"

HOST = ["-w", "-DT", "-fwrapv", "-include", str(SEED / "host.h")]

# Runs a command that can write nothing to files: SIGXFSZ (25) is ignored, so that write(2) fails.
WITHOUT_ROOM = ["sh", "-c", 'trap "" 25; ulimit -f 0; exec "$@"', "sh"]


def run(*argv: str | Path) -> tuple[int, bytes, bytes]:
    """Exit status, standard output, standard error."""
    done = subprocess.run([str(word) for word in argv], capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


def make(*argv: str | Path) -> Path:
    """Runs what makes its last argument; that path."""
    assert run(*argv) == (0, b"", b""), argv
    return Path(argv[-1])


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("built")


@pytest.fixture(scope="session")
def hx(built: Path) -> Path:
    program = built / "hx"
    program.write_bytes(bytes.fromhex(re.sub("#.*", "", HX.read_text())))
    program.chmod(0o755)
    return program


@pytest.fixture(scope="session")
def tc(hx: Path, built: Path) -> Path:
    """From hexadecimal."""
    return make(hx, TC, built / "tc")


@pytest.fixture(scope="session")
def tc_of_itself(tc: Path, built: Path) -> Path:
    return make(tc, TC_IN_T, built / "tc-of-itself")


def of_host(built: Path, *options: str) -> Path:
    """tc.c made by a compiler of the host."""
    name = "-".join(options).replace("=", "-").replace(",", "-")
    if not os.path.exists(built / name):
        make(options[0], *options[1:], *HOST, TC_IN_T, "-o", built / name)
    return built / name
