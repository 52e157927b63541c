"""Reports as JSON, and back; docs/reference/report.schema.json is the schema.

What a program asks first stands first. Lists are in the order of the report, names of files and
bytes of results are as `reprocheck.compare.schema` writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reprocheck.cause import Level
from reprocheck.compare.schema import difference_from_json, difference_to_json
from reprocheck.report.model import (
    AppliedVariation,
    BuildRow,
    Confidence,
    Evidence,
    Finding,
    FoundCause,
    Report,
    Verdict,
)
from reprocheck.report.summary import causes_of, worst

SCHEMA = "reprocheck.report/1"
SCHEMA_OF_SEVERAL = "reprocheck.reports/1"


def to_json(report: Report) -> dict[str, Any]:
    """The report, with all its members."""
    return {
        "schema": SCHEMA,
        "verdict": report.verdict.value,
        "causes": [_cause(cause) for cause in report.causes],
        "findings": [_finding(finding) for finding in report.findings],
        "variations": [
            {
                "name": each.name,
                "text": each.text,
                "applied": each.applied,
                "why_not": each.why_not,
                "asked": each.asked,
            }
            for each in report.variations
        ],
        "builds": [_build(row) for row in report.builds],
        "subject": report.subject,
        "kind": report.kind,
        "derivation": report.derivation,
        "outputs": dict(report.outputs),
        "seconds": report.seconds,
        "notes": list(report.notes),
    }


def several_to_json(reports: Sequence[Report]) -> dict[str, Any]:
    """One report as it is; of none or several the worst verdict, the names of all causes, and each."""
    if len(reports) == 1:
        return to_json(reports[0])
    return {
        "schema": SCHEMA_OF_SEVERAL,
        "verdict": worst(reports).value,
        "causes": list(causes_of(reports)),
        "reports": [to_json(report) for report in reports],
    }


def from_json(value: dict[str, Any]) -> Report:
    """The report that `to_json` wrote; ValueError for what is none, or one of another schema."""
    if value.get("schema") != SCHEMA:
        raise ValueError(f"not a report of the schema {SCHEMA}: {value.get('schema')}")
    try:
        return Report(
            subject=value["subject"],
            kind=value["kind"],
            verdict=Verdict(value["verdict"]),
            causes=tuple(_cause_from(each) for each in value["causes"]),
            findings=tuple(_finding_from(each) for each in value["findings"]),
            variations=tuple(AppliedVariation(**each) for each in value["variations"]),
            builds=tuple(BuildRow(**{**each, "varied": tuple(each["varied"])}) for each in value["builds"]),
            derivation=value["derivation"],
            outputs=tuple(value["outputs"].items()),
            seconds=value["seconds"],
            notes=tuple(value["notes"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a whole report: {error!r}") from error


def _cause(cause: FoundCause) -> dict[str, Any]:
    return {
        "cause": cause.cause,
        "confidence": cause.confidence.value,
        "evidence": [{"text": each.text, "builds": list(each.builds)} for each in cause.evidence],
        "together_with": list(cause.together_with),
    }


def _cause_from(value: dict[str, Any]) -> FoundCause:
    return FoundCause(
        cause=value["cause"],
        confidence=Confidence(value["confidence"]),
        evidence=tuple(
            Evidence(text=each["text"], builds=tuple(each["builds"])) for each in value["evidence"]
        ),
        together_with=tuple(value["together_with"]),
    )


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "output": finding.output,
        "path": finding.path,
        "level": finding.level.value,
        "causes": [_cause(cause) for cause in finding.causes],
        "differences": [difference_to_json(each) for each in finding.differences],
        "difference_count": finding.difference_count,
        "builds": list(finding.builds),
        "follows": finding.follows,
        "writer": finding.writer,
        "ruled_out": list(finding.ruled_out),
    }


def _finding_from(value: dict[str, Any]) -> Finding:
    first, second = value["builds"]
    return Finding(
        output=value["output"],
        path=value["path"],
        level=Level(value["level"]),
        causes=tuple(_cause_from(each) for each in value["causes"]),
        differences=tuple(difference_from_json(each) for each in value["differences"]),
        difference_count=value["difference_count"],
        builds=(first, second),
        follows=value["follows"],
        writer=value["writer"],
        ruled_out=tuple(value["ruled_out"]),
    )


def _build(row: BuildRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "what": row.what,
        "varied": list(row.varied),
        "ok": row.ok,
        "seconds": row.seconds,
        "equal_to": row.equal_to,
        "message": row.message,
    }
