"""Logs: one request event for each call, security events beside it, no secret and no broken line (roadmap 3.3)."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from reference_app.observability.logs import make_handler, request_facts, write_event
from tests.reference_app.client import PASSWORD, Api

pytestmark = pytest.mark.django_db


class Lines:
    """The lines that were logged since the last look."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.text = ""

    def read(self) -> list[Any]:
        self.text = self.stream.getvalue()
        self.stream.seek(0)
        self.stream.truncate()
        return [json.loads(line) for line in self.text.splitlines()]

    def named(self, event: str) -> list[Any]:
        return [line for line in self.read() if line["event"] == event]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """The shop's log, as it is written to standard output."""
    lines = Lines()
    handler = make_handler(lines.stream)
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize(
    ("call", "status", "route"),
    [
        (("GET", "/livez"), 200, "/livez"),
        (("GET", "/api/v2/accounts/me"), 401, "/api/v2/accounts/me"),
        (("GET", "/api/v2/nothing/4111111111111111"), 404, "unmatched"),
        (("DELETE", "/api/v2/accounts"), 405, "/api/v2/accounts"),
        (("GET", "/api/v2/accounts/me?x=%ff"), 400, "unmatched"),
    ],
)
def test_each_call_leaves_one_event(api: Api, lines: Lines, call: tuple[str, str], status: int, route: str) -> None:
    method, path = call
    response = api.send(method, path)
    [event] = lines.named("request")
    assert (event["method"], event["route"], event["status"]) == (method, route, status)
    assert event["request_id"] == response["X-Request-ID"]
    assert event["client"] == "192.0.2.1"
    assert event["user_id"] is None
    assert event["duration_ms"] > 0
    assert {"timestamp", "level"} <= set(event)
    assert "4111111111111111" not in lines.text


def test_the_event_names_the_account(api: Api, lines: Lines) -> None:
    account = api.register()
    access = api.sign_in()["access"]
    lines.read()
    api.signed(access).get("accounts/me")
    [event] = lines.named("request")
    assert (event["user_id"], event["statements"]) == (account["id"], 1)


@pytest.mark.parametrize("path", ["accounts/me?x=%ff", "accounts/me%00"])
def test_the_event_of_a_request_that_is_refused_at_once_names_the_account_all_the_same(
    api: Api, lines: Lines, path: str
) -> None:
    account = api.register()
    access = api.sign_in()["access"]
    lines.read()
    assert api.signed(access).get(path).status_code == 400
    assert api.signed("forged").get(path).status_code == 400
    assert [event["user_id"] for event in lines.named("request")] == [account["id"], None]


def test_an_answer_from_the_cache_leaves_the_event_of_its_route(api: Api, lines: Lines) -> None:
    statuses = [api.get("categories").headers["Cache-Status"] for _ in range(3)]
    assert statuses == ["shop; fwd=miss", "shop; hit", "shop; hit"]
    assert [event["route"] for event in lines.named("request")] == ["/api/v2/categories"] * 3


@pytest.mark.parametrize("fact", ["plain", "y" * 10_000, 'x"}\n', "\ud800", None, 1.5])
def test_an_event_that_is_written_directly_is_the_line_of_any_other(lines: Lines, fact: Any) -> None:
    request_facts.set({"request_id": "0123456789", "client": "192.0.2.1"})
    structlog.get_logger("shop.request").info("request", fact=fact, client="its own")
    write_event(logging.getLogger("shop.request"), "request", fact=fact, client="its own")
    request_facts.set(None)
    structured, direct = lines.read()
    stamps = [event.pop("timestamp") for event in (structured, direct)]
    assert [re.sub("[0-9]", "0", stamp.strip("'")) for stamp in stamps] == ["0000-00-00T00:00:00.000000Z"] * 2
    assert list(direct.items()) == list(structured.items())


def test_an_event_below_the_level_is_not_written(lines: Lines) -> None:
    logger = logging.getLogger("quiet")
    logger.setLevel(logging.WARNING)
    write_event(logger, "request")
    assert lines.read() == []


def test_a_throttled_call_leaves_one_event_and_a_security_event(api: Api, lines: Lines, settings: Any) -> None:
    settings.THROTTLE_ANON = "1/hour"
    api.get("/nothing")
    lines.read()
    api.get("/nothing")
    events = lines.read()
    assert [(event["event"], event.get("status")) for event in events] == [("throttled", None), ("request", 429)]
    assert events[0]["limits"] == ["anon"]


def test_security_events_are_left(api: Api, lines: Lines, settings: Any) -> None:
    settings.REFRESH_GRACE_SECONDS = 0
    api.register()
    pair = api.sign_in()
    api.post("tokens", {"email": "ada@example.org", "password": "wrong"})
    for _ in range(2):
        api.post("tokens/refresh", {"refresh": pair["refresh"]})
    events = [event["event"] for event in lines.read() if event.get("security")]
    assert events == ["sign_in_failed", "access_refused", "refresh_token_reused", "access_refused"]


def test_no_secret_is_logged(api: Api, lines: Lines) -> None:
    api.register(password=PASSWORD)
    pair = api.sign_in()
    api.post("tokens", {"email": "ada@example.org", "password": "planted-wrong-password"})
    api.post("tokens/refresh", {"refresh": pair["refresh"]})
    api.signed(pair["access"]).get("accounts/me?token=planted-in-query")
    api.post("accounts", {"email": "ada@example.org", "password": PASSWORD, "card": "4111111111111111"})
    lines.read()
    assert lines.text.count('"event":"request"') == 6
    for secret in (PASSWORD, pair["access"], pair["refresh"], "planted", "4111111111111111", "ada@example.org"):
        assert secret not in lines.text


def test_hostile_input_breaks_no_line(api: Api, lines: Lines) -> None:
    hostile = 'x"}\n{"event":"request"\r\x1b[31m\u2028\ud800'
    logging.getLogger("hostile").warning(hostile)
    logging.getLogger("hostile").warning("%s", "y" * 10_000)
    api.get("/nothing", **{"User-Agent": 'a"\\b', "X-Request-ID": 'a"\\b'})
    events = lines.read()
    assert [event["event"] for event in events].count("request") == 1
    assert len(events) == 3
    assert max(len(line) for line in lines.text.splitlines()) < 3_000


def test_an_exception_is_described_without_its_message(lines: Lines) -> None:
    try:
        raise LookupError("ada@example.org")
    except LookupError:
        logging.getLogger("django.request").exception("Internal Server Error")
    [event] = lines.read()
    assert event["exception"] == "builtins.LookupError"
    assert "test_logs.py" in event["frames"][-1]
    assert "ada@example.org" not in lines.text
