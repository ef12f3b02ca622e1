"""Verbs of several requests: walked in order, each answer learnt from, stopped where a race is to begin."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.target.circumstances import Identity
from spec.target.exchange import Headers, Request, Response, UnexpectedAnswer
from spec.target.session import Session
from spec.target.steps import AdapterFault, Ask, Part, Steps, Verb, Walk, first_request, walk
from spec.target.values import Tokens


@dataclass
class Answer:
    """An answer as any sender may give it."""

    response: Response | None


@dataclass
class Shop:
    """Remembers what it was asked, and answers by a rule."""

    rule: Callable[[Request], Response | None] = lambda _request: Response(200)
    asked: list[tuple[str, Part]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def send(self, request: Request, part: Part) -> Answer:
        self.asked.append((request.target, part))
        self.requests.append(request)
        return Answer(self.rule(request))


def place_order() -> Verb[str]:
    """A checkout of four requests, whose third is its own."""

    def steps(session: Session) -> Steps[str]:
        cart = yield Ask(Request("POST", "/carts"), Part.LEAD)
        session.memory["cart"] = str(cart.status)
        yield Ask(Request("PUT", "/carts/address"), Part.LEAD)
        placed = yield Ask(Request("POST", "/orders", operation="pay"))
        if placed.status != 200:
            raise UnexpectedAnswer("200", str(placed.status))
        read = yield Ask(Request("GET", "/orders/1"), Part.LOOK)
        return f"order {read.status}"

    return Verb("place order", "FLOW-004", steps)


ALL_FOUR = [
    ("/carts", Part.LEAD), ("/carts/address", Part.LEAD), ("/orders", Part.OWN), ("/orders/1", Part.LOOK),
]  # fmt: skip


def test_a_verb_is_walked_to_its_value_and_its_outcome_is_about_its_own_request() -> None:
    shop, session = Shop(lambda request: Response(200, body=request.path.encode())), Session()
    walked = walk(place_order(), session, shop.send)
    assert (shop.asked, walked.result, walked.refusal) == (ALL_FOUR, "order 200", None)
    assert walked.deciding is walked.own
    assert walked.own is not None
    assert walked.own.response == Response(200, body=b"/orders")
    assert session.memory == {"cart": "200"}


def test_requests_carry_the_operation_of_their_verb_unless_they_name_one_themselves() -> None:
    shop = Shop()
    walk(place_order(), Session(), shop.send)
    assert [request.operation for request in shop.requests] == ["place order", "place order", "pay", "place order"]


@pytest.mark.parametrize("missing", range(4))
def test_a_walk_ends_where_an_answer_is_missing(missing: int) -> None:
    shop = Shop()
    shop.rule = lambda _request: None if len(shop.asked) > missing else Response(200)
    walked = walk(place_order(), Session(), shop.send)
    assert shop.asked == ALL_FOUR[: missing + 1]
    assert (walked.result, walked.refusal, walked.last.response) == (None, None, None)
    assert (walked.own is None) is (missing < 2)


def test_an_unexpected_answer_refuses_the_verb() -> None:
    shop = Shop(lambda request: Response(409 if request.path == "/orders" else 200))
    walked = walk(place_order(), Session(), shop.send)
    assert str(walked.refusal) == "expected 200, observed 409"
    assert shop.asked == ALL_FOUR[:3]


def test_a_walk_can_stop_before_the_own_request_and_go_on_later() -> None:
    shop = Shop()
    pending = Walk(place_order(), Session(), shop.send)
    assert pending.to_own() is None
    assert shop.asked == ALL_FOUR[:2]
    assert pending.to_own() is None
    assert pending.finish().result == "order 200"
    assert shop.asked == ALL_FOUR


def test_a_change_goes_into_the_own_request_alone_and_changes_add_up() -> None:
    shop = Shop()
    changed = place_order().with_header("X-One", "1").changed(lambda request: replace(request, query=(("two", "2"),)))
    walk(changed.map(len), Session(), shop.send)
    assert [request.headers for request in shop.requests] == [(), (), (("X-One", "1"),), ()]
    assert [request.query for request in shop.requests] == [(), (), (("two", "2"),), ()]


def test_a_mapped_verb_has_the_value_that_the_view_makes() -> None:
    assert walk(place_order().map(len), Session(), Shop().send).result == len("order 200")


def test_a_verb_that_asks_nothing_is_a_mistake() -> None:
    def steps(_session: Session) -> Steps[int]:
        yield from ()
        return 3

    with pytest.raises(AdapterFault, match=r"^the adapter's verb 'think' has no request of its own$"):
        walk(Verb("think", "FLOW-001", steps), Session(), Shop().send)


def asks(*parts: Part) -> Verb[None]:
    """A verb whose requests have these parts."""

    def steps(_session: Session) -> Steps[None]:
        for part in parts:
            yield Ask(Request("GET", f"/{part}"), part)

    return Verb("do it", "FLOW-001", steps)


@pytest.mark.parametrize(
    ("verb", "sentence"),
    [
        (asks(Part.LEAD), "the adapter's verb 'do it' has no request of its own"),
        (asks(Part.OWN, Part.OWN), "the adapter's verb 'do it' has two requests of its own"),
        (
            Verb("do it", "FLOW-001", lambda _session: iter([Request("GET", "/")])),  # type: ignore[arg-type,return-value]
            "the adapter's verb 'do it' yields Request and not Ask",
        ),
    ],
)
def test_a_verb_has_exactly_one_request_of_its_own(verb: Verb[None], sentence: str) -> None:
    with pytest.raises(AdapterFault) as fault:
        walk(verb, Session(), Shop().send)
    assert str(fault.value) == sentence


class ForgetfulSession(Session):
    """A session with a mistake in it."""

    def learn(self, response: Response) -> None:
        raise KeyError(response.status)


def test_a_mistake_in_a_session_is_the_adapters_and_names_the_verb_and_the_place() -> None:
    with pytest.raises(AdapterFault) as fault:
        walk(place_order(), ForgetfulSession(), Shop().send)
    sentence = r"the adapter raised KeyError: 200 \(verb 'place order', test_steps.py, line \d+\)"
    assert re.fullmatch(sentence, str(fault.value))


def test_what_a_check_makes_of_a_value_is_not_the_adapters_fault() -> None:
    with pytest.raises(ZeroDivisionError):
        walk(place_order().map(lambda _order: 1 // 0), Session(), Shop().send)


def test_the_first_request_can_be_looked_at_without_sending_it() -> None:
    assert first_request(place_order(), Session()) == Request("POST", "/carts", operation="place order")


def sign_in() -> Verb[Session]:
    def steps(session: Session) -> Steps[Session]:
        yield Ask(Request("POST", "/login"))
        session.tokens = Tokens("a", "r")
        return session

    return Verb("sign in", "FLOW-001", steps, begins_session=True)


def test_a_sign_in_leaves_the_stranger_a_stranger_and_gives_a_session_that_learnt() -> None:
    stranger, shop = Session(), Shop(lambda _request: Response(200, Headers([("Set-Cookie", "sid=7; HttpOnly")])))
    signed = walk(sign_in(), stranger, shop.send).read()
    assert (signed.cookies, signed.tokens) == ({"sid": "7"}, Tokens("a", "r"))
    assert (stranger.cookies, stranger.tokens) == ({}, None)


def test_a_session_that_begins_is_that_of_a_customer_unless_it_says_otherwise() -> None:
    stranger = Session()
    assert walk(sign_in(), stranger, Shop().send).read().identity is Identity.CUSTOMER
    assert stranger.identity is Identity.NOBODY
    staff = walk(sign_in(), Session().known_as(Identity.STAFF), Shop().send).read()
    assert staff.identity is Identity.STAFF


def test_a_session_signs_with_its_cookies_and_its_token() -> None:
    session = Session(Tokens("access", "refresh"))
    session.learn(Response(200, Headers([("Set-Cookie", "sid=7; Path=/"), ("Set-Cookie", "csrf=x; Secure")])))
    assert session.sign(Request("GET", "/")).headers == (
        ("Cookie", "sid=7; csrf=x"), ("Authorization", "Bearer access"),
    )  # fmt: skip
    assert set(session.secrets()) == {"access", "refresh"}
    session.learn(Response(200, Headers([("Set-Cookie", "sid=0123456789abcdef")])))
    session.memory["csrf"] = "fedcba9876543210"
    assert set(session.secrets()) == {"0123456789abcdef", "fedcba9876543210", "access", "refresh"}


@pytest.mark.parametrize(
    "field",
    [
        "sid=; Max-Age=0", "sid=gone; Max-Age=-1", "sid=x; expires=Thu, 01 Jan 1970 00:00:00 GMT",
        'sid=""; expires=Thu, 01-Jan-1970 00:00:00 GMT; Path=/', "sid=x; Expires=Wed, 21 Oct 2015 07:28:00 GMT",
    ],
)  # fmt: skip
def test_a_cookie_that_is_taken_back_is_forgotten(field: str) -> None:
    session = Session()
    session.learn(Response(200, Headers([("Set-Cookie", "sid=7")])))
    session.learn(Response(200, Headers([("Set-Cookie", field)])))
    assert session.cookies == {}


def test_a_forged_session_has_credentials_of_the_same_form_and_none_that_is_right() -> None:
    session = Session(Tokens("access", "refresh"))
    session.cookies["sid"] = "7"
    session.memory["csrf"] = "fedcba9876543210"
    forged = session.forged()
    assert forged.memory["csrf"] != "fedcba9876543210"
    assert len(forged.memory["csrf"]) == 16
    assert forged.cookies.keys() == session.cookies.keys()
    assert not set(forged.secrets()) & set(session.secrets())
    assert Session().forged().sign(Request("GET", "/")) == Request("GET", "/")


@pytest.mark.parametrize("field", ['prefs={"a":1}', "a[b]=1", "empty=", "kept=1; Max-Age=60; Expires=Thu, 01 Jan 1970"])
def test_a_cookie_of_any_form_is_sent_back_as_it_came(field: str) -> None:
    session = Session()
    session.learn(Response(200, Headers([("Set-Cookie", field)])))
    request = session.sign(Request("GET", "/", headers=(("Cookie", "mine=2"),)))
    assert request.headers == (("Cookie", f"{field.partition(';')[0]}; mine=2"),)


@given(st.text())
def test_no_cookie_field_breaks_a_session(field: str) -> None:
    Session().learn(Response(200, Headers([("Set-Cookie", field)])))


def test_the_own_request_is_seen_as_it_will_be_sent_and_sent_alone() -> None:
    shop = Shop()
    steps = Walk(place_order().with_header("X-Odd", "1"), Session(Tokens("a.b.c", "r")), shop.send)
    steps.to_own()
    own = steps.next_request
    assert (own.path, own.headers, own.operation) == ("/orders", (("X-Odd", "1"),), "pay")
    answer = steps.send_own()
    assert answer.response == Response(200)
    assert shop.asked == ALL_FOUR[:3]
    assert ("Authorization", "Bearer a.b.c") in shop.requests[-1].headers
