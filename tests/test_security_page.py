"""docs/security.md: every claim has a number and names tests, which exist; every escape attempt is named."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.sandbox.attempts import ATTEMPTS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
ESCAPES = "tests/sandbox/test_escapes.py"

PLAIN = ("What is to be kept", "Who is trusted", "A cache", "What is not defended")
"""The sections that claim nothing which a test could show."""

SECTIONS = dict(part.split("\n", 1) for part in PAGE.split("\n## ")[1:])
LINES = [line for title, body in SECTIONS.items() if title not in PLAIN for line in body.split("\n") if line]
CLAIM = re.compile(r"- \*\*([A-Z]\d+)\*\* (\S.*\.) \[([^\[\]]+)\]")


def claims() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Number, sentence, and (file, name) of every test."""
    found = []
    for line in LINES:
        match = CLAIM.fullmatch(line)
        assert match, f"no claim: {line}"
        tests = []
        for part in match[3].split("; "):
            file, names = part.split("::")
            tests += [(file, name) for name in names.split(" ")]
        found.append((match[1], match[2], tests))
    return found


@cache
def functions(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_line_is_a_claim_that_names_a_test() -> None:
    assert len(claims()) == len(LINES) > 60


def test_sections_that_claim_nothing_are_there_and_have_no_claims() -> None:
    assert set(PLAIN) <= set(SECTIONS)
    assert not any(CLAIM.match(line) for title in PLAIN for line in SECTIONS[title].split("\n"))


def test_no_number_is_given_twice() -> None:
    numbers = [number for number, _, _ in claims()]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize(
    ("number", "sentence", "tests"), claims(), ids=lambda v: v if isinstance(v, str) and len(v) < 5 else ""
)
def test_the_tests_of_a_claim_exist(number: str, sentence: str, tests: list[tuple[str, str]]) -> None:
    attempts = {attempt.name for attempt in ATTEMPTS if attempt.claim == number}
    for file, name in tests:
        if file == ESCAPES:
            assert name in attempts, (
                f"{number} names {name}, which belongs to another claim or does not exist"
            )
        else:
            assert name in functions(file), f"{number} names {file}::{name}"


def test_every_attempt_is_named_by_the_claim_it_belongs_to() -> None:
    named = {(number, name) for number, _, tests in claims() for file, name in tests if file == ESCAPES}
    assert named == {(attempt.claim, attempt.name) for attempt in ATTEMPTS}
