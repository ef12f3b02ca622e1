"""Requests, responses and exchanges as values."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.target.exchange import Failure, Headers, Request, Response, UnexpectedAnswer
from tests.support.samples import answered, unanswered


def test_header_names_compare_without_case_and_repeated_fields_are_kept_in_order() -> None:
    headers = Headers([("Vary", "Accept"), ("X-Request-ID", "7"), ("vary", "Cookie")])
    assert headers.get_all("VARY") == ("Accept", "Cookie")
    assert headers.get("vary") == "Accept, Cookie"
    assert headers.get("Retry-After") is None
    assert "x-request-id" in headers
    assert 7 not in headers
    assert (len(headers), list(headers)[2]) == (3, ("vary", "Cookie"))
    assert headers == Headers(list(headers))
    assert hash(headers) == hash(Headers(list(headers)))


def test_a_target_is_the_path_and_the_query_in_the_order_given() -> None:
    request = Request("GET", "/products", query=(("search", "blue chair & co"), ("page_size", "5"), ("search", "ü")))
    assert request.target == "/products?search=blue+chair+%26+co&page_size=5&search=%C3%BC"
    assert Request("GET", "/a%00b/../c").target == "/a%00b/../c"


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        (Request("POST", "/orders"), b""),
        (Request("POST", "/orders", json=None), b"null"),
        (Request("POST", "/orders", json={"name": "Gr\u00fcn"}), b'{"name": "Gr\xc3\xbcn"}'),
        (Request("POST", "/orders", json={"a": 1}, body=b"{"), b"{"),
        (Request("POST", "/orders", body=b""), b""),
    ],
)
def test_a_body_is_the_bytes_given_or_json_and_json_null_is_a_body(request_: Request, body: bytes) -> None:
    assert request_.encoded_body() == body


def test_json_implies_its_content_type_unless_the_request_states_one_or_gives_the_bytes() -> None:
    assert Request("POST", "/", json={}).wire_headers() == (("Content-Type", "application/json"),)
    stated = Request("POST", "/", json={}, headers=(("content-type", "text/plain"),))
    assert stated.wire_headers() == (("content-type", "text/plain"),)
    assert Request("POST", "/", json={}, body=b"{}").wire_headers() == ()
    assert Request("GET", "/").wire_headers() == ()


def test_a_request_with_another_header_leaves_the_first_request_as_it_was() -> None:
    plain = Request("GET", "/cart")
    signed = plain.with_header("X-One", "1").with_bearer("abc")
    assert signed.headers == (("X-One", "1"), ("Authorization", "Bearer abc"))
    assert plain.headers == ()


def test_a_body_that_is_no_json_is_told_with_its_status_type_and_beginning() -> None:
    response = Response(502, Headers([("Content-Type", "text/html")]), b"<html>" + b"x" * 200)
    with pytest.raises(UnexpectedAnswer) as told:
        response.json()
    assert told.value.expected == "a JSON body"
    assert told.value.observed == f"502 text/html: {'<html>' + 'x' * 74!r}"
    assert str(told.value) == f"expected a JSON body, observed {told.value.observed}"
    with pytest.raises(UnexpectedAnswer, match="no media type"):
        Response(200, body=b"\xff").json()


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,30})\.[0-9]{1,30}", fullmatch=True))
def test_a_json_number_with_a_point_is_read_exactly(number: str) -> None:
    read = Response(200, body=f"[{number}]".encode())
    assert read.json() == [Decimal(number)]
    assert read.json(real=float) == [float(number)]


@pytest.mark.parametrize(
    "body",
    [b"NaN", b"[-Infinity]", b"[" * 100_000, b"1" * 5000, b"1e99999999999999999999"],
    ids=["NaN", "Infinity", "nested too deeply", "too many digits", "too large an exponent"],
)
def test_what_python_alone_can_or_cannot_read_is_no_json(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer, match="expected a JSON body, observed 200 no media type: "):
        Response(200, body=body).json()


def test_success_is_any_status_from_200_to_299() -> None:
    assert [status for status in (199, 200, 204, 299, 300, 404) if Response(status).succeeded] == [200, 204, 299]


def test_a_summary_names_method_target_and_what_came_of_it() -> None:
    request = Request("GET", "/products", query=(("page_size", "1"),))
    assert answered(request, status=204).summary == "GET /products?page_size=1 → 204"
    assert unanswered(Failure.TIMEOUT, request).summary == "GET /products?page_size=1 → no answer in time"
