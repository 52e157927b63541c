"""The table of causes."""

from __future__ import annotations

import pytest

from reprocheck.cause import CAUSES, Cause


@pytest.mark.parametrize("cause", CAUSES.values(), ids=lambda cause: cause.name)
def test_a_cause_has_a_sentence_and_a_remedy(cause: Cause) -> None:
    assert CAUSES[cause.name] is cause
    assert cause.name.split(".")[0].isalpha()
    for text in (cause.meaning, cause.remedy):
        assert text.endswith(".")
        assert "  " not in text


def test_names_are_unique() -> None:
    assert len({cause.meaning for cause in CAUSES.values()}) == len(CAUSES)
