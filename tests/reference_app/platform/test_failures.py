"""An unhandled failure says nothing but its request id, and the log says the rest under that id (roadmap 1.2)."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.db import IntegrityError, InterfaceError
from django.http import Http404
from rest_framework import exceptions

from reference_app.api.failures import describe, list_errors
from reference_app.api.problems import NotFound
from reference_app.http.handlers import problem_for_status
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


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (exceptions.AuthenticationFailed("secret"), 401, "not_authenticated"),
        (exceptions.PermissionDenied("secret"), 403, "forbidden"),
        (exceptions.ParseError("secret"), 400, "invalid_request"),
        (Http404("secret"), 404, "not_found"),
        (IntegrityError("secret"), 409, "conflict"),
        (InterfaceError("secret"), 503, "unavailable"),
        (NotFound(), 404, "not_found"),
    ],
)
def test_every_known_failure_is_a_problem_without_its_own_words(failure: Exception, status: int, code: str) -> None:
    problem = describe(failure)
    assert problem is not None
    assert (problem.status, problem.code) == (status, code)
    assert "secret" not in problem.detail


def test_what_is_unknown_goes_on_to_the_last_handler() -> None:
    assert describe(LookupError("secret")) is None


def test_nested_errors_are_found_by_their_pointers() -> None:
    def wrong(code: str) -> dict[str, str]:
        return {"message": "x", "code": code}

    details = {
        "price": {"amount": [wrong("a"), wrong("b")]},
        "lines": [{}, {"a/b": [wrong("c")]}],
        "non_field_errors": [wrong("d")],
    }
    assert [(error.pointer, error.code) for error in list_errors(details)] == [
        ("/price/amount", "a"),
        ("/lines/1/a~1b", "c"),
        ("", "d"),
    ]


@pytest.mark.parametrize(("status", "code"), [(404, "not_found"), (418, "invalid_request"), (507, "internal_error")])
def test_a_status_alone_stands_for_a_problem(status: int, code: str) -> None:
    assert problem_for_status(status).code == code
