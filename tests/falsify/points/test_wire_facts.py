"""Facts of an exchange are read from the wire: operation, version, identity, values, state, repetition."""

from __future__ import annotations

import base64
import json

import pytest

from spec.falsify.points.wire_facts import (
    IDENTITY,
    METHOD,
    OPERATION,
    PAGE,
    ROUTE,
    SENT,
    STATE,
    TURN,
    UNKNOWN,
    UNKNOWN_METHOD,
    UNKNOWN_VERSION,
    VALUE,
    VARIANT,
    VERSION,
    WireReader,
)
from tests.falsify.points.scenes import MOMENT, STAFF, answered, reader, scene

OK = answered(200)


def token(subject: str, *, expires: float = MOMENT.timestamp() + 60, family: str = "f") -> str:
    """Return a token in the form of a JWT."""
    claims = json.dumps({"sub": subject, "exp": expires, "fam": family}).encode()
    return f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.sig"


def sign_in(known: WireReader, email: str, access: str) -> None:
    """Let the shop issue a token to an account."""
    content = {"email": email, "password": "p"}
    scene(answered(200, {"access": access}), "POST", "/api/v2/tokens", known=known, json=content)


def identity_of(known: WireReader, authorization: str) -> set[str]:
    """Return as whom a request with this header is seen."""
    return set(scene(OK, known=known, headers=(("authorization", authorization),)).facts[IDENTITY])


@pytest.mark.parametrize(
    ("path", "route", "version"),
    [
        ("/api/v2/orders/17", "/orders/{}", "v2"),
        ("/api/v1/orders", "/orders", "v1"),
        ("/api/v1/orders/", UNKNOWN, "v1"),
        ("/api/v9/orders", UNKNOWN, UNKNOWN_VERSION),
        ("/livez", "/livez", "outside of the versions"),
        ("/static/css/a.css", "/static/{}", "outside of the versions"),
        ("/nowhere", UNKNOWN, "outside of the versions"),
    ],
)
def test_a_path_has_the_route_that_the_shop_lists_and_the_version_in_it(path: str, route: str, version: str) -> None:
    facts = scene(OK, path=path).facts
    assert (set(facts[ROUTE]), set(facts[VERSION])) == ({route}, {version})


def test_an_operation_is_a_method_that_the_shop_lists_for_the_route() -> None:
    assert scene(OK, "POST", "/api/v2/orders").facts[OPERATION] == {"POST /orders"}
    assert scene(OK, "PUT", "/api/v2/orders").facts[OPERATION] == set()
    assert scene(OK, "GET", "/admin/").facts[OPERATION] == {"GET /admin/"}
    assert scene(OK, "DELETE", "/admin/").facts[OPERATION] == set()


def test_every_method_that_nobody_knows_is_one() -> None:
    assert scene(OK, "BREW").facts[METHOD] == scene(OK, "FETCH").facts[METHOD] == {UNKNOWN_METHOD}


def test_an_identity_is_that_of_the_token_and_of_no_label() -> None:
    known = reader()
    sign_in(known, "a@shopper.example", token("7"))
    sign_in(known, STAFF, token("1"))
    sign_in(known, "b@shopper.example", token("8", expires=MOMENT.timestamp()))
    assert identity_of(known, f"Bearer {token('7')}") == {"a customer"}
    assert identity_of(known, f"Bearer {token('1')}") == {"staff"}
    assert identity_of(known, f"Bearer {token('8', expires=MOMENT.timestamp())}") == {"an expired token"}
    assert identity_of(known, f"Bearer {token('9')}") == {"a forged token"}
    assert identity_of(known, "Basic YTpi") == {"another scheme"}
    assert scene(OK, known=known).facts[IDENTITY] == {"nobody"}


def test_a_token_whose_family_was_revoked_is_signed_out() -> None:
    known = reader()
    sign_in(known, "a@shopper.example", token("7"))
    scene(answered(204), "POST", "/api/v2/tokens/revoke", known=known, json={"refresh": token("7")})
    assert identity_of(known, f"Bearer {token('7')}") == {"a token that was signed out"}


@pytest.mark.parametrize(
    ("content", "classes"),
    [
        ({"a": None}, {"null"}),
        ({"a": True}, {"a boolean"}),
        ({"a": 0}, {"zero"}),
        ({"a": -1}, {"a negative number"}),
        ({"a": 1.5}, {"a fraction"}),
        ({"a": 2**31}, {"a large number"}),
        ({"a": " "}, {"an empty text"}),
        ({"a": "7"}, {"a number as text"}),
        ({"a": "é"}, {"a text beyond ASCII"}),
        ({"a": "x\0"}, {"a text with NUL"}),
        ({"a": "x" * 201}, {"a long text"}),
        ({"a": []}, {"a list"}),
        ({"a": {}}, {"an empty object"}),
        ({"a": {"b": [0, None]}}, {"zero", "null", "a list"}),
        ({"a": "plain", "b": 1}, set()),
    ],
)
def test_odd_values_of_a_body_have_classes(content: object, classes: set[str]) -> None:
    assert scene(OK, "POST", "/api/v2/orders", json=content).facts[VALUE] == classes


def test_odd_ids_and_queries_have_classes() -> None:
    assert scene(OK, path="/api/v2/orders/0").facts[VALUE] == {"the id zero"}
    assert scene(OK, path="/api/v2/orders/x").facts[VALUE] == {"an id that is no number"}
    assert scene(OK, path=f"/api/v2/orders/{2**31}").facts[VALUE] == {"a large id"}
    assert scene(OK, query=(("page_size", "0"),)).facts[VALUE] == {"a page size out of bounds"}
    assert scene(OK, query=(("search", ""),)).facts[VALUE] == {"an empty value in the query"}


def test_a_query_says_which_part_of_a_list_is_read() -> None:
    query = (("cursor", "abc"), ("ordering", "price"), ("page", "1"))
    assert scene(OK, query=query).facts[PAGE] == {"a later page", "an ordering", "a filter"}
    assert scene(OK).facts[PAGE] == set()


def test_states_are_those_of_the_thing_that_is_shown() -> None:
    assert scene(answered(304)).facts[STATE] == {"not modified"}
    assert scene(answered(200, {"results": []})).facts[STATE] == {"an empty list"}
    assert scene(answered(200, {"status": "cancelled"})).facts[STATE] == {"a cancelled order"}


def test_a_thing_that_was_removed_is_known_under_its_path_only() -> None:
    known = reader()
    scene(answered(204), "DELETE", "/api/v2/products/7", known=known)
    assert scene(answered(404), path="/api/v2/products/7", known=known).facts[STATE] == {"a thing that was removed"}
    assert scene(answered(404), path="/api/v2/products/8", known=known).facts[STATE] == set()


def test_repetition_counts_the_same_request() -> None:
    known = reader()
    turns = [next(iter(scene(OK, known=known).facts[TURN])) for _ in range(4)]
    assert turns == ["the first time", "the second time", "the third time or later", "the third time or later"]
    assert scene(OK, "HEAD", known=known).facts[TURN] == {"the first time"}


def test_headers_count_that_say_something() -> None:
    fields = (("if-none-match", '"a"'), ("Accept", "*/*"), ("User-Agent", "x"))
    assert scene(OK, headers=fields).facts[SENT] == {"If-None-Match"}
    assert scene(OK, headers=(("Accept", "text/html"), ("Content-Type", "text/plain"))).facts[SENT] == {
        "Accept",
        "another Content-Type",
    }


def test_variants_are_the_status_and_the_kind_of_place() -> None:
    assert scene(answered(404), path="/livez").facts[VARIANT] == {"a 404", "probe answer"}
    assert scene(answered(200, Content_Type="text/html; charset=utf-8"), path="/admin/").facts[VARIANT] == {
        "a 200",
        "a page",
        "admin answer",
    }
