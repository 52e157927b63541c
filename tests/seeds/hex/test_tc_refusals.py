"""tc refuses what is wrong: file, line and reason, status 1 and no output; all its builds alike."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from tests.seeds.hex.conftest import TC_IN_T, WITHOUT_ROOM, of_host, run
from tests.seeds.hex.hex_programs import generate
from tests.seeds.hex.test_tc import SANITIZED

PROGRAM = "long program(long argc, long argv) {\n%s\n}\n"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "not a function: program"),
        ("long f(void) { return 0; }\n\n", 1, "not a function: program"),
        ("x", 1, "unexpected: x"),
        ("long a", 1, "unexpected: "),
        ("long a\nlong b;", 2, "unexpected: long"),
        ("long a = 3;", 1, "unexpected: ="),
        ("long 5;", 1, "unexpected: 5"),
        ("long if;", 1, "unexpected: if"),
        ("long a[0];", 1, "unexpected: 0"),
        ("long a[-1];", 1, "unexpected: -"),
        ("long a[x];", 1, "unexpected: x"),
        ("long a[234881024];", 1, "unexpected: 234881024"),
        ("long a[9223372036854775807];", 1, "unexpected: 9223372036854775807"),
        ("long a[200000000];\nlong b[40000000];", 2, "unexpected: 40000000"),
        ("unsigned long a;", 1, "unexpected: long"),
        ("unsigned char a;", 1, "unexpected: ;"),
        ("unsigned char f(void) { return 0; }", 1, "unexpected: ("),
        ("int a;", 1, "unexpected: int"),
        ("enum { A B };", 1, "unexpected: B"),
        ("enum { A = B };", 1, "unexpected: B"),
        ("enum { A = };", 1, "unexpected: }"),
        ("enum E { A };", 1, "unexpected: E"),
        ("enum { A }", 1, "unexpected: "),
        ("long a;\nlong a;", 2, "defined twice: a"),
        ("long a; enum {\nb,\na\n};", 3, "defined twice: a"),
        ("long f(void) { return 0; }\nlong f(void) { return 1; }", 2, "defined twice: f"),
        ("long peek(long address) { return 0; }", 1, "defined twice: peek"),
        ("long f(long a, long a) { return 0; }", 1, "defined twice: a"),
        (PROGRAM % "long argc;", 2, "defined twice: argc"),
        (PROGRAM % "{ long a; }\n{ long a; }", 3, "defined twice: a"),
        (PROGRAM % "return a;", 2, "not a variable: a"),
        (PROGRAM % "return a\n;", 2, "not a variable: a"),
        (PROGRAM % "a = 1;", 2, "not a variable: a"),
        (PROGRAM % "return program;", 2, "not a variable: program"),
        ("enum { A };" + PROGRAM % "A = 1;", 2, "not a variable: A"),
        ("long a[2];" + PROGRAM % "a = 1;", 2, "not a variable: a"),
        (PROGRAM % "return a;" + "long a;", 2, "not a variable: a"),
        (PROGRAM % "return a[0];", 2, "not an array: a"),
        ("long a;" + PROGRAM % "return a[0];", 2, "not an array: a"),
        (PROGRAM % "a[0] = 1;", 2, "not an array: a"),
        (PROGRAM % "return f();", 2, "not a function: f"),
        (PROGRAM % "f(1,\n2);\nreturn 0;", 3, "not a function: f"),
        ("long f(void);" + PROGRAM % "return f();", 2, "not a function: f"),
        ("long a;" + PROGRAM % "return a();", 2, "not a function: a"),
        (PROGRAM % "break;", 2, "unexpected: break"),
        (PROGRAM % "while (1) { }\ncontinue;", 3, "unexpected: continue"),
        (PROGRAM % "return 1", 3, "unexpected: }"),
        (PROGRAM % "return;", 2, "unexpected: ;"),
        (PROGRAM % ";", 2, "unexpected: ;"),
        (PROGRAM % "5;", 2, "unexpected: 5"),
        (PROGRAM % "argc + 1;", 2, "unexpected: +"),
        (PROGRAM % "argc += 1;", 2, "unexpected: +"),
        (PROGRAM % "argc++;", 2, "unexpected: +"),
        (PROGRAM % "program(1, 2) + 1;", 2, "unexpected: +"),
        (PROGRAM % "for (;;) return 1;", 2, "unexpected: ;"),
        (PROGRAM % "if argc return 1;", 2, "unexpected: argc"),
        (PROGRAM % "if (argc return 1;", 2, "unexpected: return"),
        (PROGRAM % "else return 1;", 2, "unexpected: else"),
        (PROGRAM % "return (1;", 2, "unexpected: ;"),
        (PROGRAM % "return 1 +;", 2, "unexpected: ;"),
        (PROGRAM % "return 1 2;", 2, "unexpected: 2"),
        (PROGRAM % "return program(1,);", 2, "unexpected: )"),
        (PROGRAM % "return +1;", 2, "unexpected: +"),
        (PROGRAM % "return *argv;", 2, "unexpected: *"),
        (PROGRAM % "return argc ? 1 : 2;", 2, "unexpected: ?"),
        (PROGRAM % "return (int)1;", 2, "not a variable: int"),
        (PROGRAM % "return 1L;", 2, "unexpected: 1L"),
        (PROGRAM % "return 0x1G;", 2, "unexpected: 0x1G"),
        (PROGRAM % "return 08;", 2, "unexpected: 08"),
        (PROGRAM % "return 12ab;", 2, "unexpected: 12a"),
        (PROGRAM % "return 'ab';", 2, "unexpected: 'a"),
        (PROGRAM % "return '\\x';", 2, "unexpected: '\\x"),
        (PROGRAM % "return '\n';", 2, "unexpected: '\n"),
        (PROGRAM % 'return (long)"ab\n";', 2, 'unexpected: "ab\n'),
        (PROGRAM % 'return (long)"a\\q";', 2, 'unexpected: "a\\q'),
        (PROGRAM % 'return (long)"a" "b";', 2, 'unexpected: "'),
        (PROGRAM % "return 1; /* remark */", 2, "unexpected: /"),
        (PROGRAM % "return 1; \x7f", 2, "unexpected: \x7f"),
        (PROGRAM % "return 1; #", 2, "unexpected: #"),
        (PROGRAM % "if (1) {", 4, "unexpected: "),
        ("long a;\n\0long b;", 2, "unexpected: "),
        ("long f(void) { return 0; ", 1, "unexpected: "),
        ("long f(long) { return 0; }", 1, "unexpected: )"),
        ("long f(x) { return 0; }", 1, "unexpected: x"),
        ("long f(void) return 0;", 1, "unexpected: return"),
    ],
)
def test_a_fault_is_refused(
    text: str, line: int, reason: str, tc: Path, tc_of_itself: Path, built: Path, tmp_path: Path
) -> None:
    source = tmp_path / "in.c"
    source.write_text(text)
    for compiler in (tc, tc_of_itself, of_host(built, *SANITIZED)):
        assert run(compiler, source, tmp_path / "out") == (1, b"", f"{source}:{line}: {reason}\n".encode())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("seed", range(4))
def test_a_slip_is_refused_or_compiled_alike_by_all(
    seed: int, tc: Path, tc_of_itself: Path, built: Path, tmp_path: Path
) -> None:
    random = Random(seed)
    words = re.findall(r"\s+|//.*|\w+|[^\w\s]", TC_IN_T.read_text() if seed % 2 else generate(seed, 12))
    refused = 0
    for _ in range(60):
        slipped, at = list(words), random.randrange(len(words))
        slipped[at : at + random.randrange(3)] = random.choices(words, k=random.randrange(3))
        source = tmp_path / "in.c"
        source.write_text("".join(slipped))
        results = []
        for compiler in (
            tc,
            tc_of_itself,
            of_host(built, *SANITIZED if random.randrange(4) == 0 else ("gcc", "-O2")),
        ):
            out = tmp_path / "out"
            status, printed, said = run(compiler, source, out)
            results.append((status, printed, said, out.read_bytes() if out.exists() else b""))
            out.unlink(missing_ok=True)
        assert results[0] == results[1] == results[2], source.read_text()
        assert (results[0][0], bool(results[0][2]), bool(results[0][3])) in (
            (0, False, True),
            (1, True, False),
        )
        refused += results[0][0]
    assert refused > 10


def test_files_that_cannot_be_read_or_written_are_refused(
    tc: Path, tc_of_itself: Path, tmp_path: Path
) -> None:
    source, out = tmp_path / "in.c", tmp_path / "out"
    source.write_text(PROGRAM % "return 0;")
    for compiler in (tc, tc_of_itself):
        for arguments, said in (
            ((tmp_path / "absent", out), f"{tmp_path}/absent:0: the file cannot be read\n"),
            ((tmp_path, out), f"{tmp_path}:0: the file cannot be read\n"),
            ((source,), "tc:0: usage: tc IN OUT\n"),
            ((), "tc:0: usage: tc IN OUT\n"),
            ((source, out, out), "tc:0: usage: tc IN OUT\n"),
            ((source, tmp_path / "absent" / "out"), f"{source}:4: the output cannot be written\n"),
            ((source, tmp_path), f"{source}:4: the output cannot be written\n"),
        ):
            assert run(compiler, *arguments) == (1, b"", said.encode())
            assert not out.exists()
        assert run(*WITHOUT_ROOM, compiler, source, out) == (
            1,
            b"",
            f"{source}:4: the output cannot be written\n".encode(),
        )
        out.unlink()
