"""Store paths in commands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootstrap.recipe.template import fill, literal, names, variable


def test_names_are_found_in_order() -> None:
    assert names("{a}/x:{b.dev} {{c}} {a}") == ["a", "b.dev", "a"]


@pytest.mark.parametrize("text", ["{", "}", "a { b", "{a}}", "{{a}"])
def test_a_brace_that_stands_alone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a single"):
        names(text)


def test_a_name_that_is_not_known_is_refused() -> None:
    with pytest.raises(KeyError):
        fill("{a}", {})


@given(st.text())
def test_a_literal_names_nothing_and_fills_to_itself(text: str) -> None:
    assert names(literal(text)) == []
    assert fill(literal(text), {}) == text


@given(st.lists(st.tuples(st.text(), st.from_regex(r"[a-z][a-z.]*", fullmatch=True))), st.text())
def test_filling_puts_values_in_place_of_names(pieces: list[tuple[str, str]], end: str) -> None:
    template = "".join(literal(text) + "{" + name + "}" for text, name in pieces) + literal(end)
    values = {name: f"/{name}{{}}" for _, name in pieces}
    assert names(template) == [name for _, name in pieces]
    assert fill(template, values) == "".join(text + values[name] for text, name in pieces) + end


def test_a_variable_has_no_points_pluses_and_dashes() -> None:
    assert variable("gtk+-3.dev") == "gtk__3_dev"
