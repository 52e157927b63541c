"""Random programs in C as cc accepts it (seeds/hex/3-cc/README.md), whose output gcc -fwrapv fixes.

`program(seed, functions)` gives the text. It writes a checksum of all that is global after each function, so
one program tests many functions. What C leaves open is avoided so:

- shift counts are masked, divisors are constants and not 0 or -1;
- indices are masked to the arrays' lengths;
- floating values become integers only if they are in range, and what is not a number counts as one value;
- a full expression has no side effects but that of the statement it belongs to, and calls only functions that
  depend on nothing but their arguments.

As a command: generate_c.py SEED [FUNCTIONS]
"""

import random
import re
import sys
from pathlib import Path

INTEGERS = (
    "_Bool",
    "char",
    "signed char",
    "unsigned char",
    "short",
    "unsigned short",
    "int",
    "unsigned",
    "long",
    "unsigned long",
    "long long",
)
FLOATS = ("float", "double", "long double")
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
LENGTH = 8  # of the global arrays

PRELUDE = (Path(__file__).parent / "cc" / "generated.h").read_text()

# initialisers of two struct mixed (generated.h); @ is a small number
OBJECTS = (
    '{ { { 1, { @ } }, @, @ }, { @, @ }, @.5f, "ab", 2.5L, numbers + 1 }, { .real = 3, .to = &numbers[3] }',
    "1, @, @, @, -@, @, 1, @, @, 0, 1, 1.5, @, 2, @, -1e4000L, numbers, { .to = numbers }",
    "[1] = { .to = numbers, .bits = { .e = @, @, 1 }, .bytes = { [1] = @ } },"
    " [0] = { { { .tag = 2 } }, .to = (int *)((char *)numbers + 8) }",
)


class Generator:
    """Writes one program; all choices come from one seeded source."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.integers: list[str] = []  # lvalues of integer types
        self.floats: list[str] = []  # lvalues of floating types
        self.calls: list[
            tuple[str, str]
        ] = []  # functions that depend on their arguments only; their kinds of parameters
        self.float_calls: list[tuple[str, str]] = []
        self.unique = 0

    def choose(self, *choices: str) -> str:
        return self.random.choice(choices)

    def name(self, stem: str) -> str:
        self.unique += 1
        return f"{stem}{self.unique}"

    # -- expressions

    def integer_constant(self) -> str:
        value = self.random.choice(
            (0, 1, 2, 7, 100, 127, 128, 255, 256, 32767, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1)
        )
        if self.random.random() < 0.3:
            value = self.random.getrandbits(self.random.choice((8, 31, 32, 33, 63)))
        return self.choose(
            f"0x{value:x}" + self.choose("", "U", "L", "ul", "LL"),
            f"0{value:o}" + self.choose("", "u", "l"),
            self.choose(
                "'a'", "'\\n'", "'\\xff'", "'\\0'", "'\\177'", "DARK", "LIGHT", "sizeof(struct mixed)"
            ),
            f"(-{value})",
            str(value) + self.choose("", "", "L", "U", "UL") if value < 2**31 else f"{value}L",
        )

    def float_constant(self) -> str:
        suffix = self.choose("", "", "f", "L")
        return self.choose(
            f"{self.random.randrange(1000)}.{self.random.randrange(100000)}{suffix}",
            f"{self.random.random()!r}{suffix}",
            f".{self.random.randrange(1, 10**6)}e{self.random.randrange(-20, 20)}{suffix}",
            f"0x{self.random.getrandbits(80):x}.8p{self.random.randrange(-90, 10)}{suffix}",
            f"{self.random.randrange(1, 99)}e{self.random.randrange(-9, 9)}{suffix}",
        )

    def arguments(self, kinds: str, depth: int) -> str:
        return ", ".join(self.integer(depth) if kind == "i" else self.floating(depth) for kind in kinds)

    def integer(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.1:
            return (
                self.random.choice(self.integers)
                if self.integers and self.random.random() < 0.75
                else self.integer_constant()
            )
        a, b, form = self.integer(depth - 1), self.integer(depth - 2), self.random.randrange(20)
        if form < 6:
            return f"({a} {self.choose('+', '-', '*', '&', '|', '^')} {b})"
        if form == 6:
            return f"({a} {self.choose('<<', '>>')} ({b} & {self.choose('31', '7', '31L')}))"
        if form == 7:
            divisor = self.choose(
                str(self.random.randrange(2, 130)),
                str(-self.random.randrange(2, 130)),
                "16U",
                "1000000007L",
                "64UL",
                "8",
            )
            return f"({a} {self.choose('/', '%')} {divisor})"
        if form == 8:
            return f"({a} {self.random.choice(COMPARISONS)} {b})"
        if form == 9:
            return (
                f"({self.floating(depth - 1)} {self.random.choice(COMPARISONS)} {self.floating(depth - 2)})"
            )
        if form == 10:
            return f"({a} {self.choose('&&', '||')} {self.choose(b, self.floating(depth - 2))})"
        if form == 11:
            return f"({self.choose(a, self.floating(depth - 2))} ? {b} : {self.integer(depth - 1)})"
        if form == 12:
            return f"({self.random.choice(INTEGERS)}){a}"
        if form == 13:
            return self.choose(f"(-{a})", f"(~{a})", f"(!{a})", f"(+{a})", f"(!{self.floating(depth - 1)})")
        if form == 14:
            f = self.floating(depth - 2)
            cast = self.choose("(int)", "(long)", "(short)(int)", "(unsigned long)2e9L + (long)")
            return f"(IN_RANGE({f}) ? {cast}({f}) : {b})"
        if form == 15 and self.calls:
            name, kinds = self.random.choice(self.calls)
            arguments = self.arguments(kinds, depth - 2)
            return self.choose(
                f"{name}({arguments})",
                f"CALL({name}, {arguments})",
                f"(*{name})({arguments})",
                f"(&{name})({arguments})",
            )
        if form == 16:
            return f"table[{a} & {LENGTH - 1}]" if self.integers else a
        if form == 17:
            return self.choose(
                f"GREATER({self.integer(1)}, {b})",
                f"SQUARE({b})",
                f"EMPTY {b}",
                "GLUE(LIG, HT)",
                f"*(table + ({b} & {LENGTH - 1}))",
            )
        if form == 18:
            return f"((void)0, {a})"
        return f"sizeof(+{a})"

    def floating(self, depth: int) -> str:
        if depth <= 0 or self.random.random() < 0.15:
            return (
                self.random.choice(self.floats)
                if self.floats and self.random.random() < 0.7
                else self.float_constant()
            )
        a, form = self.floating(depth - 1), self.random.randrange(10)
        if form < 5:
            b = self.choose(self.floating(depth - 2), self.integer(depth - 2))
            return f"({a} {self.choose('+', '-', '*', '/')} {b})"
        if form == 5:
            return self.choose(f"(-{a})", f"(+{a})")
        if form == 6:
            return f"({self.random.choice(FLOATS)}){self.choose(a, self.integer(depth - 1))}"
        if form == 7:
            b = self.choose(self.floating(depth - 1), self.integer(depth - 2))
            return f"({self.integer(depth - 1)} ? {a} : {b})"
        if form == 8 and self.float_calls:
            name, kinds = self.random.choice(self.float_calls)
            return f"{name}({self.arguments(kinds, depth - 2)})"
        return f"reals[{self.integer(depth - 2)} & {LENGTH - 1}]" if self.floats else a

    # -- statements

    def line(self, text: str) -> None:
        self.lines.append(text)

    def declare_local(self) -> None:
        name = self.name("v")
        if self.random.random() < 0.65:
            self.line(f"{self.choose('', '', 'static ', 'register ')}{self.random.choice(INTEGERS)} {name};")
            self.line(f"{name} = {self.integer(3)};")
            self.integers.append(name)
        elif self.random.random() < 0.5:
            self.line(f"{self.random.choice(FLOATS)} {name} = {self.floating(3)};")
            self.floats.append(name)
        else:
            count = self.random.randrange(1, 5)
            values = ", ".join(self.integer(2) for _ in range(self.random.randrange(1, count + 1)))
            self.line(f"{self.choose('short', 'unsigned', 'long')} {name}[{count}] = {{ {values} }};")
            self.integers += [f"{name}[{i}]" for i in range(count)]

    def change(self) -> None:
        if self.random.random() < 0.3 and self.floats:
            target = self.random.choice(self.floats)
            other = self.random.choice([f for f in self.floats if f != target] or ["reals[0]"])
            value = self.choose(self.floating(3), self.integer(3))
            self.line(
                self.choose(
                    f"{target} = {value};",
                    f"{target} {self.choose('+', '-', '*', '/')}= {value};",
                    f"{target}{self.choose('++', '--')};",
                    f"{other} = {target}{self.choose('++', '--')} + {self.float_constant()};"
                    if other != target
                    else ";",
                    f"mix_double({self.choose('++', '--')}{target});",
                )
            )
            return
        target = self.random.choice(self.integers)
        other = self.random.choice([i for i in self.integers if i != target] or [target])
        value = self.integer(4)
        operator = self.choose("+", "-", "*", "&", "|", "^")
        self.line(
            self.choose(
                f"{target} = {value};",
                f"{target} {operator}= {value};",
                f"mix({target} {operator}= {value});",
                f"mix({target} = {value});",
                f"{target} {self.choose('<<', '>>')}= {value} & 7;",
                f"{target} {self.choose('/', '%')}= {self.choose('3', '-7', '16U', '9L')};",
                f"{target} /= 2.5;",
                f"{target}{self.choose('++', '--')};",
                f"mix({self.choose('++', '--')}{target});",
                f"{other} = {target}{self.choose('++', '--')} ^ {self.integer_constant()};"
                if other != target
                else ";",
                f"mix({target}{self.choose('++', '--')});",
            )
        )

    def block(self, depth: int) -> None:
        integers, floats = list(self.integers), list(self.floats)
        self.line("{")
        for _ in range(self.random.randrange(0, 2)):
            self.declare_local()
        for _ in range(self.random.randrange(1, 4)):
            self.statement(depth)
        self.line("}")
        self.integers, self.floats = integers, floats

    def statement(self, depth: int) -> None:
        form = self.random.randrange(14) if depth > 0 else 0
        if form < 5:
            self.change()
        elif form == 5:
            self.line(f"if ({self.choose(self.integer(3), self.floating(2))})")
            self.block(depth - 1)
            if self.random.random() < 0.5:
                self.line("else")
                self.block(depth - 1)
        elif form == 6:
            counter = self.name("n")
            self.line(
                f"{{ int {counter};"
                f" for ({counter} = 0; {counter} < {self.random.randrange(1, 4)}; {counter}++) {{"
            )
            self.block(depth - 1)
            self.line(f"if ({self.integer(2)}) {self.choose('break', 'continue')};")
            self.block(depth - 1)
            self.line("} }")
        elif form == 7:
            counter = self.name("n")
            self.line(f"{{ int {counter} = {self.random.randrange(1, 4)}; for (; {counter}; --{counter})")
            self.block(depth - 1)
            self.line("}")
        elif form == 8:
            counter = self.name("n")
            self.line(f"{{ unsigned char {counter} = {self.random.randrange(1, 4)}; do {{")
            self.block(depth - 1)
            self.line(f"}} while ({counter}-- && {self.integer(2)}); }}")
        elif form == 9:
            self.switch(depth)
        elif form == 10:
            label, counter = self.name("again"), self.name("n")
            self.line(f"{{ int {counter} = 0; {label}: {counter} += 1;")
            self.block(depth - 1)
            self.line(f"if ({counter} < 2) goto {label}; if ({self.integer(2)}) goto {label}_end;")
            self.block(depth - 1)
            self.line(f"{label}_end:; }}")
        elif form == 11:
            self.line(
                self.choose(
                    "objects[0] = objects[1];",
                    f"objects[{self.integer(2)} & 1].bits = objects[0].bits;",
                    f"objects[1].pairs[0] = turned(objects[0].pairs[1], {self.integer(2)});",
                    "other_pair = objects[1].pairs[1];",
                    f"mix(turned(other_pair, {self.integer(2)}).number);",
                    f"mix_text(TEXT({self.integer(2)} GLUE(a, b) EMPTY));",
                    f"*objects[0].to = {self.integer(2)};",
                    f"objects[1].to = &numbers[{self.integer(2)} & {LENGTH - 1}];",
                    f"(*(numbers + 2))++; mix(&numbers[{self.integer(1)} & 3] - numbers);",
                )
            )
        elif form == 12:
            self.line(
                f"mix_double({self.floating(4)}); mix_float({self.floating(2)});"
                f" mix_long_double({self.floating(4)});"
            )
        else:
            self.block(depth - 1)

    def switch(self, depth: int) -> None:
        wide = self.random.random() < 0.3
        values = self.random.sample(range(-3, 20), self.random.randrange(1, 9))
        labels = [f"case {value}{'L * 0x100000000' if wide and value > 9 else ''}:" for value in values]
        if self.random.random() < 0.7:
            labels.insert(self.random.randrange(len(labels) + 1), "default:")
        self.line(f"switch ({'(long)' if wide else ''}({self.integer(2)} & 15)) {{")
        for label in labels:
            self.line(label)
            self.statement(depth - 1)
            if self.random.random() < 0.6:
                self.line("break;")
        self.line("}")

    # -- the parts of a program

    def pure(self) -> None:
        """A function that depends on nothing but its arguments."""
        name = self.name("f")
        kinds = "".join(self.random.choice("iiif") for _ in range(self.random.randrange(1, 5)))
        integers, floats, self.integers, self.floats = self.integers, self.floats, [], []
        parameters = []
        for i, kind in enumerate(kinds):
            parameters.append(f"{self.random.choice(INTEGERS if kind == 'i' else FLOATS)} p{i}")
            (self.integers if kind == "i" else self.floats).append(f"p{i}")
        is_float = self.random.random() < 0.4
        result = self.random.choice(FLOATS if is_float else INTEGERS)
        value = (
            (self.floating(3) if is_float else self.integer(3))
            .replace("table[", "constants[")
            .replace("(table ", "(constants ")
        )
        value = value.replace("reals[", "constant_reals[")
        self.line(
            f"static {self.choose('', 'inline ')}{result} {name}({', '.join(parameters)})"
            f" {{ return {value}; }}"
        )
        self.integers, self.floats = integers, floats
        (self.float_calls if is_float else self.calls).append((name, kinds))

    def constant_list(self, count: int) -> str:
        return ", ".join(self.integer_constant() for _ in range(count))

    def globals(self) -> None:
        for kind in INTEGERS:
            name = self.name("g")
            self.line(
                f"{self.choose('', 'static ')}{kind} {name}"
                f"{self.choose('', f' = {self.integer_constant()}')};"
            )
            self.integers.append(name)
        for kind in FLOATS:
            name = self.name("r")
            value = self.choose(self.float_constant(), self.integer_constant())
            self.line(f"static {kind} {name} = {self.choose('', '-')}{value};")
            self.floats.append(name)
        self.line(
            f"static int numbers[{LENGTH}] = {{ {self.constant_list(self.random.randrange(1, LENGTH))} }};"
        )
        self.line(f"static long table[] = {{ {self.constant_list(LENGTH)} }};")
        self.line(f"static const long constants[{LENGTH}] = {{ {self.constant_list(LENGTH)}, }};")
        values = ", ".join(self.float_constant() for _ in range(LENGTH))
        self.line(f"static const double constant_reals[{LENGTH}] = {{ {values} }};")
        values = f"{self.float_constant()}, -{self.float_constant()}, {self.integer_constant()}"
        self.line(f"static double reals[{LENGTH}] = {{ {values} }};")
        self.line("static struct mixed objects[2] = {")
        self.line(re.sub("@", lambda _: str(self.random.randrange(16)), self.random.choice(OBJECTS)))
        self.line("};")
        self.line("static struct pair other_pair;")
        self.integers += [f"objects[{i}].bits.{field}" for i in (0, 1) for field in "abcdefg"]
        self.integers += [
            "objects[0].pairs[1].tag",
            "objects[1].pairs[0].high",
            "other_pair.low",
            "numbers[3]",
            "(&objects[1])->bytes[2]",
            "table[5]",
        ]
        self.floats += ["objects[0].real", "objects[1].wide", "reals[2]"]

    def function(self) -> str:
        name = self.name("work")
        integers, floats = list(self.integers), list(self.floats)
        self.line(f"static void {name}(void) {{")
        for _ in range(self.random.randrange(1, 4)):
            self.declare_local()
        for _ in range(self.random.randrange(3, 8)):
            self.statement(3)
        own = [i for i in self.integers if i not in integers]
        self.line(
            " ".join(f"mix({i});" for i in own)
            + " "
            + " ".join(f"mix_double({f});" for f in self.floats if f not in floats)
        )
        self.line("}")
        self.integers, self.floats = integers, floats
        return name

    def program(self, functions: int) -> str:
        self.globals()
        for _ in range(functions // 2 + 1):
            self.pure()
        names = [self.function() for _ in range(functions)]
        self.line("static void mix_all(void) { int i;")
        self.line(" ".join(f"mix({i});" for i in self.integers))
        self.line(" ".join(f"mix_float({f}); mix_double({f}); mix_long_double({f});" for f in self.floats))
        self.line(
            f"for (i = 0; i < {LENGTH}; i++) {{ mix(numbers[i]); mix(table[i]); mix_double(reals[i]); }}"
        )
        self.line("}")
        self.line(f"static void (*const works[])(void) = {{ {', '.join(names)} }};")
        self.line("int main(int argc, char **argv) { unsigned i; mix_all(); show();")
        self.line("for (i = 0; i < sizeof works / sizeof *works; i++) { works[i](); mix_all(); show(); }")
        self.line("return sum & 63; }")
        return PRELUDE + "\n".join(self.lines) + "\n"


def program(seed: int, functions: int = 30) -> str:
    return Generator(seed).program(functions)


if __name__ == "__main__":
    sys.stdout.write(program(int(sys.argv[1]), *map(int, sys.argv[2:])))
