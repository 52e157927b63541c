"""The digests committed beside a stage."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bootstrap.digest import Digest
from bootstrap.recipe.expectations import parse_expectations, update_expectations, with_expectations
from bootstrap.recipe.fault import Faults

A, B, C = ("a" * 64, "b" * 64, "c" * 64)


def parse(text: str) -> dict[str, str]:
    faults = Faults()
    found = parse_expectations(text, "expectations", faults)
    assert not faults
    return {name: value.hex for name, value in found.items()}


def test_remarks_and_empty_lines_mean_nothing() -> None:
    assert parse(f"# all\n\nlua-5 {A}  # one\n") == {"lua-5": A}


def test_an_entry_is_changed_in_its_place() -> None:
    text = f"# all\n\nlua-5   {A}  # one\nmusl-1 {B}\n"
    assert with_expectations(text, {"lua-5": C}) == f"# all\n\nlua-5 {C}  # one\nmusl-1 {B}\n"


def test_a_new_entry_goes_where_it_belongs() -> None:
    assert with_expectations(f"a-1 {A}\nc-1 {C}\n", {"b-1": B}) == f"a-1 {A}\nb-1 {B}\nc-1 {C}\n"
    assert with_expectations("", {"b-1": B, "a-1": A}) == f"a-1 {A}\nb-1 {B}\n"


def test_a_new_entry_does_not_part_another_from_its_remark() -> None:
    text = f"a-1 {A}\n# three machines\nc-1 {C}\n"
    assert with_expectations(text, {"b-1": B}) == f"a-1 {A}\nb-1 {B}\n# three machines\nc-1 {C}\n"


def test_a_remark_that_begins_the_file_stays_there() -> None:
    assert with_expectations(f"# all\nc-1 {C}\n", {"b-1": B}) == f"# all\nb-1 {B}\nc-1 {C}\n"


def test_the_file_is_written_in_one_step(tmp_path: Path) -> None:
    update_expectations(tmp_path / "expectations", {"a-1": A})
    update_expectations(tmp_path / "expectations", {"b-1": B})
    assert (tmp_path / "expectations").read_text() == f"a-1 {A}\nb-1 {B}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["expectations"]


NAMES = st.from_regex(r"[a-z]+-[0-9]", fullmatch=True)
DIGESTS = st.binary(min_size=32, max_size=32).map(lambda raw: Digest(raw).hex)


@given(st.dictionaries(NAMES, DIGESTS), st.dictionaries(NAMES, DIGESTS))
def test_what_was_written_is_read_and_sorted(first: dict[str, str], then: dict[str, str]) -> None:
    text = with_expectations(with_expectations("", first), then)
    assert parse(text) == first | then
    assert text.splitlines() == sorted(text.splitlines())
