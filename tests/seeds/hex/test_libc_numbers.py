"""The seed's strtof, strtod, strtold and ldexpl round as IEEE 754 says.

BOOTSTRAP_TEST_NUMBERS   how many times 250,000 texts are tried; 4 by default, 40 takes a few minutes
"""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import pytest

from tests.seeds.hex.test_libc import LIBC, PROGRAMS, call

OWN = ["strtof", "strtod", "strtold", "ldexpl", "strtol", "strtoul", "strtoull", "atoi", "qsort", "getenv"]

FORMATS = {"strtof": (24, -126), "strtod": (53, -1022), "strtold": (64, -16382)}
"""Precision in bits, and the exponent of the least normal number."""


@pytest.fixture(scope="session")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """numbers.c with the host's libc, and the seed's functions beside it under names of their own."""
    at = tmp_path_factory.mktemp("numbers")
    renamed = [f"-D{name}=ml_{name}" for name in OWN]
    for name in ("number", "stdlib"):
        call("gcc", "-O2", "-w", "-D_GNU_SOURCE", *renamed, "-c", LIBC / f"{name}.c", "-o", at / f"{name}.o")
    call("gcc", "-O2", "-fno-builtin", PROGRAMS / "numbers.c", *at.glob("*.o"), "-lm", "-o", at / "numbers")
    return at / "numbers"


def value_of(text: str) -> Fraction:
    """What a hexadecimal floating-point number is, exactly."""
    digits, _, power = text.lower().lstrip("+-").removeprefix("0x").partition("p")
    whole, _, fraction = digits.partition(".")
    return Fraction(int(whole + fraction, 16)) * Fraction(2) ** (int(power) - 4 * len(fraction))


def is_nearest(function: str, text: str, bits: int) -> bool:
    """Whether a number that is not above the least normal one is the nearest to a text's value."""
    precision, least = FORMATS[function]
    unit = Fraction(2) ** (least - precision + 1)
    significand = bits & (2**precision - 1)
    off = abs(value_of(text) - significand * unit) / unit
    return off < Fraction(1, 2) or (off == Fraction(1, 2) and significand % 2 == 0)


@pytest.mark.parametrize("seed", range(int(os.environ.get("BOOTSTRAP_TEST_NUMBERS", "4"))))
def test_a_quarter_of_a_million_texts_give_what_the_host_gives(numbers: Path, seed: int) -> None:
    *others, last = call(numbers, "250000", str(seed)).splitlines()
    # glibc before 2.41 ignores the lowest bits of hexadecimal texts of subnormal numbers (its bug 30220).
    for line in others:
        function, text, ours, theirs = line.split(" ")
        assert is_nearest(function, text, int(ours, 16)), line
        assert not is_nearest(function, text, int(theirs, 16)), line
    assert last == f"{len(others)} mismatches"
