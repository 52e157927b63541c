"""cc converts floating constants exactly: to the nearest float, double or long double, ties to even."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from tests.seeds.hex.test_cc import PROGRAMS, START, build, compilers, run  # noqa: F401

pytestmark = pytest.mark.skipif(not shutil.which("gcc"), reason="gcc is what constants are compared with")

EDGES = (PROGRAMS / "literals.txt").read_text().split()


def literal(source: random.Random) -> str:
    form = source.randrange(6)
    digits = "".join(source.choices("0123456789", k=source.randrange(1, 40)))
    if form == 0:
        return f"{digits}.{source.getrandbits(60)}"
    if form == 1:
        return f"{digits[:1]}.{digits}e{source.randrange(-50, 50)}"
    if form == 2:
        return f"{digits[:1]}.{digits}e{source.randrange(-5000, 4990)}"
    if form == 3:
        return f"0x{source.getrandbits(64):x}.{source.getrandbits(40):x}p{source.randrange(-60, 60)}"
    if form == 4:
        mantissa = source.getrandbits(source.choice((24, 25, 53, 54, 64, 65)))
        return f"0x{mantissa:x}.8p{source.randrange(-16500, 16380)}"
    whole = source.choice((2**24, 2**53, 2**64)) * source.randrange(1, 9) + source.randrange(-3, 4)
    return f"{whole}.{source.choice(('', '5', '25', '0000000000000001', '4999999999999999'))}"


SUFFIXES = {"float": "f", "double": "", "long double": "L"}


def bytes_of(
    compiler: list[str | Path], extra: list[str | Path], values: dict[str, list[str]], place: Path
) -> bytes:
    """What lies in memory if arrays are initialised so. A key: the type of an array and, maybe, a remark."""
    text = "long write(int file, const void *bytes, unsigned long size);\n"
    for i, (kind, constants) in enumerate(values.items()):
        text += f"{kind.split('/')[0]} a{i}[] = {{ {', '.join(constants)} }};\n"
    writes = " ".join(f"write(1, a{i}, sizeof a{i});" for i in range(len(values)))
    source = place / "constants.c"
    source.write_text(f"{text}int main(void) {{ {writes} return 0; }}\n")
    build(*compiler, "-o", place / "constants", source, *extra)
    status, out, _ = run(place / "constants")
    assert status == 0
    return out


@pytest.mark.parametrize("seed", range(5))
def test_constants_have_the_bits_that_gcc_gives_them(
    compilers: dict[str, Path],  # noqa: F811
    seed: int,
    tmp_path: Path,
) -> None:
    source = random.Random(seed)
    literals = EDGES if not seed else [literal(source) for _ in range(4000)]
    values = {kind: [f"-{text}{suffix}" for text in literals] for kind, suffix in SUFFIXES.items()}
    values["float/of doubles"] = literals
    values["double/of long doubles"] = values["float/of long doubles"] = values["long double"]
    (tmp_path / "start.c").write_text(START)
    expected = bytes_of(["gcc", "-w"], [], values, tmp_path)
    assert bytes_of([compilers["seed"]], [tmp_path / "start.c"], values, tmp_path) == expected


def test_integer_constants_become_the_nearest_floating_ones(
    compilers: dict[str, Path],  # noqa: F811
    tmp_path: Path,
) -> None:
    source = random.Random(7)
    integers = [f"{source.getrandbits(source.randrange(1, 64))}L" for _ in range(3000)]
    integers += [f"-{text}" for text in integers] + [
        f"{2**64 - source.getrandbits(12)}UL" for _ in range(300)
    ]
    values = {kind: [*integers, "-0x7fffffffffffffff - 1"] for kind in SUFFIXES}
    (tmp_path / "start.c").write_text(START)
    expected = bytes_of(["gcc", "-w"], [], values, tmp_path)
    assert bytes_of([compilers["seed"]], [tmp_path / "start.c"], values, tmp_path) == expected
