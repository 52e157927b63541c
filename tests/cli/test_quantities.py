from __future__ import annotations

import pytest

from bootstrap.cli.quantities import parse_age, parse_size
from bootstrap.cli.say import counted
from bootstrap.errors import UsageError


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0", 0),
        ("4096", 4096),
        ("20G", 20 * 10**9),
        ("20 GB", 20 * 10**9),
        ("1.5k", 1500),
        ("4GiB", 4 * 2**30),
        ("2tib", 2 * 2**40),
        ("7B", 7),
    ],
)
def test_sizes(text: str, count: int) -> None:
    assert parse_size(text) == count


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("0", 0),
        ("0d", 0),
        ("14d", 14 * 86400),
        ("12h", 43200),
        ("30min", 1800),
        ("1.5s", 1.5),
        ("2w", 1209600),
    ],
)
def test_ages(text: str, span: float) -> None:
    assert parse_age(text) == span


@pytest.mark.parametrize("text", ["", "G", "-1G", "1X", "1e3", "1 000", "1G2", "nan", "²"])
def test_no_size(text: str) -> None:
    with pytest.raises(UsageError, match="is no size"):
        parse_size(text)


@pytest.mark.parametrize("text", ["", "14", "d", "-1d", "1y", "1D", "inf"])
def test_no_age(text: str) -> None:
    with pytest.raises(UsageError, match="is no age"):
        parse_age(text)


def test_things_are_counted_in_words() -> None:
    assert [counted(number, "path") for number in (0, 1, 5000)] == ["0 paths", "1 path", "5,000 paths"]
