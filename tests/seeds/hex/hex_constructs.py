"""Programs in T by hand, one for every construct, with what they print and give."""

from __future__ import annotations

import re
from dataclasses import dataclass

SAY = """
long length(long text) {
    long n = 0;
    while (peek8(text + n))
        n = n + 1;
    return n;
}
long say(long text) {
    return syscall3(1, 1, text, length(text));
}
"""

DECLARATIONS = """
enum { ZERO, ONE, MINUS = -1, CHARACTER = 'c', AFTER, HEX = 0x10 };
long one;
long seven;
long minus;
long big;
long words[3];
unsigned char bytes[3];
long calls;

long called(long result) {
    calls = calls + 1;
    return result;
}

long difference(long a, long b) {
    return a - b;
}

long six(long a, long b, long c, long d, long e, long f) {
    return a + 10 * b + 100 * c + 1000 * d + 10000 * e + 100000 * f;
}

long program(long argc, long argv) {
    one = 1;
    seven = 7;
    minus = 0 - 1;
    big = 0x123456789ABCDEF;
    words[0] = 11;
    words[1] = 22;
    words[2] = 33;
    bytes[0] = 255;
    bytes[1] = 256 + 3;
    bytes[2] = minus;
"""


@dataclass(frozen=True)
class Program:
    name: str
    text: str
    status: int = 0
    printed: str = ""
    arguments: tuple[str, ...] = ()


def expressions(name: str, cases: str) -> Program:
    """Of `expression => value; ...` gives the number, from 1, of the first that is not so; 0 if all are."""
    pairs = [case.split(" => ") for case in re.split(r";\s+", cases.strip())]
    lines = "\n".join(f"    if (({text}) != {value}) return {i};" for i, (text, value) in enumerate(pairs, 1))
    return Program(name, DECLARATIONS + f"{lines}\n    return 0;\n}}\n")


PROGRAMS = [
    Program("status", "long program(long argc, long argv) { return 42; }", 42),
    Program(
        "arguments",
        "long program(long argc, long argv) { return argc * 16 + peek8(peek(argv + 16) + 1) - 'a'; }",
        50,
        "",
        ("x", "ac"),
    ),
    Program(
        "strings",
        SAY + 'long program(long argc, long argv) { say((long)"a\\tb\\\\\\"\'\\n"); return say((long)""); }',
        0,
        "a\tb\\\"'\n",
    ),
    Program(
        "zero in a string",
        'long program(long argc, long argv) { return peek8((long)"a\\0b" + 2) - peek8((long)"\\r"); }',
        85,
    ),
    Program(
        "remarks and blanks",
        "// first\nlong\tprogram(long argc,long argv)// last\r\n{// }\nreturn 6/2;// 4\n}// no end",
        3,
    ),
    expressions(
        "numbers",
        r"""
        0 => 0; 10 => 10; 0x1f => 31; 0xABCDEF => 11259375; 0755 => 493; 2147483648 => 2147483648;
        0x7FFFFFFFFFFFFFFF => 9223372036854775807; -5 => -5; 'a' => 97; '\n' => 10; '\t' => 9;
        '\r' => 13; '\0' => 0; '\\' => 92; '\'' => 39; '\"' => 34; '"' => 34;
        -2147483648 => -2147483648
        """,
    ),
    expressions(
        "constants",
        r"""
        ZERO => 0; ONE => 1; MINUS => -1; CHARACTER => 99; AFTER => 100; HEX => 16; -HEX => -16
        """,
    ),
    expressions(
        "operators",
        r"""
        seven + one => 8; one - seven => -6; seven * minus => -7; big / seven => 11712218459498127;
        big % seven => 6; -big / seven => -11712218459498127; -seven % 4 => -3; seven / -2 => -3;
        seven & 5 => 5; seven | 8 => 15; seven ^ 2 => 5; seven << 3 => 56; -seven >> 1 => -4;
        big >> 40 => 74565; seven << 60 => 8070450532247928832; ~seven => -8; !seven => 0;
        !!seven => 1; -(-seven) => 7; - -seven => 7; -~-~seven => 9; big * big => -2547381487788710623
        """,
    ),
    expressions(
        "comparisons",
        r"""
        one < seven => 1; seven < one => 0; seven < seven => 0; one <= one => 1; seven <= one => 0;
        one > minus => 1; minus > one => 0; one >= one => 1; minus >= one => 0; one == 1 => 1;
        one == 2 => 0; one != 1 => 0; one != 2 => 1; (one < seven) + (seven > one) => 2;
        !(one < seven) => 0; -(one < seven) => -1
        """,
    ),
    expressions(
        "precedence",
        r"""
        one + seven * 2 => 15; seven * 2 + one => 15; seven - one - one => 5; seven - (one - one) => 7;
        one | seven & 2 ^ 1 => 3; 1 << one + 1 => 4; one + 1 << 2 => 8; seven > one == 1 => 1;
        one == seven > 1 => 1; seven & 4 == 4 => 1; 0 && 0 || one => 1; one || 0 && 0 => 1;
        one || one == 0 => 1; -one + seven => 6; ~one & seven => 6; !one + seven => 7;
        seven / 2 * 2 => 6; seven % 4 * 2 => 6; 100 / seven / 2 => 7
        """,
    ),
    expressions(
        "and, or",
        r"""
        one && seven => 1; one && 0 => 0; 0 && one => 0; 0 || 0 => 0; 0 || seven => 1; seven || 0 => 1;
        one < 2 && seven < 8 => 1; one > 2 || seven > 8 => 0; !one || !seven => 0;
        one && seven && minus => 1; calls => 0; 0 && called(1) => 0; 1 || called(1) => 1; calls => 0;
        1 && called(2) => 1; calls => 1; 0 || called(0) => 0; calls => 2;
        (one && seven) + (0 || seven) => 2
        """,
    ),
    expressions(
        "arrays",
        r"""
        words[0] => 11; words[one + 1] => 33; words[bytes[1] - 2] => 22; bytes[0] => 255;
        bytes[1] => 3; bytes[2] => 255; words[1] - words[0] * bytes[1] => -11;
        peek((long)words + 8) => 22; peek8((long)bytes + 1) => 3; poke((long)words, 44) => 44;
        words[0] => 44; poke8((long)bytes, 0x1FF) => 511; bytes[0] => 255
        """,
    ),
    expressions(
        "calls",
        r"""
        difference(one, seven) => -6; difference(seven, one) - difference(one, seven) => 12;
        six(1, 2, 3, 4, 5, 6) => 654321; difference(difference(9, 4), difference(3, 1)) => 3;
        -called(1) => -1; one - -called(1) => 2; seven - ~called(1) => 9;
        one - peek((long)words) => -10; seven * (called(2) + called(3)) => 35;
        difference((long)one, (long)-seven) => 8
        """,
    ),
    Program(
        "recursion, and calls before the definition",
        "long even(long n); long odd(long n) { if (n == 0) return 0; return even(n - 1); }\n"
        "long even(long n) { if (n == 0) return 1; return odd(n - 1); }\n"
        "long fibonacci(long n) { if (n < 2) return n; return fibonacci(n - 1) + fibonacci(n - 2); }\n"
        "long program(long argc, long argv) { return fibonacci(11) + even(1000) * 2 + odd(1000); }",
        91,
    ),
    Program(
        "loops",
        "long program(long argc, long argv) { long i = 0; long sum = 0;\n"
        "while (1) { i = i + 1; if (i > 10) break; if (i % 2) continue; long j = 0;\n"
        "while (j < 100) { j = j + 1; if (j == i) break; sum = sum + 1; } sum = sum + 1; }\n"
        "while (i != 20) i = i + 1; while (0) sum = 99; return sum + i; }",
        50,
    ),
    Program(
        "if, else",
        "long sign(long n) { if (n < 0) return 0 - 1; else if (n == 0) return 0; else { return 1; } }\n"
        "long dangling(long a, long b) { if (a) if (b) return 1; else return 2; return 3; }\n"
        "long program(long argc, long argv) { long r = sign(-9) + 10 * sign(0) + 20 * sign(5);\n"
        "if (0) {} else { r = r + 100; } return r + dangling(1, 0) + dangling(0, 1); }",
        124,
    ),
    Program(
        "local variables hide global ones, whole names are told apart",
        "long x; long a[2]; long xx; enum { xxx = 9 };\n"
        "long f(long x) { xx = xx + x; long xxx = 3; return x + xxx; }\n"
        "long program(long argc, long argv) { x = 5; long a = f(20); return x + a + xx + xxx; }",
        57,
    ),
    Program(
        "sizes by constants",
        "enum { SIZE = 3, }; long a[SIZE]; unsigned char b[SIZE]; long c; unsigned char d['a']; long e;\n"
        "long program(long argc, long argv) { b[2] = 1; a[2] = 2; c = 4; d[96] = 8; e = 16;\n"
        "return a[2] + b[2] + c + d[96] + e + (a[0] | a[1] | b[0] | d[0]); }",
        31,
    ),
    Program(
        "a system call's error",
        "long program(long argc, long argv) { return 0 - syscall3(3, 0 - 1, 0, 0); }",
        9,
    ),
    Program(
        "many local variables and deep expressions",
        "long f(long a) { "
        + " ".join(f"long v{i} = a * {i};" for i in range(200))
        + " return v199 - v100; }\n"
        "long program(long argc, long argv) { return f(1)" + " + (1" * 100 + ")" * 100 + "; }",
        199,
    ),
]
