"""The seed's libc: a program that calls all of it prints the same as with the host's libc."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SEED = ROOT / "seeds" / "hex"
LIBC = SEED / "libc"
PROGRAMS = Path(__file__).parent / "libc"

COMPILERS = {
    "gcc": ["gcc", "-O0", "-Wall", "-Wextra", "-Wconversion", "-pedantic"],
    "clang": ["clang", "-O1"],
    "undefined": ["gcc", "-O1", "-fsanitize=undefined", "-fsanitize-undefined-trap-on-error"],
}
ALONE = ["-nostdinc", "-ffreestanding", "-fno-builtin", "-fno-stack-protector", "-fno-pic"]
ALONE += ["-I", str(LIBC / "include")]

PARTS = [
    *["blocks", "strings", "sorting", "integers", "floats", "formats", "scanning"],
    *["memory", "files", "system"],
]


def call(*argv: str | Path) -> str:
    done = subprocess.run([str(word) for word in argv], text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="session", params=["cc", *COMPILERS])
def ours(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """functions.c linked with nothing but the seed's libc, which compiles without a warning."""
    at = tmp_path_factory.mktemp("libc")
    if request.param == "cc":
        call("gcc", "-w", "-fwrapv", "-include", SEED / "host.h", SEED / "3-cc" / "cc.c", "-o", at / "cc")
        sources = [PROGRAMS / "functions.c", *sorted(LIBC.glob("*.c"))]
        call(at / "cc", "-I", LIBC / "include", "-o", at / "functions", *sources)
        return at / "functions"
    compiler = COMPILERS[request.param]
    if not shutil.which(compiler[0]):
        pytest.skip(f"needs {compiler[0]}")
    for source in sorted(LIBC.glob("*.c")):
        said = call(*compiler, *ALONE, "-std=c99", "-c", source, "-o", at / f"{source.stem}.o")
        assert said == ""
    call(compiler[0], "-c", PROGRAMS / "host.c", "-o", at / "host.o")
    call(compiler[0], *ALONE, "-w", "-c", PROGRAMS / "functions.c", "-o", at / "program.o")
    call(compiler[0], "-static", "-nostdlib", "-no-pie", *sorted(at.glob("*.o")), "-o", at / "functions")
    return at / "functions"


@pytest.fixture(scope="session")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """functions.c with the host's libc."""
    program = tmp_path_factory.mktemp("host") / "functions"
    call("gcc", "-D_GNU_SOURCE", "-fno-builtin", "-w", PROGRAMS / "functions.c", "-lm", "-o", program)
    return program


def behaviour(program: Path, part: str, place: Path) -> tuple[object, ...]:
    """Exit status, both outputs and every file that was left."""
    place.mkdir()
    env = {"ONE": "1", "EMPTY": "", "ONE1": "2"}
    done = subprocess.run(
        ["functions", part], executable=program, env=env, cwd=place, capture_output=True, check=False
    )
    left = {file.name: (file.stat().st_mode, file.read_bytes()) for file in place.iterdir()}
    return done.returncode, done.stdout, done.stderr, left


@pytest.mark.parametrize("part", PARTS)
def test_a_program_does_the_same_as_with_the_hosts_libc(
    ours: Path, theirs: Path, part: str, tmp_path: Path
) -> None:
    expected = behaviour(theirs, part, tmp_path / "theirs")
    assert expected[0] == (3 if part == "files" else 0), expected[2]
    assert behaviour(ours, part, tmp_path / "ours") == expected


def test_a_program_learns_nothing_of_the_time(ours: Path, tmp_path: Path) -> None:
    said = b"there is no calendar for: __DATE__ and __TIME__\n"
    assert behaviour(ours, "clocks", tmp_path / "ours") == (127, b"0 0 0 0 0 0\n", said, {})
