"""Random programs in M (seeds/hex/LANGUAGES.md) of which C says what they print: without undefined behaviour.

`program(seed, functions)` gives the text. It prints a checksum of all that it changes after each of its
functions, so one program tests many functions. What C leaves open is avoided so:

- shift counts are masked, divisors are made from 2 to 129 (or their negatives);
- indices are masked to the arrays' lengths, pointers point to the first half of an array;
- a full expression changes only variables that occur in it once ("counters"), and calls only functions that
  neither read nor change what is global;
- everything is initialised, and loops are bounded by variables of their own.

As a command: generate_m.py SEED [FUNCTIONS]
"""

import random
import sys

TYPES = ("char", "unsigned char", "short", "unsigned short", "int", "unsigned", "long", "unsigned long")
ARITHMETIC = ("+", "-", "*", "&", "|", "^")
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
LENGTH = 16  # of the global arrays; pointers into them see half of it

PRELUDE = """\
void put(char *text, long size) { syscall3(1, 1, (long)text, size); }
unsigned long sum;
void mix(unsigned long value) { sum = (sum ^ value) * 0x9e3779b97f4a7c15 + (sum >> 29); }
void show(void) {
    char line[17];
    int i;
    for (i = 0; i < 16; i++) line[i] = "0123456789abcdef"[sum >> (60 - 4 * i) & 15];
    line[16] = '\\n';
    put(line, 17);
}
"""


class Generator:
    """Writes one program; all choices come from one seeded source."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.readable: list[str] = []  # expressions that may be read here
        self.targets: list[str] = []  # lvalues that may be changed here
        self.pointers: list[str] = []  # pointers with half an array behind them
        self.counters: list[str] = []  # variables not yet used in this full expression
        self.all_counters: list[str] = []
        self.callable: list[tuple[str, int]] = []
        self.unique = 0
        self.declarations: list[str] = []  # of the function, at its beginning

    # -- expressions

    def constant(self) -> str:
        value = self.random.choice(
            (0, 1, 2, 7, 100, 127, 128, 255, 256, 32767, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1)
        )
        if self.random.random() < 0.2:
            value = self.random.getrandbits(self.random.choice((8, 31, 32, 33, 63)))
        form = self.random.randrange(6)
        if form == 0:
            return f"0x{value:x}" + self.random.choice(("", "U", "L", "ul"))
        if form == 1:
            return f"0{value:o}" + self.random.choice(("", "u", "l"))
        if form == 2:
            return self.random.choice(("'a'", "'\\n'", "'\\377'", "'\\0'", "'\\177'", "'\\\\'"))
        if form == 3:
            return f"(-{value})"
        return str(value) + self.random.choice(("", "", "", "L", "U", "UL"))

    def leaf(self) -> str:
        if self.readable and self.random.random() < 0.7:
            return self.random.choice(self.readable)
        return self.constant()

    def index(self, depth: int, mask: int) -> str:
        return f"({self.expression(depth)}) & {mask}"

    def change(self, depth: int) -> str:
        """A change of a variable that this full expression does not use elsewhere."""
        if not self.counters:
            return self.leaf()
        name = self.counters.pop(self.random.randrange(len(self.counters)))
        form = self.random.randrange(6)
        if form < 4:
            return "(" + ("{}++", "{}--", "++{}", "--{}")[form].format(name) + ")"
        if form == 4:
            return f"({name} {self.random.choice(ARITHMETIC)}= {self.expression(depth - 1)})"
        return f"({name} = {self.expression(depth - 1)})"

    def expression(self, depth: int) -> str:
        if depth <= 0:
            return self.leaf()
        form = self.random.randrange(24)
        sub = self.expression
        if form < 7:
            return f"({sub(depth - 1)} {self.random.choice(ARITHMETIC)} {sub(depth - 1)})"
        if form < 9:
            return f"({sub(depth - 1)} {self.random.choice(COMPARISONS)} {sub(depth - 1)})"
        if form == 9:
            sign = self.random.choice(("", "-"))
            return f"({sub(depth - 1)} {self.random.choice('/%')} {sign}(({sub(depth - 1)} & 127) + 2))"
        if form == 10:
            return f"({sub(depth - 1)} {self.random.choice(('<<', '>>'))} ({sub(depth - 1)} & 31))"
        if form == 11:
            wide = self.random.choice(("long", "unsigned long"))
            return f"(({wide}){sub(depth - 1)} {self.random.choice(('<<', '>>'))} ({sub(depth - 1)} & 63))"
        if form == 12:
            return f"({sub(depth - 1)} {self.random.choice(('&&', '||'))} {sub(depth - 1)})"
        if form == 13:
            return f"({sub(depth - 1)} ? {sub(depth - 1)} : {sub(depth - 1)})"
        if form < 16:
            return f"(({self.random.choice(TYPES)}){sub(depth - 1)})"
        if form == 16:
            return f"{self.random.choice('-~!')}({sub(depth - 1)})"
        if form == 17 and self.pointers:
            pointer = self.random.choice(self.pointers)
            return self.random.choice(("{p}[{i}]", "*({p} + ({i}))", "*(({i}) + {p})")).format(
                p=pointer, i=self.index(depth - 1, LENGTH // 2 - 1)
            )
        if form == 18 and self.callable:
            name, arity = self.random.choice(self.callable)
            return f"{name}({', '.join(sub(depth - 2) for _ in range(arity))})"
        if form == 19:
            return f"({sub(depth - 2)}, {sub(depth - 1)})"
        if form == 20:
            return f"sizeof({self.random.choice((*TYPES, self.leaf()))})"
        if form == 21 and self.pointers:
            pointer = self.random.choice(self.pointers)
            i, j = self.index(depth - 2, 7), self.index(depth - 2, 7)
            operator = self.random.choice(("-", *COMPARISONS))
            return f"(&{pointer}[{i}] {operator} ({pointer} + ({j})))"
        if form == 22:  # nested to the right, which needs many registers
            deep = self.leaf()
            for _ in range(self.random.randrange(3, 10)):
                deep = f"({self.leaf()} {self.random.choice(ARITHMETIC)} {deep})"
            return deep
        return self.change(depth)

    def full(self, depth: int = 3) -> str:
        """A full expression."""
        self.counters = list(self.all_counters)
        return self.expression(depth)

    # -- statements

    def target(self) -> str:
        form = self.random.randrange(4)
        if form == 0 and self.pointers:
            return f"{self.random.choice(self.pointers)}[{self.index(1, LENGTH // 2 - 1)}]"
        return self.random.choice(self.targets)

    def emit(self, indent: int, text: str) -> None:
        self.lines.append("    " * indent + text)

    def new_name(self, stem: str) -> str:
        self.unique += 1
        return f"{stem}{self.unique}"

    def assignment(self, indent: int) -> None:
        self.counters = list(self.all_counters)
        target = self.target()
        form = self.random.randrange(8)
        if form < 3:
            self.emit(indent, f"{target} = {self.expression(3)};")
        elif form < 5:
            self.emit(indent, f"{target} {self.random.choice(ARITHMETIC)}= {self.expression(3)};")
        elif form == 5:
            self.emit(indent, f"{target} {self.random.choice('/%')}= ({self.expression(2)} & 127) + 2;")
        elif form == 6:
            self.emit(indent, f"{target} {self.random.choice(('<<', '>>'))}= {self.expression(2)} & 31;")
        else:
            self.emit(indent, self.random.choice(("{}++;", "{}--;", "++{};", "--{};")).format(target))

    def condition_statement(self, indent: int, depth: int) -> None:
        self.emit(indent, f"if ({self.full()}) {{")
        self.statements(indent + 1, depth - 1)
        if self.random.random() < 0.5:
            self.emit(indent, "} else {")
            self.statements(indent + 1, depth - 1)
        self.emit(indent, "}")

    def loop_statement(self, indent: int, depth: int) -> None:
        name, count, form = self.new_name("i"), self.random.randrange(1, 7), self.random.randrange(3)
        kind = self.random.choice(TYPES)
        self.declarations.append(f"{kind} {name};")
        if form == 0:
            self.emit(indent, f"for ({name} = 0; {name} < {count}; {name}++) {{")
        else:
            self.emit(indent, f"{name} = {count};")
            self.emit(indent, f"while ({name}-- > 0) {{" if form == 1 else "do {")
        outer = list(self.readable)
        self.readable.append(name)
        self.statements(indent + 1, depth - 1)
        if self.random.random() < 0.4:
            self.emit(indent + 1, f"if ({self.full(2)}) {self.random.choice(('break', 'continue'))};")
            self.assignment(indent + 1)
        self.readable = outer
        self.emit(indent, "}" if form < 2 else f"}} while (--{name} > 0);")

    def switch_statement(self, indent: int, depth: int) -> None:
        count = self.random.randrange(1, 12)
        style = self.random.randrange(3)
        spread = (
            range(-3, 16),
            range(-200, 70000, 777),
            (0, 1, 2, 3, 4, 5, 900, 901, 902, 903, -7, 2**31 - 1),
        )[style]
        values = self.random.sample(list(spread), count)
        mask = (15, 0x1FFFF, 1023)[style]
        value = f"({self.full(2)} & {mask})"
        if self.random.random() < 0.5:
            value = f"({value} ? {self.random.choice(values)} : {value})"
        self.emit(indent, f"switch ((int)({value})) {{")
        default_at = self.random.randrange(2 * count)
        for position, chosen in enumerate(values):
            if position == default_at:
                self.emit(indent, "default:")
            self.emit(indent, f"case {chosen}:")
            if self.random.random() < 0.7:
                self.assignment(indent + 1)
                if depth > 1 and self.random.random() < 0.3:
                    self.emit(indent + 1, "{")
                    self.statements(indent + 2, depth - 1)
                    self.emit(indent + 1, "}")
                if self.random.random() < 0.7:
                    self.emit(indent + 1, "break;")
            else:
                self.emit(indent + 1, ";")
        self.emit(indent, "}")

    def block_statement(self, indent: int, depth: int) -> None:
        self.emit(indent, "{")
        self.statements(indent + 1, depth - 1)
        self.emit(indent, "}")

    def statements(self, indent: int, depth: int) -> None:
        for _ in range(self.random.randrange(1, 4)):
            form = self.random.randrange(10) if depth > 0 else 0
            if form < 5:
                self.assignment(indent)
            elif form == 5:
                self.condition_statement(indent, depth)
            elif form == 6:
                self.emit(indent, "{")
                self.loop_statement(indent + 1, depth)
                self.emit(indent, "}")
            elif form == 7:
                self.switch_statement(indent, depth)
            elif form == 8:
                self.block_statement(indent, depth)
            else:
                self.emit(indent, f"if ({self.full(2)} == {self.constant()}) return {self.full(1)};")

    # -- functions

    def locals(self, arity: int) -> list[str]:
        """Declares parameters and local variables; gives the parameters' declarations."""
        parameters = [self.new_name("p") for _ in range(arity)]
        declarations = [f"{self.random.choice(TYPES)} {name}" for name in parameters]
        self.readable += parameters
        self.targets = list(parameters)
        self.all_counters = []
        return declarations

    def declare_locals(self) -> int:
        """Gives the line before which more can be declared."""
        for _ in range(self.random.randrange(2, 5)):
            name = self.new_name("v")
            self.emit(1, f"{self.random.choice(TYPES)} {name} = {self.constant()};")
            self.readable.append(name)
            self.targets.append(name)
        for _ in range(2):
            name = self.new_name("k")
            self.emit(1, f"{self.random.choice(TYPES)} {name} = {self.random.randrange(5)};")
            self.all_counters.append(name)
        name, kind = self.new_name("a"), self.random.choice(TYPES)
        self.emit(1, f"{kind} {name}[{LENGTH}];")
        pointer = self.new_name("q")
        self.emit(1, f"{kind} *{pointer} = {name} + {self.random.randrange(LENGTH // 2)};")
        self.pointers.append(pointer)
        self.emit(1, "int i;")
        position = len(self.lines)
        self.emit(1, f"for (i = 0; i < {LENGTH}; i++) {name}[i] = i * {self.random.randrange(1000)};")
        return position

    def function(self, name: str, statement_depth: int) -> tuple[str, int]:
        kept = self.readable, self.targets, self.pointers, list(self.callable)
        outer_readable, outer_targets, outer_pointers = map(list, kept[:3])
        self.readable, self.pointers = list(outer_readable), list(outer_pointers)
        arity = self.random.randrange(5)
        declarations = self.locals(arity)
        self.targets += outer_targets
        self.emit(0, f"{self.random.choice(TYPES)} {name}({', '.join(declarations) or 'void'}) {{")
        self.declarations = ["long last;"]
        position = self.declare_locals()
        self.statements(1, statement_depth)
        self.statements(1, statement_depth)
        self.lines[position:position] = ["    " + declaration for declaration in self.declarations]
        result = " ^ ".join(f"(long){counter}" for counter in self.all_counters)
        self.emit(1, f"last = {self.full()};")
        self.emit(1, f"return last ^ {result};")
        self.emit(0, "}")
        self.readable, self.targets, self.pointers, self.callable = kept
        return name, arity

    def globals(self) -> list[str]:
        """Declares structs, arrays and variables of all types; gives what mixes them into the sum."""
        members = [f"{self.random.choice(TYPES)} m{i};" for i in range(6)]
        self.emit(0, f"struct inner {{ {' '.join(members[:3])} short z[3]; }};")
        self.emit(
            0,
            f"struct outer {{ {' '.join(members[3:])} struct inner one; struct inner many[4]; char tail; }};",
        )
        self.emit(0, "struct outer so, *sp = &so;")
        checks = [
            "mix(sizeof(struct inner)); mix(sizeof(struct outer)); mix((char *)&so.many[2].z - (char *)&so);"
        ]
        for i, kind in enumerate(TYPES):
            values = ", ".join(self.constant() for _ in range(self.random.randrange(1, LENGTH)))
            self.emit(
                0, f"{kind} g{i} = {self.constant()}, ga{i}[{LENGTH}] = {{ {values} }}, *gp{i} = &ga{i}[{i}];"
            )
            self.readable += [f"g{i}", f"ga{i}[{self.random.randrange(LENGTH)}]", f"(*gp{i})"]
            self.targets += [f"g{i}", f"ga{i}[{self.random.randrange(LENGTH)}]", f"(*gp{i})"]
            self.pointers += [f"ga{i}", f"gp{i}"]
            checks.append(f"mix(g{i}); for (i = 0; i < {LENGTH}; i++) mix(ga{i}[i]);")
        places = [
            "so.m4",
            "sp->m3",
            "so.one.m0",
            "sp->one.z[1]",
            "so.many[g4 & 3].m1",
            "sp->many[2].z[g5 & 1]",
            "(*sp).many[1].m2",
            "sp->tail",
        ]
        self.readable += places
        self.targets += places
        checks.append("mix(so.m3); mix(so.m4); mix(so.m5); mix(so.tail); mix(so.one.m0); mix(so.one.z[1]);")
        checks.append(
            "for (i = 0; i < 4; i++) { mix(so.many[i].m1 ^ so.many[i].m2); mix(so.many[i].z[i % 3]); }"
        )
        return checks

    def program(self, functions: int) -> str:
        self.lines = PRELUDE.splitlines()
        self.callable = [self.function(f"pure{i}", 1) for i in range(8)]
        checks = self.globals()
        named = [self.function(f"f{i}", 3) for i in range(functions)]
        self.emit(0, "void check(void) {")
        self.emit(1, "int i;")
        for check in checks:
            self.emit(1, check)
        self.emit(1, "show();")
        self.emit(0, "}")
        self.emit(0, "int main(int argc, char **argv) {")
        for name, arity in named:
            arguments = ", ".join(self.constant() for _ in range(arity))
            self.emit(1, f"mix({name}({arguments}));")
            self.emit(1, "check();")
        self.emit(1, "return sum & 127;")
        self.emit(0, "}")
        return "\n".join(self.lines) + "\n"


def program(seed: int, functions: int) -> str:
    """The text of a random program with so many functions."""
    return Generator(seed).program(functions)


if __name__ == "__main__":
    sys.stdout.write(program(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20))
