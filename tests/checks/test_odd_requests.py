"""A request is described by the place and class of its oddest values, and everyday ones are not told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.checks.support.odd_requests import PLACE_LENGTH, SHOWN, describe_oddities
from spec.checks.val import rules
from spec.target.circumstances import Circumstances, Identity
from spec.target.exchange import Request
from spec.target.verbs import VERBS
from tests.checks.answers import answered, breaches, known


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (Request("GET", "/lamps/7", query=(("page_size", "20"),)), ""),
        (Request("POST", "/lamps", json={"name": "Lamp", "price": {"amount": "7.35"}, "tags": [], "new": True}), ""),
        (
            Request("POST", "/a", headers=(("Idempotency-Key", "x" * 255), ("Accept", "*/*"))),
            "255 characters in the header Idempotency-Key",
        ),
        (Request("POST", "/a", headers=(("Idempotency-Key", "key"), ("Accept", "*/*"))), "the header Idempotency-Key"),
        (Request("POST", "/a", headers=(("Cookie", "x" * 255),)), ""),
        (Request("GET", "/lamps/a%00b"), "a NUL in path part 2"),
        (Request("GET", "/lamps?name=%FF&page=-1"), "half a surrogate or an octet that is no UTF-8 in ?name, the nega"),
        (Request("GET", "/lamps", query=(("page", "9" * 40),)), "a number of 40 digits in ?page"),
        (Request("GET", "/lamps", query=(("page", "٣"),)), "digits beyond ASCII in ?page"),
        (Request("POST", "/a", json={"lines": [{"quantity": -2}, {"quantity": 2**31}]}), "a number of about 10 digits"),
        (Request("POST", "/a", json={"a": {"b": None}}), "null in /a/b"),
        (Request("POST", "/a", json={"a": ""}), "an empty text in /a"),
        (Request("POST", "/a", json={"a": 0}), "zero in /a"),
        (Request("POST", "/a", body=b'{"a": 1e999}'), "the number inf in /a"),
        (Request("POST", "/a", body=b'{"a": "\\ud800"}'), "half a surrogate or an octet that is no UTF-8 in /a"),
        (Request("POST", "/a", body=b'{"a": '), "a body of 6 octets that is no JSON"),
        (Request("POST", "/a", body=b"[" * 100_000), "a body of 100000 octets that is no JSON"),
        (Request("POST", "/a", json={"Łódź": "\t"}), "a control character in /\\u0141\\xf3d\\u017a"),
    ],
)
def test_the_oddest_value_is_told_with_its_place(request_: Request, words: str) -> None:
    told = describe_oddities(request_)
    assert told.startswith(words)
    assert bool(told) is bool(words)


RULE = rules.no_answer_is_a_failure_of_the_target
JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(JSON_VALUES, st.text(), st.binary())
def test_whatever_is_sent_is_told_in_one_short_line(value: object, text: str, octets: bytes) -> None:
    spelt = json.dumps(value).encode()
    for request in (
        Request("PUT", "/a", headers=(("X-Odd", text),), query=((text, text),), body=spelt),
        Request("PUT", "/a", body=octets),
    ):
        told = describe_oddities(request)
        assert told.isprintable()
        assert len(told) <= (SHOWN + 1) * (PLACE_LENGTH + 60)


def test_a_5xx_is_a_breach_and_says_what_was_odd() -> None:
    facts = known()
    odd = Request("GET", "/lamps?name=%00")
    usual = Request("GET", "/lamps")
    staff = Circumstances(identity=Identity.STAFF)
    answers = [
        answered(facts, odd, 500),
        answered(facts, usual, 503, circumstances=staff),
        answered(facts, odd, 400),
        answered(facts, usual, 501),
    ]
    assert breaches(RULE, *answers) == [["500 to a NUL in ?name"], ["503"], [], ["501"]]


def test_a_method_that_the_target_need_not_know_may_be_answered_with_501() -> None:
    document = {"servers": [{"url": "/v2"}], "paths": {"/lamps": {"put": {}}}}
    facts = known(document)
    statuses = [("BREW", 501), ("BREW", 500), ("PUT", 501), ("PATCH", 501)]
    answers = [answered(facts, Request(method, "/v2/lamps"), status) for method, status in statuses]
    assert breaches(RULE, *answers) == [[], ["500"], ["501"], []]


def test_readiness_alone_may_say_that_a_service_is_not_back_yet() -> None:
    facts, back = known(), Circumstances(recovering=frozenset({"cache"}))
    readiness = Request("GET", "/ready", operation=VERBS["readiness"].operation)
    facts.note_verb(readiness)
    answers = [
        answered(facts, readiness, 503, circumstances=back),
        answered(facts, Request("HEAD", "/ready"), 503, circumstances=back),
        answered(facts, readiness, 500, circumstances=back),
        answered(facts, readiness, 503),
        answered(facts, Request("GET", "/lamps"), 503, circumstances=back),
    ]
    assert breaches(RULE, *answers) == [[], [], ["500"], ["503"], ["503"]]


@pytest.mark.parametrize(
    "circumstances",
    [
        Circumstances(troubled=frozenset({"cache"})),
        Circumstances(failing=True),
        Circumstances(settings=frozenset({"debug"})),
    ],
)
def test_a_target_in_trouble_is_not_spoken_of(circumstances: Circumstances) -> None:
    assert not RULE.speaks_of(answered(known(), Request("GET", "/ready"), 503, circumstances=circumstances))
