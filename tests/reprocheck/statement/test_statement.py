"""Reports as in-toto statements, good and bad."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootstrap.errors import UsageError
from reprocheck.cause import Level
from reprocheck.report.model import (
    AppliedVariation,
    BuildRow,
    Confidence,
    Finding,
    FoundCause,
    Report,
    Verdict,
)
from reprocheck.statement.statement import PREDICATE_TYPE, STATEMENT_TYPE, claim, payload, statement

DERIVATION = "ab" * 32
CLOCK = FoundCause(cause="time.clock", confidence=Confidence.SHOWN)


def row(number: int, equal_to: int | None, ok: bool = True) -> BuildRow:
    return BuildRow(number=number, what="a build", varied=(), ok=ok, seconds=1.0, equal_to=equal_to)


def report(
    verdict: Verdict = Verdict.REPRODUCIBLE,
    *,
    causes: tuple[FoundCause, ...] = (),
    builds: tuple[BuildRow, ...] = (row(1, None), row(2, 1)),
    outputs: tuple[tuple[str, str], ...] = (("out", "bootstrap-output:" + "a" * 32),),
    derivation: str = DERIVATION,
) -> Report:
    names = ("time.clock", "time.clock-dst", "host.name", "host.domain")
    return Report(
        subject="musl@1.2.3",
        kind="recipe",
        verdict=verdict,
        causes=causes,
        findings=tuple(
            Finding(
                output="out",
                path="lib/libc.a",
                level=Level.OUTSIDE,
                causes=causes,
                differences=(),
                difference_count=1,
                builds=(1, 2),
            )
            for _ in causes
        ),
        variations=tuple(
            AppliedVariation(name=name, text=name, applied=name != "host.domain") for name in names
        ),
        builds=builds,
        derivation=derivation,
        outputs=outputs,
    )


def test_a_result_that_is_the_same_everywhere_passes_with_the_number_of_builds() -> None:
    made = statement(report())
    assert made["_type"] == STATEMENT_TYPE
    assert made["subject"] == [{"name": "out", "digest": {"bootstrap-output": "a" * 32}}]
    assert made["predicateType"] == PREDICATE_TYPE
    predicate = made["predicate"]
    assert predicate["result"] == "PASSED"
    assert predicate["properties"] == ["BIT_FOR_BIT_2_OF_2"]
    assert predicate["passedTests"] == ["time.clock", "time.clock-dst", "host.name"]
    assert predicate["notApplied"] == ["host.domain"]
    assert predicate["configuration"][0] == {"name": "musl@1.2.3", "digest": {"blake3": DERIVATION}}


def test_a_result_that_differs_fails_and_names_its_causes() -> None:
    builds = (row(1, None), row(2, None), row(3, 1), row(4, None, ok=False))
    predicate = statement(report(Verdict.NOT_REPRODUCIBLE, causes=(CLOCK,), builds=builds))["predicate"]
    assert predicate["result"] == "FAILED"
    assert predicate["properties"] == ["BIT_FOR_BIT_2_OF_3"]
    assert predicate["failedTests"] == ["time.clock", "time.clock-dst"]
    assert predicate["passedTests"] == ["host.name"]
    assert predicate["causes"] == ["time.clock"]


def test_what_only_the_sandbox_fixes_is_a_warning() -> None:
    host = FoundCause(cause="host.name", confidence=Confidence.SHOWN)
    predicate = statement(report(Verdict.PROTECTED, causes=(host,), builds=(row(1, None), row(2, None))))[
        "predicate"
    ]
    assert predicate["result"] == "WARNED"
    assert predicate["warnedTests"] == ["host.name"]
    assert predicate["failedTests"] == []


@pytest.mark.parametrize(
    "without",
    [
        report(Verdict.BUILD_FAILED),
        report(outputs=()),
        report(derivation=""),
    ],
    ids=["a build failed", "no outputs", "unknown what was built"],
)
def test_nothing_is_stated_of_what_gave_no_result(without: Report) -> None:
    with pytest.raises(UsageError, match="nothing can be stated"):
        statement(without)


def test_a_claim_is_read_back_from_the_signed_bytes() -> None:
    read = claim(json.loads(payload(statement(report(Verdict.NOT_REPRODUCIBLE, causes=(CLOCK,))))))
    assert (read.name, read.derivation) == ("musl@1.2.3", DERIVATION)
    assert read.outputs == (("out", "bootstrap-output:" + "a" * 32),)
    assert (read.result, read.causes) == ("FAILED", ("time.clock",))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
PARTS = ("_type", "subject", "predicateType", "predicate")
INNER = ("result", "configuration", "properties", "causes")


@given(data=st.data())
def test_any_other_json_is_refused_in_words(data: st.DataObject) -> None:
    hostile = statement(report())
    if data.draw(st.booleans()):
        hostile[data.draw(st.sampled_from(PARTS))] = data.draw(JSON)
    else:
        hostile["predicate"][data.draw(st.sampled_from(INNER))] = data.draw(JSON)
    for value in (hostile, data.draw(JSON)):
        try:
            read = claim(value)
        except ValueError as error:
            assert "statement" in str(error)
        else:
            assert read.outputs
            assert all(
                isinstance(text, str) for text in (read.name, read.derivation, *read.causes, *read.properties)
            )
