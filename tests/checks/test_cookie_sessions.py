"""A shop whose sessions have no tokens is examined as far as it has what a requirement speaks of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from spec.catalogue import load_catalogue
from spec.checking.examination import Examination
from spec.checking.outcomes import Blocked, Inapplicable, Outcome, Undecided, Violation
from spec.checks.flow.test_sessions import test_access_is_refreshed_and_ends_with_sign_out as check_sessions
from spec.checks.support.own_account import gather_customers
from spec.checks.tok.test_tokens import test_access_tokens_live_15_minutes as check_lifetimes
from spec.surface.session_tokens import find_tokens, need_tokens
from spec.target.adapters import AdapterBroke
from spec.target.exchange import Headers, Request, Response
from spec.target.session import Session
from tests.checks.cookie_shop import CookieShop


def test_a_session_that_signed_out_opens_nothing_although_its_cookie_is_kept() -> None:
    cookies, examine = CookieShop(), Examination()
    check_sessions(cookies.shop, examine)
    assert examine.notes == ["The shop's sessions have no tokens, so nothing was refreshed."]
    assert [(one.method, one.path) for one in cookies.asked[-3:]] == [
        ("GET", "/form"), ("DELETE", "/session"), ("GET", "/me"),
    ]  # fmt: skip
    assert dict(cookies.asked[-1].headers)["Cookie"] == "sid=s1"


@pytest.mark.parametrize(
    ("wrong", "outcome"),
    [("sign-out ends nothing", Outcome.TOKEN_REUSED), ("one account for all", Outcome.WRONG_CONTENT)],
)
def test_a_session_that_goes_on_or_is_anothers_is_found(wrong: str, outcome: Outcome) -> None:
    with pytest.raises(Violation) as violation:
        check_sessions(CookieShop({wrong}).shop, Examination())
    assert violation.value.outcome is outcome


@pytest.mark.parametrize(
    "refusal",
    [Response(403), Response(404), Response(302, Headers([("Location", "https://shop.example/login?next=/me")]))],
)
def test_a_session_that_has_ended_may_be_answered_as_a_stranger_is(refusal: Response) -> None:
    cookies, examine = CookieShop(), Examination()
    cookies.refusal = refusal
    check_sessions(cookies.shop, examine)
    assert examine.stated == 3


@pytest.mark.parametrize(
    ("ended", "refusal"),
    [
        (Response(404), Response(401)),
        (Response(200, Headers(), b"<html>"), Response(401)),
        (Response(200, Headers(), b"<html>"), Response(200, Headers(), b"<html>")),
        (Response(302, Headers([("Location", "/orders")])), Response(302, Headers([("Location", "/login")]))),
    ],
)
def test_an_answer_that_refuses_no_credentials_shows_no_end(ended: Response, refusal: Response) -> None:
    cookies = CookieShop()
    cookies.ended, cookies.refusal = ended, refusal
    with pytest.raises(Violation) as violation:
        check_sessions(cookies.shop, Examination())
    assert violation.value.outcome is Outcome.WRONG_STATUS


def test_a_spent_budget_shows_no_end() -> None:
    cookies = CookieShop()
    cookies.ended = Response(429)
    with pytest.raises(Undecided, match=r"^a limit of the target hides the end of the session: GET /me → 429$"):
        check_sessions(cookies.shop, Examination())


class KeepsItsBearer(Session):
    """Signs with a token that it does not show."""

    def __init__(self, header: str, value: str) -> None:
        super().__init__()
        self.header, self.value = header, value

    def sign(self, request: Request) -> Request:
        return super().sign(request).with_header(self.header, self.value)

    def secrets(self) -> Iterator[str]:
        yield from (*super().secrets(), "s-1")


@pytest.mark.parametrize(
    ("header", "value"), [("Authorization", "Bearer abc"), ("authorization", "x"), ("X-Token", "key=s-1")]
)
def test_an_adapter_that_keeps_its_token_to_itself_is_broken(header: str, value: str) -> None:
    with pytest.raises(AdapterBroke, match=rf"signs with a credential in {header} and has no tokens"):
        need_tokens(KeepsItsBearer(header, value))


@pytest.mark.parametrize(
    ("header", "value"), [("X-CSRF-Token", "s-1"), ("X-Double-Submit", "c-1"), ("Accept-Language", "de")]
)
def test_headers_that_prove_no_account_are_no_tokens(header: str, value: str) -> None:
    session = KeepsItsBearer(header, value)
    session.cookies = {"sid": "c-1"}
    assert find_tokens(session) is None


def test_requirements_about_tokens_do_not_apply() -> None:
    cookies = CookieShop()
    with pytest.raises(Inapplicable, match=r"^the shop's sessions have no tokens$"):
        need_tokens(cookies.customer().session)
    with pytest.raises(Inapplicable):
        check_lifetimes(cookies.shop, load_catalogue().get("TOK-001"), Examination())


def test_brought_accounts_are_gathered_once_each() -> None:
    cookies = CookieShop()
    assert len(gather_customers(cookies.shop, 8, least=1)) == 1
    with pytest.raises(Blocked, match=r"^2 customers are needed at once, and the profile brings 1$"):
        gather_customers(cookies.shop, 8, least=2)
