"""Programs in T that print what they compute: written by a generator from a seed number.

They mean the same in C with -fwrapv: what C takes as `int` is cast to long, shifts are by 0 to 63, divisors
are 1 to 256, and no expression has more than one call.
"""

from __future__ import annotations

from random import Random

PRINT = """
unsigned char digits[32];
long count_of_lines;

long print(long number) {
    long i = 16;
    digits[16] = '\\n';
    while (i > 0) {
        long digit = number & 15;
        i = i - 1;
        if (digit < 10)
            digits[i] = '0' + digit;
        else
            digits[i] = 'a' - 10 + digit;
        number = number >> 4;
    }
    count_of_lines = count_of_lines + 1;
    return syscall3(1, 1, (long)digits, 17);
}
"""

GLOBALS = ["first", "second", "third"]
BINARY = [*["+", "-", "*", "|", "^"] * 4, "&", "==", "!=", "<", "<=", ">", ">=", "&&", "||"]
LOOSE = ["|", "|", "^", "^", "&", "==", "!=", "<", "<=", ">", ">=", "&&", "||"]
NUMBERS = [
    *[
        "0",
        "1",
        "2",
        "7",
        "010",
        "0x7F",
        "255",
        "256",
        "0x7FFFFFFF",
        "'a'",
        "'\\n'",
        "'\\\\'",
        "'\\''",
        "'\"'",
    ],
    *["2147483648", "0x123456789", "0x7FFFFFFFFFFFFFFF", "SMALL", "LARGE", "LETTER"],
]


class Function:
    """One function of a program: parameters, then statements, then a result."""

    def __init__(self, random: Random, name: str, callable_: list[tuple[str, int]]) -> None:
        self.random, self.name, self.callable = random, name, callable_
        self.parameters = random.randrange(0, 7)
        self.variables = [f"p{i}" for i in range(self.parameters)]
        self.lines: list[str] = []
        self.locals = 0

    def leaf(self) -> str:
        random = self.random
        kind = random.randrange(12)
        if kind < 5 and self.variables:
            return random.choice(self.variables)
        if kind < 7:
            return random.choice(GLOBALS)
        if kind == 7:
            return f"words[{self.index()}]"
        if kind == 8:
            return f"(long)bytes[{self.index()}]"
        return f"(long){random.choice(NUMBERS)}"

    def index(self) -> str:
        name = self.random.choice([*self.variables, *GLOBALS])
        return self.random.choice([f"{name} & 15", f"words[{name} & 15] + 3 & 15", "7", "SIZE - 1"])

    def unary(self, depth: int) -> str:
        random = self.random
        if depth <= 0 or random.randrange(3):
            return self.leaf()
        kind = random.randrange(6)
        inside = self.unary(depth - 1)
        return {
            0: f"- {inside}",
            1: f"~{inside}",
            2: f"(long)!{inside}",
            3: f"peek((long)words + 8 * (({self.expression(depth - 1)}) & 15))",
            4: f"peek8((long)bytes + (({self.expression(depth - 1)}) & 15))",
        }.get(kind, f"(long)({self.expression(depth - 1)})")

    def expression(self, depth: int) -> str:
        """Operators without parentheses, of all precedences."""
        random = self.random
        text = self.unary(depth)
        shifted = False  # what binds more strongly would be part of the number of bits
        for _ in range(random.choice([0, 0, 1, 1, 2, 4])):
            kind = random.randrange(8)
            if shifted:
                text += f" {random.choice(LOOSE)} {self.leaf()}"
            elif kind == 0:
                text += f" {random.choice(['<<', '>>'])} (({self.unary(depth - 1)}) & 63)"
                shifted = True
            elif kind == 1:
                text += f" {random.choice('/%')} ((({self.unary(depth - 1)}) & 255) + 1)"
            else:
                text += f" {random.choice(BINARY)} {self.unary(depth)}"
        return text

    def statement(self, depth: int, indent: str, in_loop: bool) -> None:
        random = self.random
        kind = random.randrange(14)
        if kind < 2:
            name = f"v{self.locals}"
            self.locals += 1
            self.lines.append(f"{indent}long {name} = {self.expression(3)};")
            self.variables.append(name)
        elif kind < 5:
            name = random.choice([*self.variables, *GLOBALS])
            self.lines.append(f"{indent}{name} = {self.expression(3)};")
        elif kind == 5:
            self.lines.append(f"{indent}words[{self.index()}] = {self.expression(2)};")
        elif kind == 6:
            self.lines.append(f"{indent}bytes[{self.index()}] = {self.expression(2)};")
        elif kind == 7:
            name, size, by = random.choice([("words", 8, "poke"), ("bytes", 1, "poke8")])
            at = f"(long){name} + {size} * (({self.expression(1)}) & 15)"
            self.lines.append(f"{indent}{by}({at}, {self.expression(2)});")
        elif kind == 8 and self.callable:
            name, parameters = random.choice(self.callable)
            target = random.choice([*self.variables, *GLOBALS])
            arguments = ", ".join(self.expression(1) for _ in range(parameters))
            self.lines.append(f"{indent}{target} = {name}({arguments});")
        elif kind < 11 and depth:
            self.lines.append(f"{indent}if ({self.expression(2)}) {{")
            self.block(depth - 1, indent, in_loop)
            if random.randrange(2):
                self.lines.append(f"{indent}}} else {{")
                self.block(depth - 1, indent, in_loop)
            self.lines.append(f"{indent}}}")
        elif kind == 11 and depth > 1:
            counter = f"n{self.locals}"
            self.locals += 1
            self.lines.append(f"{indent}long {counter} = {random.randrange(4)};")
            condition = random.choice(["", f" && {self.unary(1)}"])
            self.lines.append(f"{indent}while ({counter} > 0{condition}) {{")
            self.lines.append(f"{indent}    {counter} = {counter} - 1;")
            self.block(depth - 2, indent, True)
            self.lines.append(f"{indent}}}")
        elif kind == 12 and in_loop:
            self.lines.append(f"{indent}if ({self.expression(1)}) {random.choice(['break', 'continue'])};")
        elif kind == 13 and depth < 3:
            self.lines.append(f"{indent}return {self.expression(2)};")

    def block(self, depth: int, indent: str, in_loop: bool) -> None:
        visible = len(self.variables)
        for _ in range(self.random.randrange(1, 4)):
            self.statement(depth, indent + "    ", in_loop)
        del self.variables[visible:]  # in C they are not visible after their block

    def text(self) -> str:
        for _ in range(self.random.randrange(3, 9)):
            self.statement(3, "    ", False)
        self.lines.append(f"    return {self.expression(3)};")
        return "\n".join([f"{self.head()} {{", *self.lines, "}\n"])

    def head(self) -> str:
        parameters = ", ".join(f"long p{i}" for i in range(self.parameters))
        return f"long {self.name}({parameters or 'void'})"


def generate(seed: int, functions: int) -> str:
    """A program of so many generated functions, each called with three sets of arguments."""
    random = Random(seed)
    made: list[Function] = []
    texts = []
    for i in range(functions):
        leaves = (
            [(one.name, one.parameters) for one in made[: min(i, functions // 4)]]
            if i > functions // 4
            else []
        )
        function = Function(random, f"function{i}", leaves)
        made.append(function)
        texts.append(function.text())
    random.shuffle(texts)  # some are called before they are defined
    calls = []
    for function in made:
        for _ in range(3):
            arguments = ", ".join(f"(long){random.choice(NUMBERS)}" for _ in range(function.parameters))
            calls.append(f"    print({function.name}({arguments}));")
    return "\n".join(
        [
            "enum { SMALL = -3, NEXT, LARGE = 1000000, LETTER = 'x', SIZE = 16, };",
            PRINT,
            *[f"long {name};" for name in GLOBALS],
            "long words[SIZE];",
            "unsigned char bytes[16];",
            *[f"{one.head()};" for one in made],
            *texts,
            "long program(long argc, long argv) {",
            "    long i = 0;",
            "    while (i < SIZE) {",
            "        words[i] = (i + 1) * 0x1E3779B97F4A7C15;",
            "        bytes[i] = 37 * i + 200;",
            "        i = i + 1;",
            "    }",
            "    i = 0;",
            *calls,
            *[f"    print({name});" for name in GLOBALS],
            "    while (i < SIZE) {",
            "        print(words[i]);",
            "        print(bytes[i]);",
            "        i = i + 1;",
            "    }",
            "    return count_of_lines & 127;",
            "}\n",
        ]
    )
