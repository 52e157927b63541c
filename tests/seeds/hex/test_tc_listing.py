"""tc.hex: every remark is true, and it quotes every statement of tc.c where it is done."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.seeds.hex.conftest import TC, TC_IN_T
from tests.seeds.hex.hex_listing import check_code, check_fields

TEXT = 0x400000
LINE = re.compile(
    r"(?P<bytes>[0-9A-F@:][^#]*?)? *"
    r"#(?: (?!//|--)(?P<claim>(?:(?! //| -- ).)+?))? *(?P<quotes>(?: // .+?)*)(?: -- .+)?"
)
FUNCTION = re.compile(r"(\w+)\(.*\)(?:: .+)?")

# What tc.c does by a function, and tc.hex by an instruction or a table.
INLINE = {"emit_byte", "emit4", "emit8", "is_digit", "emit_headers", "define_operator"}
# Statements that tc.hex need not say: it has registers and the stack in place of these variables.
UNSAID = {
    *["return 0;", "return 1;", "else", "long s;", "long s = symbol;", "long i = 0;", "i = i + 1;"],
    *["long count;", "long count = 1;", "long operator;", "long start = out;"],
}


@dataclass
class Block:
    """A function of tc.hex."""

    name: str
    lines: list[tuple[str, bytes, int]] = field(default_factory=list)  # claim, bytes, address
    quotes: list[str] = field(default_factory=list)


@dataclass
class Listing:
    names: dict[str, int]  # constants, and functions' addresses
    places: dict[str, dict[str, int]]  # of every function: `.place` and address
    headers: list[tuple[str, int, int]]  # claim, from, to
    blocks: list[Block]
    size: int


def read(binary: bytes) -> Listing:
    text = TC.read_text()
    head, _, body = text.partition("# ==== The ELF header")
    names = {name: int(value, 0) for name, value in re.findall(r"(\w+) = (0x\w+|\d+)", head)}
    names |= {name: ord(value) for name, value in re.findall(r"(\w+) = '(.)'", head)}
    listing = Listing(names, {}, [], [Block("")], 0)
    for line_text in body.splitlines()[1:]:
        if not line_text or line_text.startswith("#"):
            continue
        line = LINE.fullmatch(line_text)
        assert line, line_text
        written, claim = line["bytes"] or "", line["claim"] or ""
        block = listing.blocks[-1]
        here = TEXT + listing.size
        if written.startswith(":"):
            if function := FUNCTION.fullmatch(claim):
                listing.blocks.append(Block(function[1]))
                names[function[1]] = here
            else:
                listing.places.setdefault(block.name, {})[claim] = here
            continue
        block.quotes += [quote.strip() for quote in line["quotes"].split(" // ") if quote.strip()]
        if not written:
            assert not claim, line_text
            continue
        size = sum(4 if word[0] == "@" else 1 for word in written.split())
        code = binary[listing.size : listing.size + size]
        assert re.fullmatch(re.sub(r"@\S+", ".{8}", written).replace(" ", ""), code.hex().upper()), line_text
        if len(listing.blocks) == 1 and " = " in claim:
            listing.headers.append((claim, listing.size, listing.size + size))
        else:
            block.lines.append((claim, code, here))
        listing.size += size
    return listing


@pytest.fixture(scope="session")
def listing(tc: Path) -> Listing:
    return read(tc.read_bytes())


def statements() -> dict[str, list[str]]:
    """Of every function of tc.c, its statements, one for each line."""
    found: dict[str, list[str]] = {}
    for text in TC_IN_T.read_text().splitlines():
        if function := re.fullmatch(r"long (\w+)\(.*\) \{", text):
            found[function[1]] = []
        elif text.startswith("    "):
            line = re.sub(r" +// .*", "", text).strip().removeprefix("} ").removesuffix("{").strip()
            if line and line != "}":
                found[next(reversed(found))].append(line)
    return found


def test_the_binary_is_as_long_as_its_text_and_headers_say(listing: Listing, tc: Path) -> None:
    assert listing.size == len(tc.read_bytes())
    assert f" {listing.size} bytes" in TC.read_text().split("\n")[0]
    assert dict.fromkeys(range(176)) == dict.fromkeys(
        at for _, start, end in listing.headers for at in range(start, end)
    )


def test_every_field_of_the_headers_is_what_its_remark_says(listing: Listing, tc: Path) -> None:
    binary = tc.read_bytes()
    for claim, start, end in listing.headers:
        check_fields(claim, binary, start, end)
    assert int.from_bytes(binary[0x60:0x68], "little") == len(binary)
    assert int.from_bytes(binary[0x18:0x20], "little") == TEXT + 176


def test_every_instruction_is_what_its_remark_says(listing: Listing) -> None:
    everywhere = listing.names | {
        function + place: address
        for function, places in listing.places.items()
        for place, address in places.items()
    }
    for block in listing.blocks:
        names = everywhere | listing.places.get(block.name, {})
        for claim, code, address in block.lines:
            check_code(claim, code, address, names)


def test_the_names_of_numbers_are_those_of_the_compiler_in_t(listing: Listing) -> None:
    values: dict[str, int] = {}
    for body in re.findall(r"^enum \{(.*)\};$", TC_IN_T.read_text(), re.MULTILINE):
        value = 0
        for name, given in re.findall(r"(\w+)(?: = ([^,\s]+))?", body):
            value = (ord(given[1]) if given.startswith("'") else int(given, 0)) if given else value
            values[name] = value
            value += 1
    for name in values.keys() & listing.names.keys() - {"OUTPUT"}:
        assert listing.names[name] == values[name], name
    assert len(values.keys() & listing.names.keys()) > 25


def test_the_memory_holds_the_arrays_of_the_compiler_in_t(listing: Listing, tc: Path) -> None:
    names = listing.names
    order = ["OUTPUT", "SYMBOLS", "hashes", "known", "operation", "precedence", "file", "source"]
    sizes = [0x1000000, 32 * (0x80000), 4 * 0x100000, 4 * 0x100000, 8 * 0x10000, 0x10000, 0x38, 0x100008]
    for i, name in enumerate(order[:-1]):
        assert names[name] + sizes[i] <= names[order[i + 1]], name
    segment = int.from_bytes(tc.read_bytes()[0xA0:0xA8], "little")
    assert names["source"] + sizes[-1] == names["DATA"] + segment
    variables = sorted(
        names[name] for name in ("file", "size", "token_start", "symbols", "pass", "loop", "parameters")
    )
    assert all(b - a == 8 for a, b in zip(variables, variables[1:], strict=False))


def test_the_functions_are_those_of_the_compiler_in_t_in_its_order(listing: Listing) -> None:
    ours = [block.name for block in listing.blocks[1:]]
    theirs = [name for name in statements() if name not in INLINE]
    assert sorted(name for name in ours if name in theirs) == sorted(theirs)
    assert [name for name in ours if name not in theirs] == [
        "not_a_variable", "not_a_function", "not_an_array", "defined_twice",
    ]  # fmt: skip


def test_every_quotation_is_a_statement_of_that_function(listing: Listing) -> None:
    lines = statements()
    for block in listing.blocks:
        for quote in block.quotes:
            assert quote in lines[block.name], (block.name, quote)


def test_every_statement_of_the_compiler_in_t_is_quoted(listing: Listing) -> None:
    quotes = {block.name: block.quotes for block in listing.blocks}
    for name, lines in statements().items():
        if name not in INLINE:
            left = Counter(line for line in lines if line not in UNSAID) - Counter(quotes[name])
            assert not left, name
