"""The JSON Schema in docs/schemas is that of the models, and of every file that is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from reports.__main__ import main
from reports.results import Results, encode_results, render_schema
from tests.reports.showcase import make_showcase
from tests.reports.strategies import results

FILE = Path(__file__).parents[2] / "docs" / "schemas" / "results.schema.json"
SCHEMA = Draft202012Validator(json.loads(FILE.read_text()))


def test_the_schema_in_the_documentation_is_up_to_date() -> None:
    assert FILE.read_text() == render_schema(), "python -m reports schema > docs/schemas/results.schema.json"


def test_the_schema_is_printed_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == render_schema()


def test_the_schema_is_a_schema() -> None:
    schema = json.loads(render_schema())
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(results())
def test_whatever_is_written_fits_the_schema(drawn: Results) -> None:
    assert list(SCHEMA.iter_errors(json.loads(encode_results(drawn)))) == []


def test_a_field_too_many_or_too_few_does_not_fit_the_schema() -> None:
    document = json.loads(encode_results(make_showcase()))
    document["requirements"][0]["checks"][0]["score"] = 100
    del document["requirements"][1]["spans"]
    assert [(error.json_path, error.validator) for error in SCHEMA.iter_errors(document)] == [
        ("$.requirements[0].checks[0]", "additionalProperties"),
        ("$.requirements[1]", "required"),
    ]
