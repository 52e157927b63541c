"""mc, the compiler for M: what its programs do, what it refuses and where, the files it makes.

Programs do what gcc and clang make of them: those in m/, one for each part of the language, and random ones
(generate_m.py). mc is made by gcc, by gcc with sanitizers, and by tc; all make the same bytes.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from tests.seeds.hex.conftest import WITHOUT_ROOM
from tests.seeds.hex.generate_m import program

HEX = Path(__file__).parents[3] / "seeds" / "hex"
MC = HEX / "2-mc" / "mc.c"
HOST = ["-fwrapv", "-w", "-include", str(HEX / "host.h")]
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]

pytestmark = pytest.mark.skipif(not shutil.which("gcc"), reason="gcc is what programs are compared with")


def run(argv: list[str | Path], **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(word) for word in argv], capture_output=True, timeout=60, check=False, **options
    )  # type: ignore[call-overload, no-any-return]


def build(argv: list[str | Path]) -> None:
    done = run(argv)
    assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="session")
def compilers(tmp_path_factory: pytest.TempPathFactory, tc: Path) -> dict[str, Path]:
    """mc as gcc makes it, with and without sanitizers, and as tc makes it."""
    home = tmp_path_factory.mktemp("mc")
    made = {name: home / name for name in ("gcc", "sanitized", "tc")}
    build(["gcc", "-DT", "-O2", *HOST, MC, "-o", made["gcc"]])
    build(["gcc", "-DT", "-O1", "-g", *SANITIZE, *HOST, MC, "-o", made["sanitized"]])
    build([tc, MC, made["tc"]])
    return made


def compiled_alike(compilers: dict[str, Path], source: Path, *, by: tuple[str, ...]) -> Path:
    """The program, which is the same bytes whichever mc makes it."""
    programs = []
    for name in by:
        programs.append(source.with_suffix("." + name))
        build([compilers[name], source, programs[-1]])
        assert programs[-1].read_bytes() == programs[0].read_bytes()
    return programs[0]


def behaviour(binary: Path) -> tuple[int, bytes]:
    done = run([binary, "one", "two"])
    return done.returncode, done.stdout


PROGRAMS = sorted((Path(__file__).parent / "m").glob("*.c"))


@pytest.mark.parametrize("text", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_does_what_gcc_and_clang_make_of_it(
    text: Path, compilers: dict[str, Path], tmp_path: Path
) -> None:
    shutil.copytree(text.parent, tmp_path, dirs_exist_ok=True)
    source = tmp_path / text.name
    binary = compiled_alike(compilers, source, by=("gcc", "sanitized", "tc"))
    expected = behaviour(binary)
    assert expected[0] >= 0
    for other in filter(shutil.which, ("gcc", "clang")):
        build([other, *HOST, source, "-o", tmp_path / other])
        assert behaviour(tmp_path / other) == expected, other


@pytest.mark.parametrize("seed", range(20))
def test_random_programs_do_what_gcc_makes_of_them(
    seed: int, compilers: dict[str, Path], tmp_path: Path
) -> None:
    source = tmp_path / "random.c"
    source.write_text(program(seed, functions=150))
    binary = compiled_alike(compilers, source, by=("gcc", "tc", "sanitized"))
    expected = behaviour(binary)
    assert expected[0] >= 0
    option = ("-O0", "-O2")[seed % 2]
    build(["gcc", option, "-fno-strict-aliasing", *HOST, source, "-o", tmp_path / "gcc"])
    assert behaviour(tmp_path / "gcc") == expected


# -- refusals: a line with an error, which stands in line 3, and what is said of it

REFUSED_DECLARATIONS = [
    ("int x = y;", "unknown name 'y'"),
    ("float x;", "a type is expected"),
    ("typedef int t;", "a type is expected"),
    ("int g;\nlong g;", "defined twice: 'g'"),
    ("int g;\nint g;", "defined twice: 'g'"),
    ("int g = 1;\nint g = 2;", "defined twice: 'g'"),
    ("int g;\nint g(void);", "declared twice, differently: 'g'"),
    ("int f(void);\nint f;", "defined twice: 'f'"),
    ("int f(void);\nint f(int a);", "declared twice, differently: 'f'"),
    ("int f(int a);\nint f(long a);", "declared twice, differently: 'f'"),
    ("int f(int a);\nlong f(int a);", "declared twice, differently: 'f'"),
    ("int f(void) { return 1; }\nint f(void) { return 1; }", "defined twice: 'f'"),
    ("int f(int a, int a) { return 1; }", "defined twice: 'a'"),
    ("int f(int) { return 1; }", "a name is expected"),
    ("int f() { return 1; }", "a type is expected"),
    ("int f(int a[]) { return 1; }", "a parameter must be an integer or a pointer"),
    ("int f(struct s a);", "a parameter must be an integer or a pointer"),
    ("struct s { int a; };\nstruct s f(void);", "a function returns an integer, a pointer or void"),
    ("int f(void) int g;", "'{' expected"),
    ("enum { A, A };", "defined twice: 'A'"),
    ("int A;\nenum { A };", "defined twice: 'A'"),
    ("enum { A = 2147483648 };", "the constant does not fit int"),
    ("enum { A = 1, B C };", "',' expected"),
    ("struct s { int a; int a; };", "defined twice: 'a'"),
    ("struct s { int a; };\nstruct s { int b; };", "this struct is defined twice"),
    ("struct s { struct s a; };", "the size of this type is not known"),
    ("struct s { };", "a struct needs members"),
    ("struct s x;", "the size of this type is not known"),
    ("void x;", "the size of this type is not known"),
    ("int x[];", "the size of this type is not known"),
    ("int x[0];", "the length of the array is out of range"),
    ("int x[-1];", "the length of the array is out of range"),
    ("int x[2][2];", "';' expected"),
    ("long x[0x10000000];", "the length of the array is out of range"),
    ("int n; int x[n];", "a constant is needed"),
    ("int x = 4 / 2;", "a constant is needed"),
    ("int x = 4 >> 1;", "a constant is needed"),
    ("int x = 1 << 32;", "a constant is needed"),
    ("int x = 1 < 2;", "a constant is needed"),
    ("int x = 1 && 2;", "a constant is needed"),
    ("int x = !1;", "a constant is needed"),
    ("int x = 1 ? 2 : 3;", "a constant is needed"),
    ("int f(void); int x = f();", "a constant is needed"),
    ("int y; int x = y;", "a constant is needed"),
    ("int x[2] = { 1, 2, 3 };", "more values than there is room for"),
    ("int x[2] = 1;", "'{' expected"),
    ("int x = { 1 };", "an expression is expected"),
    ("int x = +1;", "an expression is expected"),
    ("struct s { int a; }; struct s x = { 1 };", "only integers and pointers are initialised"),
    ("struct s { int a; }; struct s x[1] = { { 1 } };", "only integers and pointers are initialised"),
    ("struct s { int a; } x;", "';' expected"),
    ('char x[4] = "abc";', "'{' expected"),
    ("int x = 1", "';' expected"),
    ("int 5;", "a name is expected"),
    ("int x = 09;", "what follows the number is neither digit nor suffix"),
    ("int x = 0x;", "a digit is expected"),
    ("int x = 12ab;", "what follows the number is neither digit nor suffix"),
    ("int x = 1lu;", "what follows the number is neither digit nor suffix"),
    ("int x = 1LL;", "what follows the number is neither digit nor suffix"),
    ("long x = 18446744073709551616;", "the number is too large"),
    ("long x = 9223372036854775808;", "the number is too large"),
    ("long x = 9223372036854775808U;", "the number is too large"),
    ("long x = 18446744073709551616UL;", "the number is too large"),
    ("long x = 99999999999999999999UL;", "the number is too large"),
    ("long x = 0x10000000000000000;", "the number is too large"),
    ("long x = 02000000000000000000000;", "the number is too large"),
    ("int x = '';", "a character is expected"),
    ("int x = 'ab';", "the closing quote is missing"),
    ("int x = '\\q';", "unknown escape"),
    ("int x = '\\x10';", "unknown escape"),
    ("int x = '\\0001';", "the character does not fit a byte"),
    ("int x = '\\400';", "the character does not fit a byte"),
    ('char *x = "abc', "the closing quote is missing"),
    ("/* not a comment */", "a type is expected"),
    ("int x /* = 5 */;", "';' expected"),
    ("int x = 3 @ 4;", "a character that M does not have"),
    ("int \0x;", "a character that M does not have"),
    ("#define A 1", "no directive but #include is known"),
    ("#include <a>", "a path in double quotes is expected"),
    ('#include "a', "the closing quote is missing"),
    (
        "int unused(void); int declared(int a);\nint g(void) { return 0; }\n#if 1",
        "no directive but #include is known",
    ),
]

REFUSED_STATEMENTS = [
    ("return unknown;", "unknown name 'unknown'"),
    ("return f(1);", "too few arguments for 'f'"),
    ("return f(1, 2, 3);", "too many arguments for 'f'"),
    ("return f;", "a function can only be called: 'f'"),
    ("f = 1;", "a function can only be called: 'f'"),
    ("return x(1);", "';' expected"),
    ("return *x;", "this is no pointer"),
    ("return x[1];", "this is no pointer"),
    ("return *v;", "a pointer to void is not followed"),
    ("return v + 1;", "the size of this type is not known"),
    ("return x.a;", "this is no struct"),
    ("return x->a;", "this is no pointer"),
    ("return s.missing;", "the struct has no member 'missing'"),
    ("return ps->missing;", "the struct has no member 'missing'"),
    ("return unknown_struct->a;", "the size of this type is not known"),
    ("x = s;", "a struct is no value"),
    ("s = s;", "a struct is no value"),
    ("return s;", "a struct is no value"),
    ("if (s) return 1;", "a struct is no value"),
    ("g(s);", "a struct is no value"),
    ("x = g(1);", "a value is needed, not void"),
    ("return g(1) + 1;", "a value is needed, not void"),
    ("if (g(1)) return 1;", "a value is needed, not void"),
    ("return x ? g(1) : 2;", "a value is needed, not void"),
    ("f(1, 2) = 3;", "this cannot be assigned to"),
    ("x + 1 = 3;", "this cannot be assigned to"),
    ("(x, x) = 3;", "this cannot be assigned to"),
    ("(int)x = 3;", "this cannot be assigned to"),
    ("(1 ? x : x) = 3;", "this cannot be assigned to"),
    ("+x = 3;", "an expression is expected"),
    ("x++ = 3;", "this cannot be assigned to"),
    ("5++;", "this cannot be assigned to"),
    ("A = 3;", "this cannot be assigned to"),
    ("a = 0;", "an array cannot be assigned to"),
    ("a++;", "an array cannot be assigned to"),
    ("s += 1;", "a struct is no value"),
    ("return (long)&5;", "this has no address"),
    ("return (long)&(x + 1);", "this has no address"),
    ("return ps + ps;", "an integer is needed, not a pointer"),
    ("return ps * 2;", "an integer is needed, not a pointer"),
    ("return -ps;", "an integer is needed, not a pointer"),
    ("return 1 - ps;", "an integer is needed, not a pointer"),
    ("x += ps;", "an integer is needed, not a pointer"),
    ("switch (ps) { }", "an integer is needed, not a pointer"),
    ("return (struct s)x;", "a cast to what is no value"),
    ("return sizeof(struct unknown);", "the size of this type is not known"),
    ("return sizeof(void);", "the size of this type is not known"),
    ("return sizeof x;", "'(' expected"),
    ("return sizeof(int[5]);", "')' expected"),
    ("return x /* + 1 */ + 2;", "an expression is expected"),
    ("break;", "there is nothing around to leave or to repeat"),
    ("continue;", "there is nothing around to leave or to repeat"),
    ("switch (x) { case 1: continue; }", "there is nothing around to leave or to repeat"),
    ("case 1: ;", "there is no switch around"),
    ("default: ;", "there is no switch around"),
    ("switch (x) { case 1: ; case 2: ; case 1: ; }", "this case is there twice"),
    ("switch (x) { case 0xffffffff: ; case -1: ; }", "this case is there twice"),
    ("switch (x) { default: ; default: ; }", "a second default"),
    ("switch (x) { case x: ; }", "a constant is needed"),
    ("int y; int y;", "defined twice: 'y'"),
    ("int p;", "defined twice: 'p'"),
    (";int y;", "a declaration stands at the beginning of a function"),
    ("{ int y; }", "a declaration stands at the beginning of a function"),
    ("for (int i = 0; i < 1; i++) ;", "an expression is expected"),
    ("int y[2][2];", "';' expected"),
    ("int b[2] = { 1, 2 };", "a local array or struct has no initialiser"),
    ("struct s t = s;", "a local array or struct has no initialiser"),
    ("void n;", "the size of this type is not known"),
    ("if (x) int y;", "a declaration stands at the beginning of a function"),
    ("return;", "the function returns a value"),
    ("do x++; while x;", "'(' expected"),
    ("do x++; until (x);", "'while' expected"),
    ("if x return 1;", "'(' expected"),
    ("for (x = 0; x < 1) ;", "';' expected"),
    ("x = (1;", "')' expected"),
    ("x = a[1;", "']' expected"),
    ("x = 1 ? 2;", "':' expected"),
    ("x = ;", "an expression is expected"),
    ("x = 1 2;", "';' expected"),
    ("else x = 1;", "an expression is expected"),
    ("{ x = 1;", None),
]

CONTEXT = (  # in one line
    "enum { A }; struct s { int m; }; struct s s, *ps; int x, a[3]; void *v; struct unknown *unknown_struct; "
    "int f(int p, int q) { return p; } void g(int p) { }"
)


def refused(compiler: Path, text: str, tmp_path: Path) -> str:
    source, output = tmp_path / "refused.c", tmp_path / "refused"
    source.write_text(text)
    done = run([compiler, "refused.c", output], cwd=tmp_path)
    assert done.returncode == 1
    assert not output.exists()
    assert done.stdout == b""
    said = done.stderr.decode()
    assert said.count("\n") == 1
    assert said.endswith("\n")
    return said


@pytest.mark.parametrize(("text", "what"), REFUSED_DECLARATIONS)
@pytest.mark.parametrize("by", ["sanitized", "tc"])
def test_a_wrong_declaration_is_refused(
    text: str, what: str, by: str, compilers: dict[str, Path], tmp_path: Path
) -> None:
    lines = text.split("\n")
    before = "\n" * (3 - len(lines)) + "\n".join([*lines[:-1], lines[-1]])
    assert (
        refused(compilers[by], before + "\nint main(void) { return 0; }\n", tmp_path)
        == f"refused.c:3: {what}\n"
    )


@pytest.mark.parametrize(("text", "what"), REFUSED_STATEMENTS)
@pytest.mark.parametrize("by", ["sanitized", "tc"])
def test_a_wrong_statement_is_refused(
    text: str, what: str | None, by: str, compilers: dict[str, Path], tmp_path: Path
) -> None:
    said = refused(
        compilers[by], f"{CONTEXT}\nint main(int p, char **q) {{\n{text}\nreturn 0; }}\n", tmp_path
    )
    assert said == (f"refused.c:3: {what}\n" if what else "refused.c:4: '}' expected\n")


def test_a_function_called_but_defined_nowhere_is_refused_where_it_was_declared(
    compilers: dict[str, Path], tmp_path: Path
) -> None:
    text = "int f(void);\nint g(void);\nint main(void) { return f() + 1; }\n"
    assert refused(compilers["tc"], text, tmp_path) == "refused.c:1: called, but defined nowhere: 'f'\n"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("int x;\n", "there is no function main"),
        ("int main;\n", "there is no function main"),
        ("int main(int a) { return a; }\n", "main has no or two parameters"),
    ],
)
def test_a_program_needs_a_main(text: str, what: str, compilers: dict[str, Path], tmp_path: Path) -> None:
    assert refused(compilers["tc"], text, tmp_path) == f"refused.c:2: {what}\n"


def test_a_fault_in_an_included_file_is_said_of_that_file(compilers: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "one.h").write_text("\nint one;\nlong one;\n")
    (tmp_path / "main.c").write_text('#include "part/one.h"\n')
    done = run([compilers["tc"], tmp_path / "main.c", tmp_path / "main"])
    assert done.stderr.decode() == f"{tmp_path}/part/one.h:3: defined twice: 'one'\n"
    missing = refused(compilers["tc"], '\n#include "missing.h"\n', tmp_path)
    assert missing == "missing.h:0: the file cannot be opened\n"


def test_only_the_first_file_includes_others(compilers: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "a.h").write_text('enum { A = 40 };\n#include "b.h"\n')
    assert (
        refused(compilers["tc"], '#include "a.h"\n', tmp_path)
        == "a.h:2: only the first file includes others\n"
    )


def test_files_are_included_where_they_are_asked_for(compilers: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "a.h").write_text('char *a = "a"; enum { A = B + 1 };')
    (tmp_path / "b.h").write_text("// no newline at the end\nenum { B = 40 };")
    (tmp_path / "empty.h").write_text("")
    source = tmp_path / "main.c"
    source.write_text(
        '#include "b.h"\n  #include "a.h" // here\n#include "empty.h"\n'
        "int main(void) { return A + (*a - 'a'); }"
    )
    assert behaviour(compiled_alike(compilers, source, by=("gcc", "sanitized", "tc"))) == (41, b"")


@pytest.mark.parametrize(
    "text",
    [
        "int x = " + "(" * 100_000 + "1" + ")" * 100_000 + ";",
        "int main(void) {" + "{" * 100_000,
        "int x = " + "-" * 100_000 + "1;",
        "int x = " + "1 + " * 70_000 + "x;",
        'char *x = "' + "a" * 1_100_000 + '";',
        "int main(void) {" + "if (main()) { }" * 600_000 + "}",
        "int x = 1 ? " * 100_000,
    ],
    ids=["parentheses", "blocks", "signs", "operands", "string", "jumps", "choices"],
)
def test_what_is_too_much_is_refused(text: str, compilers: dict[str, Path], tmp_path: Path) -> None:
    for by in ("sanitized", "tc"):
        assert refused(compilers[by], text, tmp_path).startswith("refused.c:1: ")


def test_it_says_how_it_is_used_and_which_file_it_cannot_write(
    compilers: dict[str, Path], tmp_path: Path
) -> None:
    source = tmp_path / "main.c"
    source.write_text("int main(void) { return 0; }")
    for argv, what in (
        ([source], "use: mc IN OUT\n"),
        ([tmp_path / "none.c", tmp_path / "out"], f"{tmp_path}/none.c:0: the file cannot be opened\n"),
        ([tmp_path, tmp_path / "out"], f"{tmp_path}:0: the file cannot be read\n"),
        ([source, tmp_path / "none" / "out"], f"{tmp_path}/none/out: the file cannot be written\n"),
    ):
        done = run([compilers["tc"], *argv])
        assert (done.returncode, done.stderr.decode()) == (1, what)
    assert not (tmp_path / "out").exists()


def test_no_half_of_a_program_is_left(compilers: dict[str, Path], tmp_path: Path) -> None:
    source, output = tmp_path / "main.c", tmp_path / "out"
    source.write_text("int x[1000] = { 1 }; int main(void) { return 0; }")
    done = run([*WITHOUT_ROOM, compilers["tc"], source, output])
    assert (done.returncode, done.stderr.decode()) == (1, f"{output}: the file cannot be written\n")
    assert not output.exists()


# -- the file it makes


def segments(binary: bytes) -> list[tuple[int, ...]]:
    assert binary[:16] == b"\x7fELF\x02\x01\x01" + bytes(9)
    count = struct.unpack_from("<H", binary, 56)[0]
    return [struct.unpack_from("<IIQQQQQQ", binary, 64 + 56 * i) for i in range(count)]


def test_the_program_has_a_segment_to_execute_and_one_to_write(
    compilers: dict[str, Path], tmp_path: Path
) -> None:
    source = tmp_path / "main.c"
    source.write_text(
        'char big[1000000]; long one = 1; char *s = "string";'
        "int main(void) { return big[999999] + one + s[5]; }"
    )
    binary = compiled_alike(compilers, source, by=("gcc", "tc"))
    assert behaviour(binary) == (1 + ord("g"), b"")
    content = binary.read_bytes()
    (
        (load, flags, offset, address, _, size, memory, _),
        (load2, flags2, offset2, address2, _, size2, memory2, _),
    ) = segments(content)
    assert (load, flags, offset) == (1, 5, 0)
    assert (load2, flags2) == (1, 6)
    assert size == memory
    assert offset2 % 4096 == address2 % 4096
    assert address2 >= (address + size + 4095) // 4096 * 4096
    assert offset2 + size2 == len(content)
    assert size2 == 24  # strings, then variables, each at a multiple of 8
    assert memory2 == 0x100000 + 1_000_000
    assert binary.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("length", [1, 3900, 4000, 4096, 100_000])
def test_zero_variables_take_no_room_in_the_file(
    length: int, compilers: dict[str, Path], tmp_path: Path
) -> None:
    source = tmp_path / "main.c"
    text = "x" * min(length, 60_000)  # so that the file ends at different places of a page
    source.write_text(
        f"char zero[{length}];\n"
        f'int main(void) {{ zero[{length - 1}] += "{text}"[{len(text) - 1}]; return zero[{length - 1}]; }}'
    )
    binary = compiled_alike(compilers, source, by=("gcc", "tc"))
    assert segments(binary.read_bytes())[1][5:7] == (len(text) + 1, 0x100000 + (length + 7) // 8 * 8)
    assert behaviour(binary) == (ord("x"), b"")
