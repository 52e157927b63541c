from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from reprocheck.report.model import Report, Verdict
from reprocheck.report.schema import from_json, several_to_json, to_json
from tests.reprocheck.report.samples import HOSTILE, REPORTS, report, reproducible

PAGES = Path(__file__).parents[3] / "docs/reference"


def strict(schema: Any) -> Any:
    """The schema with nothing allowed that it does not describe."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {name: strict(value) for name, value in schema.items()}
    if "properties" in changed and changed.get("type") == "object":
        changed.setdefault("additionalProperties", False)
        assert set(changed["required"]) == set(changed["properties"])
    return changed


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((PAGES / "report.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(strict(schema))


@given(each=REPORTS)
def test_every_report_comes_back_from_its_json(each: Report) -> None:
    assert from_json(json.loads(json.dumps(to_json(each)))) == each


@given(each=REPORTS)
def test_every_report_is_valid_by_the_published_schema(
    validator: jsonschema.Draft202012Validator, each: Report
) -> None:
    validator.validate(to_json(each))


def test_several_reports_are_valid_and_have_the_worst_verdict(
    validator: jsonschema.Draft202012Validator,
) -> None:
    value = several_to_json([reproducible(), report(), reproducible("other@1")])
    validator.validate(value)
    assert (value["verdict"], value["causes"]) == ("not reproducible", ["time.clock", "rng"])
    assert [each["subject"] for each in value["reports"]][::2] == ["clean@1", "other@1"]
    validator.validate(several_to_json([]))


def test_one_report_stands_alone() -> None:
    assert several_to_json([report()]) == to_json(report())


def test_what_is_asked_first_stands_first() -> None:
    assert list(to_json(report()))[:6] == ["schema", "verdict", "causes", "findings", "variations", "builds"]


def test_a_hostile_name_survives_the_way_there_and_back() -> None:
    assert from_json(json.loads(json.dumps(to_json(report(HOSTILE))))) == report(HOSTILE)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "reprocheck.report/2"},
        {"verdict": "splendid"},
        {"findings": [{}]},
        {"causes": 3},
        {"builds": [{"number": 1}]},
        {"outputs": []},
    ],
)
def test_what_is_no_report_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"report|Verdict"):
        from_json({**to_json(report()), **change})


def test_the_page_names_the_schemas_and_every_verdict() -> None:
    page = (PAGES / "reprocheck.md").read_text("utf-8")
    for words in ("reprocheck.report/1", "reprocheck.reports/1", *(f"`{verdict}`" for verdict in Verdict)):
        assert words in page
