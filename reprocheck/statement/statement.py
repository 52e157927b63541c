"""A report as an in-toto Statement v1 (https://in-toto.io/Statement/v1), good or bad.

The predicate is in-toto's test result v0.1: the result, what was built as its configuration, and the
variations as tests: passed ones make no difference, failed ones do, those that only our sandbox
fixes are warned of. Members of ours beside them, which others pass over: `properties`, `verdict`,
`causes`, `notApplied`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bootstrap import __version__
from bootstrap.errors import UsageError
from reprocheck.report.model import Report, Verdict

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"

_RESULTS = {
    Verdict.REPRODUCIBLE: "PASSED",
    Verdict.PROTECTED: "WARNED",
    Verdict.NOT_REPRODUCIBLE: "FAILED",
    Verdict.INCONCLUSIVE: "FAILED",
}

Outputs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a statement says that others can be compared with."""

    name: str
    """What people call the thing: "musl@1.2.3"."""
    derivation: str
    """What was built: the BLAKE3 of everything that may influence it, in hexadecimal."""
    outputs: Outputs
    """(name, digest), sorted; a digest is "algorithm:value"."""
    result: str
    """"PASSED", "WARNED" or "FAILED"."""
    properties: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()


def statement(report: Report) -> dict[str, Any]:
    """The statement of a report. UsageError if nothing was built, or it is not known what."""
    if report.verdict not in _RESULTS or not report.outputs or not report.derivation:
        raise UsageError(
            f"{report.subject}: nothing can be stated of it: {report.verdict}",
            hint="a statement needs a check whose builds gave a result",
        )
    applied = [each.name for each in report.variations if each.applied]
    blamed = {cause.cause for cause in report.causes}
    moved = [name for name in applied if _cause_of(name, blamed)]
    protected = report.verdict is Verdict.PROTECTED
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": name, "digest": _digest_set(digest)} for name, digest in sorted(report.outputs)],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "result": _RESULTS[report.verdict],
            "configuration": [
                {"name": report.subject, "digest": {"blake3": report.derivation}},
                {"name": "reprocheck", "annotations": {"version": __version__}},
            ],
            "passedTests": [name for name in applied if name not in moved],
            "warnedTests": moved if protected else [],
            "failedTests": [] if protected else moved,
            "properties": [_bit_for_bit(report)],
            "verdict": str(report.verdict),
            "causes": [cause.cause for cause in report.causes],
            "notApplied": [each.name for each in report.variations if not each.applied],
        },
    }


def payload(statement: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: JSON, names sorted, no white space."""
    return json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def claim(statement: Any) -> Claim:
    """What a statement says, which may have come from anywhere; ValueError if it is not one of ours."""
    try:
        if statement["_type"] != STATEMENT_TYPE or statement["predicateType"] != PREDICATE_TYPE:
            raise ValueError(f"a statement of another type: {statement['predicateType']}")
        predicate = statement["predicate"]
        built = predicate["configuration"][0]
        made = Claim(
            name=_text(built["name"]),
            derivation=_text(built["digest"]["blake3"]),
            outputs=tuple(
                sorted((_text(each["name"]), _spelt(each["digest"])) for each in statement["subject"])
            ),
            result=_text(predicate["result"]),
            properties=_texts(predicate.get("properties", ())),
            causes=_texts(predicate.get("causes", ())),
        )
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError(f"not a statement of reprocheck: {type(error).__name__}: {error}") from None
    if made.result not in _RESULTS.values() or not made.outputs:
        raise ValueError("not a statement of reprocheck: no result, or no subject")
    return made


def _cause_of(variation: str, causes: Iterable[str]) -> bool:
    # A variation's name is its cause's, with a suffix where there are several.
    return any(variation == cause or variation.startswith(f"{cause}-") for cause in causes)


def _bit_for_bit(report: Report) -> str:
    good = [row for row in report.builds if row.ok]
    same = [row for row in good if row.number == good[0].number or row.equal_to == good[0].number]
    return f"BIT_FOR_BIT_{len(same)}_OF_{len(good)}"


def _digest_set(digest: str) -> dict[str, str]:
    algorithm, _, value = digest.partition(":")
    return {algorithm: value}


def _spelt(digests: Mapping[str, Any]) -> str:
    ((algorithm, value),) = digests.items()
    return f"{_text(algorithm)}:{_text(value)}"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(map(_text, values))
