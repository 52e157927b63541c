"""cc, the compiler for C: its programs do what gcc's and clang's do, its refusals say where.

Its output is the same bytes whichever compiler made it.
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from tests.seeds.hex.generate_c import program

HEX = Path(__file__).parents[3] / "seeds" / "hex"
CC = HEX / "3-cc" / "cc.c"
MC = HEX / "2-mc" / "mc.c"
HOST = ["-fwrapv", "-w", "-include", str(HEX / "host.h")]
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]

pytestmark = pytest.mark.skipif(not shutil.which("gcc"), reason="gcc is what programs are compared with")

# What a program without a libc brings along: cc's _start calls __start.
START = """
long __syscall(long number, long a, long b, long c, long d, long e, long f);
int main(int count, char **arguments);
void __start(long *stack) {
    __syscall(60, main(stack[0], (char **)(stack + 1)), 0, 0, 0, 0, 0);
}
long write(int file, const void *bytes, unsigned long size) {
    return __syscall(1, file, (long)bytes, size, 0, 0, 0);
}
"""
START_OF_M = (
    START
    + """
long syscall3(long number, long a, long b, long c) { return __syscall(number, a, b, c, 0, 0, 0); }
"""
)


def run(*argv: str | Path, cwd: Path | None = None) -> tuple[int, bytes, bytes]:
    """Exit status, standard output, standard error."""
    done = subprocess.run(
        [str(word) for word in argv], capture_output=True, timeout=120, check=False, cwd=cwd
    )
    return done.returncode, done.stdout, done.stderr


def build(*argv: str | Path) -> None:
    status, _, said = run(*argv)
    assert status == 0, said.decode()


@pytest.fixture(scope="session")
def compilers(tc: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """cc as the seed makes it (tc, mc), as gcc does, plain and with sanitizers, and as it makes itself."""
    home = tmp_path_factory.mktemp("cc")
    built = {name: home / name for name in ("seed", "gcc", "sanitized", "itself")}
    build(tc, MC, home / "mc")
    build(home / "mc", CC, built["seed"])
    build("gcc", "-O2", *HOST, CC, "-o", built["gcc"])
    build("gcc", "-O1", "-g", *SANITIZE, *HOST, CC, "-o", built["sanitized"])
    (home / "start.c").write_text(START_OF_M + f'#include "{CC}"\n')
    build(built["seed"], "-o", built["itself"], home / "start.c")
    if shutil.which("clang"):
        built["clang"] = home / "clang"
        build("clang", "-O1", *HOST, CC, "-o", built["clang"])
    return built


def compiled_alike(compilers: dict[str, Path], source: Path, *options: str) -> Path:
    """The program, which is the same bytes whichever cc makes it."""
    start = source.with_name("start.c")
    start.write_text(START)
    programs = []
    for name, compiler in compilers.items():
        programs.append(source.with_suffix("." + name))
        build(compiler, *options, "-o", programs[-1], source, start)
        assert programs[-1].read_bytes() == programs[0].read_bytes()
    return programs[0]


PROGRAMS = Path(__file__).parent / "cc"
PRINT = (PROGRAMS / "print.h").read_text()
CONSTRUCTS = sorted((PROGRAMS / "constructs").glob("*.c"))


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda path: path.stem)
def test_a_construct_does_what_it_does_with_gcc_and_clang(
    compilers: dict[str, Path], construct: Path, tmp_path: Path
) -> None:
    source = tmp_path / "construct.c"
    source.write_text(PRINT + construct.read_text())
    ours = run(compiled_alike(compilers, source), "one", "two")
    for compiler in filter(shutil.which, ("gcc", "clang")):
        for level in ("-O0", "-O2"):
            options = ["-w", level, "-fwrapv", "-fno-strict-aliasing"]
            build(compiler, *options, source, "-o", tmp_path / "theirs")
            assert run(tmp_path / "theirs", "one", "two") == ours, (compiler, level)


@pytest.mark.parametrize("seed", range(12))
def test_random_programs_do_what_they_do_with_gcc(
    compilers: dict[str, Path], seed: int, tmp_path: Path
) -> None:
    source, start = tmp_path / "random.c", tmp_path / "start.c"
    source.write_text(program(seed, functions=40))
    start.write_text(START)
    build("gcc", "-w", "-O0", "-fwrapv", "-fno-strict-aliasing", source, "-o", tmp_path / "theirs")
    build(compilers["seed"], "-o", tmp_path / "ours", source, start)
    assert run(tmp_path / "ours") == run(tmp_path / "theirs")
    build(compilers["sanitized"], "-o", tmp_path / "again", source, start)
    assert (tmp_path / "again").read_bytes() == (tmp_path / "ours").read_bytes()


def test_cc_of_cc_is_cc(compilers: dict[str, Path], tmp_path: Path) -> None:
    source = tmp_path / "start.c"
    source.write_text(START_OF_M + f'#include "{CC}"\n')
    build(compilers["itself"], "-o", tmp_path / "again", source)
    assert (tmp_path / "again").read_bytes() == compilers["itself"].read_bytes()


REFUSED = re.findall(r"(?ms)^### (.*?)\n(.*?)(?=^###|\Z)", (PROGRAMS / "refused.txt").read_text())


@pytest.mark.parametrize(("said", "text"), REFUSED, ids=[said for said, _ in REFUSED])
def test_what_is_wrong_or_not_supported_is_refused_with_its_line(
    compilers: dict[str, Path], said: str, text: str, tmp_path: Path
) -> None:
    (tmp_path / "in.c").write_text(text)
    (tmp_path / "start.c").write_text(START)
    if not said.startswith("other.c"):
        said = "in.c:" + said
    for name in ("seed", "sanitized"):
        done = run(compilers[name], "-o", "out", "in.c", "start.c", cwd=tmp_path)
        assert done == (1, b"", said.encode() + b"\n")
        assert not (tmp_path / "out").exists()


def test_options(compilers: dict[str, Path], tmp_path: Path) -> None:
    cc = compilers["seed"]
    (tmp_path / "start.c").write_text(START)
    (tmp_path / "in.c").write_text(
        "#include <here.h>\nint main(void) { return HERE + ONE + GIVEN + sizeof TEXT; }"
    )
    (tmp_path / "headers").mkdir()
    (tmp_path / "headers" / "here.h").write_text("#define HERE 3\n")
    defined = ["-DONE", "-D", "GIVEN=20", '-DTEXT="a b"']
    for include in (["-I", "headers"], ["-Iheaders"]):
        assert run(cc, *include, *defined, "-o", "out", "in.c", "start.c", cwd=tmp_path) == (0, b"", b"")
        assert run(tmp_path / "out")[0] == 28
    for argv, said in (
        (["-o", "out"], b"usage: cc [-I DIRECTORY]... [-D NAME[=VALUE]]... -o OUT IN.c...\n"),
        (["in.c", "-o"], b"an option without its value\n"),
        (["-c", "in.c"], b"unknown option: -c\n"),
        (["-o", "out", "none.c"], b"no such file: none.c\n"),
        (["-Iheaders", *defined, "-o", "none/out", "in.c", "start.c"], b"cannot write none/out\n"),
    ):
        assert run(cc, *argv, cwd=tmp_path) == (1, b"", said)


def test_several_files_share_what_has_external_linkage_and_nothing_else(
    compilers: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "start.c").write_text(START)
    (tmp_path / "one.c").write_text("""
        #define M 1
        static int own = 1; int common; extern int other; int f(void); typedef int t; struct s { int a; };
        int main(void) { common = 5; return own + other + f(); }
    """)
    (tmp_path / "two.c").write_text("""
        #ifdef M
        #error M
        #endif
        static int own = 10; int other = 100; extern int common; char t; struct s { long b; };
        int f(void) { return own + common; }
    """)
    files = ["one.c", "two.c", "start.c"]
    assert run(compilers["seed"], "-o", "out", *files, cwd=tmp_path) == (0, b"", b"")
    assert run(tmp_path / "out")[0] == 116
    (tmp_path / "two.c").write_text("int other; int common; int f(void) { return 0; }")
    done = run(compilers["seed"], "-o", "out2", *files, cwd=tmp_path)
    assert done == (1, b"", b"two.c:2: defined twice: common\n")


def test_the_program_says_honestly_what_it_needs_of_memory(
    compilers: dict[str, Path], tmp_path: Path
) -> None:
    source = tmp_path / "elf.c"
    source.write_text("char zeroes[100000]; int data = 5; int main(void) { return zeroes[99999] + data; }")
    made = compiled_alike(compilers, source)
    assert run(made)[0] == 5
    image = made.read_bytes()
    kind, machine, _, entry, headers = struct.unpack_from("<HHIQQ", image, 16)
    assert (kind, machine, headers) == (2, 62, 64)
    segments = [struct.unpack_from("<IIQQQQQQ", image, 64 + 56 * i) for i in range(2)]
    (_, flags, offset, address, _, in_file, in_memory, _), *_ = segments
    assert (flags, offset, in_file) == (5, 0, in_memory)
    assert address + 176 <= entry < address + in_file
    *_, (_, flags, offset, address, _, in_file, in_memory, _) = segments
    assert (flags, offset + in_file) == (6, len(image))
    assert 100000 <= in_memory - in_file < 100100
    assert address % 4096 == offset % 4096
