"""tc: what its programs compute is what gcc and clang make of the same text; and it compiles itself."""

from __future__ import annotations

import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.seeds.hex.conftest import HOST, TC_IN_T, make, of_host, run
from tests.seeds.hex.hex_constructs import PROGRAMS, Program
from tests.seeds.hex.hex_programs import generate

SANITIZED = ("gcc", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
COMPILERS = [("gcc", "-O0"), ("gcc", "-O2"), ("clang", "-O1"), SANITIZED]


@pytest.mark.parametrize("compiler", COMPILERS, ids=" ".join)
def test_every_compiler_gives_a_tc_that_compiles_tc_to_the_same_bytes(
    compiler: tuple[str, ...], tc_of_itself: Path, built: Path, tmp_path: Path
) -> None:
    if not shutil.which(compiler[0]):
        pytest.skip(f"needs {compiler[0]}")
    out = make(of_host(built, *compiler), TC_IN_T, tmp_path / "out")
    assert out.read_bytes() == tc_of_itself.read_bytes()


def test_tc_of_itself_compiles_itself_to_itself(tc_of_itself: Path, tmp_path: Path) -> None:
    again = make(tc_of_itself, TC_IN_T, tmp_path / "again")
    assert again.read_bytes() == tc_of_itself.read_bytes()


def test_tc_of_hexadecimal_and_tc_of_itself_give_the_same_bytes(
    tc: Path, tc_of_itself: Path, tmp_path: Path
) -> None:
    for text in [*(program.text for program in PROGRAMS), generate(1, 50)]:
        (tmp_path / "in.c").write_text(text)
        one = make(tc, tmp_path / "in.c", tmp_path / "one")
        other = make(tc_of_itself, tmp_path / "in.c", tmp_path / "other")
        assert one.read_bytes() == other.read_bytes(), text


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_construct_means_what_it_means_in_c(program: Program, tc: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.c"
    source.write_text(program.text)
    ours = run(make(tc, source, tmp_path / "ours"), *program.arguments)
    assert ours == (program.status, program.printed.encode(), b"")
    theirs = make("gcc", "-O1", *HOST, source, "-o", tmp_path / "theirs")
    assert run(theirs, *program.arguments) == ours


@pytest.mark.parametrize("seed", range(12))
def test_generated_functions_compute_what_gcc_computes(seed: int, tc: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.c"
    source.write_text(generate(seed, 200))
    ours = run(make(tc, source, tmp_path / "ours"))
    theirs = run(make("gcc", "-O0", *HOST, source, "-o", tmp_path / "theirs"))
    assert ours == theirs
    assert len(ours[1]) > 600 * 17


def test_generated_functions_compute_what_clang_computes(tc: Path, tmp_path: Path) -> None:
    if not shutil.which("clang"):
        pytest.skip("needs clang")
    source = tmp_path / "in.c"
    source.write_text(generate(1000, 100))
    theirs = run(make("clang", "-O2", *HOST, source, "-o", tmp_path / "theirs"))
    assert run(make(tc, source, tmp_path / "ours")) == theirs


def test_the_output_is_a_static_executable_with_honest_sizes(tc: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.c"
    for declaration, size in (("", 0), ("long a;", 8), ("unsigned char b[9]; long c[3];", 40)):
        source.write_text(f"{declaration} long program(long argc, long argv) {{ return 5; }}\n")
        out = make(tc, source, tmp_path / "out")
        binary = out.read_bytes()
        assert stat.S_IMODE(out.stat().st_mode) & 0o700 == 0o700
        # elf(5): executable for x86-64; load: offset, address, address, sizes, alignment
        assert binary[:0x14].hex() == "7f454c46020101000000000000000000" + "02003e00"
        assert int.from_bytes(binary[0x38:0x3A], "little") == 2
        words = [int.from_bytes(binary[at : at + 8], "little") for at in range(0x40, 0xB0, 8)]
        text = [1 | 5 << 32, 0, 0x400000, 0x400000, len(binary), len(binary), 0x1000]
        assert words == [*text, 1 | 6 << 32, 0, 0x10000000, 0x10000000, 0, size, 0x1000]
        assert run(out)[0] == 5


def test_the_output_depends_on_the_source_alone(tc: Path, tmp_path: Path) -> None:
    out = make(tc, TC_IN_T, tmp_path / "out")
    (tmp_path / "other-name.c").write_bytes(TC_IN_T.read_bytes())
    words = [str(tc), "other-name.c", "other-out"]
    subprocess.run(words, cwd=tmp_path, env={"ANY": "environment"}, check=True)
    assert (tmp_path / "other-out").read_bytes() == out.read_bytes()


def test_a_source_of_a_mebibyte_is_compiled(tc: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.c"
    body = "".join(f"long f{i}(long a) {{ return !a || a && {i}; }}\n" for i in range(20_000))
    end = "long program(long argc, long argv) { return f7(1) + f19999(0); }\n"
    source.write_text(body.ljust((1 << 20) - len(end)) + end)
    assert source.stat().st_size == 1 << 20
    assert run(make(tc, source, tmp_path / "out"))[0] == 2
    source.write_text(source.read_text() + "\n")
    assert run(tc, source, tmp_path / "none") == (1, b"", f"{source}:0: the file is too large\n".encode())
    assert not (tmp_path / "none").exists()
