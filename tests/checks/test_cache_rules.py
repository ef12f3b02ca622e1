"""The rule of personal answers: which answers are personal, what they say, and what Vary names."""

from __future__ import annotations

from typing import cast

import pytest

from spec.checking.rules import Answer, Rule
from spec.checks.cache.rules import PersonalAnswersSaySoAndVaryByWhatTheyDependOn
from spec.surface.known import Known
from spec.target.circumstances import Circumstances, Identity
from spec.target.exchange import Request
from tests.checks.answers import answered, breaches, known

SHOP = {
    "servers": [{"url": "/api/v2"}],
    "security": [{"token": []}],
    "paths": {
        "/cart": {"get": {}, "post": {}},
        "/orders/{id}": {"get": {"security": [{"token": []}]}},
        "/products": {"get": {"security": []}},
        "/reviews": {"get": {"security": [{}, {"token": []}]}},
        "/tokens": {"post": {"security": []}},
    },
}
# The decorator makes a rule of the class, which a type checker takes for the class itself.
RULE = cast("Rule", PersonalAnswersSaySoAndVaryByWhatTheyDependOn)
FACTS = known(SHOP)
SIGNED = (("Authorization", "Bearer f3kq0Zp1x8"),)
PERSONAL = ("private, no-store", "no-store", "No-Store, max-age=0", "max-age=0, PRIVATE")
TELLING = (
    None,
    "",
    "no-cache",
    "max-age=0",
    "public, max-age=60",
    "private, public",
    'private="X-User"',
    "private, s-maxage=9",
)


def get(
    path: str,
    cache_control: str | None,
    *,
    vary: str | None = "Authorization, Accept",
    identity: Identity = Identity.CUSTOMER,
    method: str = "GET",
    status: int = 200,
    facts: Known = FACTS,
    asked: tuple[tuple[str, str], ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
    media_type: str = "application/json",
) -> Answer:
    """Make the answer to a read."""
    credential = () if identity is Identity.NOBODY else SIGNED
    fields = list(headers)
    fields += [] if cache_control is None else [("Cache-Control", cache_control)]
    fields += [] if vary is None else [("Vary", vary)]
    return answered(
        facts, Request(method, path, headers=(*credential, *asked)), status, {}, fields, media_type=media_type,
        circumstances=Circumstances(identity=identity),
    )  # fmt: skip


def judge(*answers: Answer) -> list[bool]:
    """Tell of each answer if the rule found it bad when it came."""
    return [bool(one) for one in breaches(RULE, *answers)]


@pytest.mark.parametrize("path", ["/api/v2/cart", "/api/v2/orders/7"])
@pytest.mark.parametrize("identity", [Identity.CUSTOMER, Identity.STRANGER, Identity.STAFF])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_answer_for_which_the_document_wants_a_credential_is_personal(
    path: str, identity: Identity, method: str
) -> None:
    good = [get(path, value, identity=identity, method=method) for value in PERSONAL]
    bad = [get(path, value, identity=identity, method=method) for value in TELLING]
    assert judge(*good) == [False] * len(good)
    assert judge(*bad) == [True] * len(bad)


@pytest.mark.parametrize("status", [200, 201, 204, 304, 404, 409, 429])
def test_every_status_of_a_personal_operation_is_personal(status: int) -> None:
    assert judge(get("/api/v2/cart", None, method="POST", status=status)) == [True]
    assert judge(get("/api/v2/cart", "no-store", method="POST", status=status)) == [False]


def test_what_everybody_may_read_is_public_for_those_who_are_signed_in_too() -> None:
    for path in ("/api/v2/products", "/api/v2/reviews", "/api/v2/nothing"):
        assert judge(get(path, "public, max-age=60", vary=None)) == [False]
    assert judge(get("/api/v2/cart", None, identity=Identity.NOBODY, status=401)) == [False]
    assert judge(get("/api/v2/cart", None, identity=Identity.FORGED, status=401)) == [False]


def test_a_private_answer_that_may_be_stored_varies_by_its_credential() -> None:
    assert judge(get("/api/v2/cart", "private", vary="Accept"), get("/api/v2/cart", "private", vary=None)) == [True] * 2
    assert judge(get("/api/v2/cart", "private", vary="*"), get("/api/v2/cart", "no-store", vary=None)) == [False] * 2


@pytest.mark.parametrize("nobody_first", [True, False])
def test_without_a_document_the_refusal_of_a_visitor_tells_what_is_personal(nobody_first: bool) -> None:
    bare = known()
    refusal = get("/mine", None, identity=Identity.NOBODY, status=401, facts=bare)
    telling = get("/mine", "public", facts=bare)
    first, second = (refusal, telling) if nobody_first else (telling, refusal)
    assert judge(first, second) == [False, True]
    shown = [one.shown_by for answer in (first, second) for one in RULE.make()(answer)]
    assert shown in ([], [telling])
    judge_ = RULE.make()
    assert [one.shown_by for answer in (first, second) for one in judge_(answer)] == [telling]
    assert judge(get("/other", "public", facts=bare), refusal) == [False, False]


def test_the_answer_to_a_password_and_one_that_sets_a_cookie_are_personal() -> None:
    facts = known(SHOP)
    facts.secrets = lambda: frozenset({"Pw-abcdefgh"})
    request = Request("POST", "/api/v2/tokens", json={"password": "Pw-abcdefgh"})
    assert judge(answered(facts, request, 200, {}), answered(facts, request, 401, {})) == [True, False]
    assert judge(answered(facts, request, 200, {}, {"Cache-Control": "no-store"})) == [False]
    sets, ends = (("Set-Cookie", "sid=abc"),), (("Set-Cookie", "sid=x; Max-Age=0"),)
    assert judge(get("/api/v2/products", "public", identity=Identity.NOBODY, headers=sets)) == [True]
    assert judge(get("/api/v2/products", "public", identity=Identity.NOBODY, headers=ends)) == [False]


CAUSES = [
    ("Accept", "text/html", "Content-Type", "text/html"),
    ("Accept-Language", "de", "Content-Language", "de"),
    ("Accept-Encoding", "gzip", "Content-Encoding", "gzip"),
    ("Origin", "https://a.example", "Access-Control-Allow-Origin", "https://a.example"),
]


def public(
    vary: str | None, *, asked: tuple[tuple[str, str], ...] = (), shown: tuple[tuple[str, str], ...] = ()
) -> Answer:
    """Make a public answer of another form."""
    media_type = "" if any(name == "Content-Type" for name, _ in shown) else "application/json"
    return get(
        "/api/v2/products", "public", vary=vary, identity=Identity.NOBODY, asked=asked, headers=shown,
        media_type=media_type,
    )  # fmt: skip


@pytest.mark.parametrize(("name", "value", "field", "shown"), CAUSES)
def test_vary_names_each_request_header_by_which_answers_differ(name: str, value: str, field: str, shown: str) -> None:
    other = ((name, value),), ((field, shown),)
    assert judge(public(name), public(f"X-Odd, {name.lower()}", asked=other[0], shown=other[1])) == [False, False]
    assert judge(public("*"), public("*", asked=other[0], shown=other[1])) == [False, False]
    # The earlier answer is only known to be wrong once the later one differs.
    later = public(name, asked=other[0], shown=other[1])
    earlier = public(None)
    judge_ = RULE.make()
    assert list(judge_(earlier)) == []
    (found,) = judge_(later)
    assert (found.shown_by, found.expected) == (earlier, f"Vary with {name}, on which the answer depends")
    assert [one.shown_by for one in judge_(earlier)] == [earlier]


def test_answers_that_do_not_differ_need_no_vary() -> None:
    same = [public(None, asked=(("Accept", value),)) for value in ("*/*", "text/html", "application/json")]
    assert judge(*same) == [False] * 3


def test_a_refusal_as_not_acceptable_shows_that_accept_counts() -> None:
    refusal = get("/api/v2/products", None, status=406, identity=Identity.NOBODY, asked=(("Accept", "image/png"),))
    assert judge(refusal, public(None)) == [False, True]
    assert judge(refusal, public("Accept")) == [False, False]


def test_a_header_that_is_missing_is_told_as_missing() -> None:
    assert breaches(RULE, get("/api/v2/cart", None)) == [["no Cache-Control"]]
    assert breaches(RULE, get("/api/v2/cart", "private", vary=None)) == [["no Vary"]]
