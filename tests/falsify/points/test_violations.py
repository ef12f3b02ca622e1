"""Kinds of violation: each changes what it names, nothing else, and only where it speaks."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.falsify.points.kinds import VIOLATIONS
from spec.falsify.points.violations import (
    Scene,
    ViolationKind,
    contradicted,
    dropped,
    emptied,
    misspelt,
    replaced,
    rewritten,
    sent,
)
from spec.target.exchange import Headers, Response
from tests.falsify.points.scenes import answered, scene

NOSNIFF = ("X-Content-Type-Options", "nosniff")
GOOD = Response(200, Headers([("Server", "gunicorn"), NOSNIFF]), b"{}")


def fields_after(kind: ViolationKind, response: Response = GOOD) -> list[tuple[str, str]] | None:
    """Return the headers of the wrong response; None where the kind does not change it."""
    wrong = kind.apply(scene(response))
    return None if wrong is None else list(wrong.headers)


def kind_named(requirement: str, name: str) -> ViolationKind:
    """Return one of a requirement's kinds."""
    return next(one for one in VIOLATIONS[requirement] if one.name == name)


def wrong_content(kind: ViolationKind, seen: Scene) -> object:
    """Return the JSON of the wrong response."""
    wrong = kind.apply(seen)
    assert wrong is not None
    assert wrong.headers.get("Content-Length") == str(len(wrong.body))
    return json.loads(wrong.body)


def test_each_way_to_be_wrong_changes_one_header() -> None:
    name = NOSNIFF[0]
    server = ("Server", "gunicorn")
    assert fields_after(dropped(name)) == [server]
    assert fields_after(emptied(name)) == [server, (name, "")]
    assert fields_after(misspelt(name)) == [server, ("X_Content-Type-Options", "nosniff")]
    assert fields_after(replaced(name, "sniff")) == [server, (name, "sniff")]
    assert fields_after(contradicted(name, "sniff")) == [(name, "sniff"), server, NOSNIFF]
    assert fields_after(sent("Via", "1.1 x")) == [server, NOSNIFF, ("Via", "1.1 x")]


def test_what_changes_nothing_is_no_violation() -> None:
    bare = Response(200, Headers([("Server", "gunicorn")]), b"{}")
    for kind in (dropped("Vary"), emptied("Vary"), misspelt("Vary"), replaced("Vary", "x"), contradicted("Vary", "x")):
        assert fields_after(kind, bare) is None
    assert fields_after(replaced(*NOSNIFF)) is None


def test_a_kind_is_silent_where_it_does_not_speak() -> None:
    kind = dropped(NOSNIFF[0]).only(lambda seen: seen.status == 404)
    assert kind.apply(scene(GOOD)) is None
    assert kind.apply(scene(Response(404, GOOD.headers))) is not None


def test_a_body_that_is_only_spelt_otherwise_is_no_violation() -> None:
    spaced = Response(200, Headers(), b'{ "a" : 1 }')
    assert rewritten("nothing", lambda _: None).apply(scene(spaced)) is None


@pytest.mark.parametrize("requirement", sorted(VIOLATIONS))
def test_the_kinds_of_a_requirement_have_names_of_their_own(requirement: str) -> None:
    names = [one.name for one in VIOLATIONS[requirement]]
    assert len(names) == len(set(names))
    assert names


headers = st.lists(
    st.tuples(
        st.sampled_from(["Server", "Vary", "Allow", "Link", "Sunset", "Set-Cookie", "Content-Security-Policy", "ETag"]),
        st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=30),
    ),
    max_size=6,
)
bodies = st.sampled_from([b"", b"{", b"[]", b"null", b"plain", b'{"code": "a"}', b'{"errors": [{}], "detail": 7}'])


@given(st.sampled_from([200, 204, 304, 400, 401, 404, 405, 422, 429, 500]), headers, bodies)
def test_no_kind_stumbles_over_any_answer_and_each_that_speaks_changes_it(
    status: int, fields: list[tuple[str, str]], body: bytes
) -> None:
    seen = scene(Response(status, Headers(fields), body), path="/api/v1/orders")
    for kinds in VIOLATIONS.values():
        for kind in kinds:
            assert kind.apply(seen) != seen.response


def test_the_field_that_is_listed_too_was_sent_was_right_and_has_the_reason_of_a_wrong_one() -> None:
    refusal = answered(400, {"errors": [{"pointer": "/a", "code": "type", "detail": "No."}]})
    seen = scene(refusal, "POST", "/api/v2/orders", json={"a": "x", "b": 1})
    content = wrong_content(kind_named("ERR-002", "a right field listed too"), seen)
    assert content == {
        "errors": [
            {"pointer": "/a", "code": "type", "detail": "No."}, {"pointer": "/b", "code": "type", "detail": "No."},
        ]
    }  # fmt: skip


def test_no_field_is_listed_too_where_a_parameter_was_wrong() -> None:
    refusal = answered(400, {"errors": [{"parameter": "page", "code": "type", "detail": "No."}]})
    seen = scene(refusal, "POST", "/api/v2/orders", json={"a": "x"})
    assert kind_named("ERR-002", "a right field listed too").apply(seen) is None


@pytest.mark.parametrize("name", ["no field listed", "member errors dropped", "a right field listed too"])
def test_a_list_is_owed_where_the_body_by_itself_is_wrong(name: str) -> None:
    kind, told = kind_named("ERR-002", name), {"errors": [{"pointer": "/a", "code": "type", "detail": "No."}]}
    body = {"a": "x", "b": 1}
    assert kind.apply(scene(answered(400, told), "POST", "/api/v2/orders", json=body)) is not None
    assert kind.apply(scene(answered(422, told), "POST", "/api/v2/orders", json=body)) is None
    assert kind.apply(scene(answered(400, told), "GET", "/api/v2/orders?page=x")) is None


@pytest.mark.parametrize(
    ("method", "path", "status", "fails"),
    [
        ("GET", "/api/v2/orders", 200, True),
        ("HEAD", "/api/v2/orders", 200, True),
        ("HEAD", "/api/v2/tokens", 405, False),
        ("DELETE", "/api/v2/orders", 405, False),
        ("OPTIONS", "/api/v2/orders", 204, False),
        ("BREW", "/api/v2/orders", 405, False),
        ("GET", "/api/v2/nothing", 404, False),
        ("GET", "/api/v9/orders", 404, False),
        ("GET", "/api/v2/orders", 500, False),
    ],
)
def test_a_failure_takes_the_place_of_answers_to_what_the_document_names(
    method: str, path: str, status: int, fails: bool
) -> None:
    wrong = kind_named("VAL-014", "503 in place of the answer").apply(scene(answered(status, {}), method, path))
    assert (wrong is not None and wrong.status == 503) is fails


def test_an_odd_request_id_is_echoed_and_a_plain_one_is_not_touched() -> None:
    kind = kind_named("ERR-004", "the odd request id is echoed")
    odd = scene(answered(200, {}), headers=(("X-Request-ID", "<b>"),))
    wrong = kind.apply(odd)
    assert wrong is not None
    assert wrong.headers.get("X-Request-ID") == "<b>"
    assert kind.apply(scene(answered(200, {}), headers=(("X-Request-ID", "plain-1"),))) is None


def test_a_foreign_origin_is_reflected_and_the_shops_own_is_not() -> None:
    kind = kind_named("HDR-009", "the foreign origin is reflected")
    wrong = kind.apply(scene(answered(200), headers=(("Origin", "https://x.example"),)))
    assert wrong is not None
    assert wrong.headers.get("Access-Control-Allow-Origin") == "https://x.example"
    assert kind.apply(scene(answered(200), headers=(("Origin", "https://127.0.0.1:8"),))) is None
    assert kind.apply(scene(answered(200))) is None
