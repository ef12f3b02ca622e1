"""The rule of secrets: none stands in a URL or in the body of an error."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.checks.tok.rules import secrets_stand_in_no_url_and_no_error
from spec.target.exchange import Request
from tests.checks.answers import answered, breaches, known
from tests.support.samples import JWT

PASSWORD = "Pw-a/b c<d>é"
TOKEN = "f3kq0Zp1x8Vw"
SHOP = {
    "servers": [{"url": "/api/v2"}],
    "paths": {
        "/tokens": {"get": {}, "post": {}},
        "/cart": {"get": {"security": [{"token": []}]}},
        "/products": {"get": {}},
    },
}
FACTS = known(SHOP)
FACTS.secrets = lambda: frozenset({PASSWORD, TOKEN})
SIGN_IN = Request("POST", "/api/v2/tokens", json={"email": "ada@example.org", "password": PASSWORD})
SIGNED = Request("GET", "/api/v2/cart", headers=(("Authorization", f"Bearer {TOKEN}"),))


def judge(request: Request, status: int, body: object = None, **headers: str) -> list[str]:
    """Judge the answer to a request."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return breaches(secrets_stand_in_no_url_and_no_error, answered(FACTS, request, status, body, fields))[0]


@pytest.mark.parametrize(
    "said",
    [
        PASSWORD,
        f"the password {PASSWORD} is wrong",
        "Pw-a%2Fb%20c%3Cd%3E%C3%A9",
        "Pw-a/b c&lt;d&gt;é",
        base64.b64encode(f"ada:{PASSWORD}".encode()).decode(),
    ],
)
def test_an_error_that_repeats_the_password_is_seen_in_any_coding(said: str) -> None:
    assert judge(SIGN_IN, 401, {"detail": said}) == ["a body that repeats a credential of the request"]
    assert judge(SIGN_IN, 500, said.encode()) == ["a body that repeats a credential of the request"]
    assert judge(SIGN_IN, 200, {"password": said}) == []


def test_an_error_that_repeats_a_token_is_seen_wherever_the_request_has_it() -> None:
    cookie = Request("GET", "/api/v2/cart", headers=(("Cookie", f"a=1; sid={TOKEN}"),))
    for request in (SIGNED, cookie):
        assert judge(request, 404, {"detail": f"no order of {TOKEN}"})
        assert judge(request, 404, {"detail": "no order"}) == []


@pytest.mark.parametrize("name", ["password", "new_password", "passwordConfirm", "refresh", "access_token"])
def test_a_credential_that_the_run_does_not_know_is_told_by_its_member(name: str) -> None:
    request = Request("POST", "/api/v2/tokens", json={name: "hunter2hunter2", "email": "ada@example.org"})
    assert judge(request, 422, {"errors": [{"input": "hunter2hunter2"}]})
    assert judge(request, 422, {"errors": [{"input": "ada@example.org"}]}) == []


@pytest.mark.parametrize("value", ["password", "00000000", "        ", "short1", "ada@example.org", None, 12345678])
def test_a_value_that_could_stand_in_any_sentence_proves_nothing(value: object) -> None:
    request = Request("POST", "/api/v2/tokens", json={"password": value, "email": "ada@example.org"})
    assert judge(request, 422, {"detail": f"{value} or the password 00000000         of ada@example.org"}) == []


def test_an_error_that_holds_a_json_web_token_is_seen_whoever_asked() -> None:
    assert judge(Request("GET", "/api/v2/nothing"), 404, {"detail": JWT}) == ["a body that holds a JSON Web Token"]
    assert judge(Request("GET", "/api/v2/nothing"), 200, {"detail": JWT}) == []


@pytest.mark.parametrize("name", ["Location", "Content_Location", "Link", "Refresh"])
@pytest.mark.parametrize("url", [f"/next?token={TOKEN}", f"<https://shop/{TOKEN}/done>; rel=next", f"/x#{TOKEN}"])
def test_a_url_in_a_header_that_holds_a_credential_is_seen(name: str, url: str) -> None:
    assert len(judge(SIGNED, 303, **{name: url})) == 1
    assert judge(Request("GET", "/api/v2/products"), 303, **{name: url}) == []


def test_a_url_in_a_body_that_holds_a_credential_is_seen() -> None:
    assert len(judge(SIGNED, 200, {"next": f"https://shop.example/orders?key={TOKEN}"})) == 1
    assert len(judge(SIGN_IN, 200, {"access": "q9w8e7r6t5", "self": "/me/q9w8e7r6t5"})) == 1
    assert judge(SIGN_IN, 200, {"access": TOKEN, "next": "/api/v2/cart?cursor=q9w8e7r6"}) == []


def test_a_request_that_is_done_for_a_credential_in_its_url_is_seen() -> None:
    by_url = (("token", TOKEN),)
    assert judge(Request("GET", "/api/v2/cart", by_url), 200, {})
    assert judge(Request("GET", "/api/v2/cart", by_url), 401, {}) == []
    assert judge(Request("GET", "/api/v2/products", by_url), 200, {}) == []
    assert judge(Request("GET", "/api/v2/cart", by_url, headers=SIGNED.headers), 200, {}) == []
    assert judge(Request("GET", "/api/v2/tokens", (("password", PASSWORD),)), 200, {"access": "q9w8e7r6t5"})


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_an_error_without_the_credential_is_well(text: str) -> None:
    assert judge(SIGNED, 404, {"detail": text}) == []
