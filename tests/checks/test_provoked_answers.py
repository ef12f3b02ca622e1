"""Answers are provoked up to the one that was wanted, and a kind that a target has not is told from one not reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from spec.checks.support.provoked_answers import refuse_stranger, spoil_body, try_methods
from spec.target.adapter_context import AdapterContext, NotOffered
from spec.target.adapters.rest import Verbs
from spec.target.client import Client, Endpoint
from spec.target.exchange import Request, Response
from spec.target.recording import Recorder
from spec.target.visitor import Visitor
from tests.support.raw_server import RawServer, request_line
from tests.support.samples import verb_of

LIST = verb_of(Request("GET", "/products"), lambda response: response.status)


@contextmanager
def visiting(status_of: Callable[[str], int]) -> Iterator[tuple[Visitor, RawServer]]:
    """Visit a server that answers a request line with this status."""

    def answer(request: bytes) -> bytes:
        return b"HTTP/1.1 %d Said\r\nContent-Length: 0\r\n\r\n" % status_of(request_line(request))

    with RawServer(answer) as server, Client(Endpoint(server.base_url), Recorder()) as client:
        yield Visitor(client, Verbs(AdapterContext())), server


@pytest.mark.parametrize(
    ("statuses", "seen", "asked"),
    [
        ({"DELETE": 405}, 405, ["DELETE"]),
        ({"DELETE": 401, "PUT": 405}, 405, ["DELETE", "PUT"]),
        ({"DELETE": 500, "PUT": 405}, 500, ["DELETE"]),
        ({"DELETE": 401, "PUT": 503, "PATCH": 405}, 503, ["DELETE", "PUT"]),
        ({"DELETE": 401, "PUT": 401, "PATCH": 401, "TRACE": 401}, 401, ["DELETE", "PUT", "PATCH", "TRACE"]),
    ],
)
def test_methods_are_tried_up_to_the_first_that_is_refused_as_such_or_crashes(
    statuses: Mapping[str, int], seen: int, asked: list[str]
) -> None:
    with visiting(lambda line: statuses[line.split()[0]]) as (visitor, server):
        exchange = try_methods(visitor, LIST)
    assert exchange.response is not None
    assert (exchange.response.status, [request_line(one).split()[0] for one in server.requests]) == (seen, asked)


@pytest.mark.parametrize(
    ("statuses", "refused", "seen", "absent"),
    [
        ({"cart": 401, "orders": 401, "accounts/me": 401}, "view cart", True, False),
        ({"cart": 200, "orders": 403, "accounts/me": 401}, "who am I", True, False),
        ({"cart": 200, "orders": 403, "accounts/me": 405}, "list orders", True, False),
        ({"cart": 200, "orders": 200, "accounts/me": 404}, "who am I", False, True),
        ({"cart": 200, "orders": 200, "accounts/me": 502}, "who am I", False, False),
        ({"cart": 429, "orders": 429, "accounts/me": 429}, "who am I", False, False),
    ],
)
def test_a_stranger_is_refused_by_the_first_verb_that_refuses_him(
    statuses: Mapping[str, int], refused: str, *, seen: bool, absent: bool
) -> None:
    with visiting(lambda line: next(one for name, one in statuses.items() if f"/{name} " in line)) as (visitor, _):
        verb, answer = refuse_stranger(visitor, Verbs(AdapterContext()))
    assert (verb.operation, answer.seen, answer.absent) == (refused, seen, absent)


def test_a_shop_without_any_verb_of_a_customer_refuses_nobody() -> None:
    verbs = Verbs(AdapterContext())
    verbs.lacks = frozenset({"view_cart", "list_orders", "whoami"})
    with visiting(lambda line: 200) as (visitor, _), pytest.raises(NotOffered):
        refuse_stranger(visitor, verbs)


@pytest.mark.parametrize(
    ("request_sent", "media_type", "seen"),
    [
        (Request("POST", "/a", json={"a": 1}), None, b'Content-Type: application/json\r\n|  {"a": 1}'),
        (Request("POST", "/a", json={"a": 1}), "text/plain", b'Content-Type: text/plain\r\n|  {"a": 1}'),
        (
            Request("POST", "/a", headers=(("Content-Type", "application/x-www-form-urlencoded"),), body=b"a=1"),
            None,
            b"Content-Type: application/x-www-form-urlencoded\r\n|  a=1",
        ),
    ],
)
def test_a_body_is_spoilt_as_bytes_and_keeps_its_media_type_unless_another_is_given(
    request_sent: Request, media_type: str | None, seen: bytes
) -> None:
    def read(response: Response) -> int:
        return response.status

    with visiting(lambda line: 200) as (visitor, server):
        visitor.provoke(spoil_body(verb_of(request_sent, read), lambda sound: b"  " + sound, media_type))
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    field, _, wanted = seen.partition(b"|")
    assert (head + b"\r\n").count(b"Content-Type") == 1
    assert field in head + b"\r\n"
    assert body == wanted
