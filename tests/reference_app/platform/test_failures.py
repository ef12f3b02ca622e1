"""An unhandled failure says nothing but its request id, and the log says the rest under that id (roadmap 1.2)."""

from __future__ import annotations

import io
import json
import logging

import pytest

from reference_app.observability.logs import make_handler
from tests.reference_app.client import Api

pytestmark = pytest.mark.urls("tests.reference_app.platform.failing_urls")


def test_a_500_reveals_nothing_and_is_found_in_the_log(api: Api) -> None:
    stream = io.StringIO()
    handler = make_handler(stream)
    logging.getLogger().addHandler(handler)
    try:
        response = api.get("/fail")
    finally:
        logging.getLogger().removeHandler(handler)
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    document = response.json()
    assert document["code"] == "internal_error"
    for secret in ("SELECT", "RuntimeError", "ada@example.org", "failing_urls", "Traceback"):
        assert secret not in response.content.decode()
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    failures = [event for event in events if "exception" in event]
    assert [(event["exception"], event["request_id"]) for event in failures] == [
        ("builtins.RuntimeError", document["request_id"])
    ]
    assert [event["status"] for event in events if event["event"] == "request"] == [500]
    assert "ada@example.org" not in stream.getvalue()


def test_the_other_handlers_are_there_too(api: Api) -> None:
    assert api.get("/nothing").json()["code"] == "not_found"
