"""A visitor walks verbs, and tells their outcomes apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from spec.target.adapter_context import AdapterContext
from spec.target.adapters import load_adapter
from spec.target.answer_kinds import AnswerKind
from spec.target.client import Client, Endpoint
from spec.target.exchange import EXAMINED_FIELD, Exchange, Failure, Request, UnexpectedAnswer
from spec.target.profile.adapter_table import DEFAULT_ADAPTER
from spec.target.recording import Recorder
from spec.target.session import Session
from spec.target.steps import Ask, Part, Steps, Verb, Walked
from spec.target.values import Account, Tokens
from spec.target.visitor import PreparationFailed, Reply, Unanswered, Visitor
from tests.support.raw_server import RawServer, header_lines, request_line
from tests.support.samples import unanswered

ACCOUNT = b'{"id": 7, "email": "ann@shop.example"}'
VERBS = load_adapter(DEFAULT_ADAPTER, AdapterContext())


def answer(request: bytes) -> bytes | None:
    """Answer "who am I" rightly, liveness not at all, everything else wrongly."""
    if b"/accounts/me" in request:
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(ACCOUNT), ACCOUNT)
    if b"/tokens" in request:
        body = b'{"access": "access-%d", "refresh": "refresh-%d"}' % (len(request), len(request))
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    return None if b"/livez" in request else b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy"


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer(answer) as running:
        yield running


@pytest.fixture
def visitor(server: RawServer) -> Iterator[Visitor]:
    with Client(Endpoint(server.base_url, mark_examined=True), Recorder()) as client:
        yield Visitor(client, VERBS)


def test_what_is_done_is_marked_as_examined_and_what_must_be_is_not(visitor: Visitor, server: RawServer) -> None:
    assert visitor.must(VERBS.whoami()) == Account("7", "ann@shop.example")
    reply = visitor.do(VERBS.whoami())
    exchange = visitor.send(Request("GET", "/api/v2/accounts/me"))
    assert (reply.value, reply.status, reply.worked) == (Account("7", "ann@shop.example"), 200, True)
    assert exchange.response == reply.response
    assert [f"{EXAMINED_FIELD}: 1" in header_lines(one) for one in server.requests] == [False, True, True]


def test_a_reply_that_is_not_what_the_verb_promises_is_the_checks_to_judge(visitor: Visitor) -> None:
    reply = visitor.do(VERBS.list_categories())
    assert (reply.status, reply.worked) == (503, False)
    with pytest.raises(UnexpectedAnswer, match="expected success, observed 503: busy"):
        _ = reply.value
    with pytest.raises(UnexpectedAnswer, match="expected success, observed 503: busy"):
        reply.must_hold()


def test_a_reply_names_its_kind(visitor: Visitor) -> None:
    assert (visitor.do(VERBS.whoami()).kind, visitor.do(VERBS.whoami()).done) == (AnswerKind.DONE, True)
    assert (visitor.do(VERBS.list_categories()).kind, visitor.do(VERBS.list_categories()).done) == ("unknown", False)


def in_two(first: str, second: str) -> Verb[str]:
    """A verb of two requests, the second of which is its own."""

    def steps(_session: Session) -> Steps[str]:
        lead = yield Ask(Request("GET", first), Part.LEAD)
        if lead.status != 200:
            raise UnexpectedAnswer("200", str(lead.status))
        own = yield Ask(Request("GET", second))
        return str(own.status)

    return Verb("do in two", "FLOW-004", steps)


def test_of_a_verb_of_several_requests_its_own_is_examined(visitor: Visitor, server: RawServer) -> None:
    reply = visitor.do(in_two("/api/v2/accounts/me", "/nothing"))
    assert (reply.value, reply.status, reply.exchange.request.path) == ("503", 503, "/nothing")
    assert [f"{EXAMINED_FIELD}: 1" in header_lines(one) for one in server.requests] == [False, True]


def test_a_verb_that_is_refused_before_its_own_request_was_not_done(visitor: Visitor) -> None:
    reply = visitor.do(in_two("/nothing", "/api/v2/accounts/me"))
    assert (reply.status, reply.kind, reply.worked) == (503, AnswerKind.UNKNOWN, False)
    with pytest.raises(UnexpectedAnswer) as refused:
        reply.must_hold()
    assert refused.value.exchange is not None
    assert refused.value.exchange.request.path == "/nothing"


def test_a_prepared_verb_stands_before_its_own_request(visitor: Visitor, server: RawServer) -> None:
    prepared = visitor.prepared(in_two("/api/v2/accounts/me", "/api/v2/accounts/me"))
    assert len(server.requests) == 1
    assert prepared.do().value == "200"
    assert len(server.requests) == 2
    with pytest.raises(PreparationFailed, match=r"^FLOW-004: do in two: expected 200, observed 503$"):
        visitor.prepared(in_two("/nothing", "/api/v2/accounts/me"))


def test_of_a_verb_that_is_only_sent_nothing_is_read_afterwards(visitor: Visitor, server: RawServer) -> None:
    def steps(_session: Session) -> Steps[None]:
        yield Ask(Request("GET", "/api/v2/accounts/me"))
        yield Ask(Request("GET", "/nothing"), Part.LOOK)

    visitor.must_send(Verb("write", "FLOW-003", steps))
    assert [request_line(one) for one in server.requests] == ["GET /api/v2/accounts/me HTTP/1.1"]
    with pytest.raises(PreparationFailed, match=r"^FLOW-004: do in two: GET /nothing → 503$"):
        visitor.must_send(in_two("/nothing", "/api/v2/accounts/me"))


def test_a_preparation_that_does_not_work_names_the_flow_that_promises_it(visitor: Visitor) -> None:
    with pytest.raises(PreparationFailed) as failed:
        visitor.must(VERBS.list_categories())
    assert failed.value.flow == "FLOW-002"
    assert str(failed.value) == "FLOW-002: list categories: expected success, observed 503: busy"
    assert failed.value.exchange.response is not None


def test_a_preparation_without_an_answer_says_why_there_is_none(visitor: Visitor) -> None:
    with pytest.raises(PreparationFailed) as failed:
        visitor.must(VERBS.liveness())
    assert failed.value.reason == "connection closed without an answer"


@pytest.mark.parametrize(("failure", "timed_out"), [(Failure.TIMEOUT, True), (Failure.CLOSED, False)])
def test_a_reply_without_an_answer_raises_that_it_is_unanswered(failure: Failure, timed_out: bool) -> None:
    walked: Walked[object, Exchange] = Walked(None, unanswered(failure), None, None)
    reply = Reply(walked, VERBS.settle)
    reads: list[Callable[[], object]] = [
        lambda: reply.response, lambda: reply.status, lambda: reply.value, lambda: reply.worked, lambda: reply.kind,
    ]  # fmt: skip
    for read in reads:
        with pytest.raises(Unanswered) as told:
            read()
        assert told.value.timed_out is timed_out
        assert str(told.value) == f"GET /products → {failure.value}"


def test_a_signed_in_visitor_sends_the_token_and_the_recorder_knows_it(visitor: Visitor, server: RawServer) -> None:
    visitor.email, visitor.password = "ann@shop.example", "Pw-12345678"
    signed = visitor.with_tokens(Tokens("access-1", "refresh-1", None, None))
    signed.do(VERBS.whoami())
    signed.anonymous().do(VERBS.whoami())
    visitor.do(VERBS.whoami())
    sent = ["Authorization: Bearer access-1" in header_lines(one) for one in server.requests]
    assert sent == [True, False, False]
    assert visitor.client.recorder.secrets == {"access-1", "refresh-1"}
    assert (signed.email, signed.password) == ("ann@shop.example", "Pw-12345678")


def test_tokens_that_an_answer_brings_are_secrets_whether_or_not_anybody_reads_it(
    visitor: Visitor, server: RawServer
) -> None:
    prepared = visitor.must(VERBS.sign_in("a@shop.example", "Pw-1"))
    assert visitor.client.recorder.secrets == set(prepared.secrets())
    visitor.do(VERBS.sign_in("ann@shop.example", "Pw-12"))
    length = len(server.requests[-1])
    assert visitor.client.recorder.secrets == {*prepared.secrets(), f"access-{length}", f"refresh-{length}"}
