"""Where in a file something stands."""

from __future__ import annotations

import pytest

from bootstrap.recipe.text import Span, Text

TEXT = Text('é = f(a = "ä", b = [\n    "one {x}",\n    """two\n    {y}""",\n])\n')


def test_a_call_is_found_on_its_line() -> None:
    assert TEXT.callee_at(1, "f") == Span(1, 5, 1)


def test_the_line_itself_is_marked_where_the_call_has_another_name() -> None:
    assert TEXT.callee_at(1, "other") == Span(1, 1, 20)


def test_columns_are_characters() -> None:
    assert TEXT.argument(1, "f", "b") == Span(1, 16, 1)


def test_a_part_of_a_string_is_found_over_lines() -> None:
    assert TEXT.string(1, "f", "b", "{x}") == Span(2, 10, 3)
    assert TEXT.string(1, "f", "b", "{y}") == Span(4, 5, 3)
    assert TEXT.string(1, "f", "b", "{z}") is None


@pytest.mark.parametrize("text", ["x = (", "def", "\0"])
def test_what_is_no_python_has_no_arguments(text: str) -> None:
    assert Text(text).argument(1, "f", "a") is None
    assert Text(text).load("//x") is None


def test_an_assignment_names_its_variable() -> None:
    assert Text("lua = recipe(\n").assigned_at(1) == "lua"
    assert Text("  lua == recipe(\n").assigned_at(1) == ""
    assert Text("stage(\n").assigned_at(1) == ""
    assert Text("").assigned_at(7) == ""
