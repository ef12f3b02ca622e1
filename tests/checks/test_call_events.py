"""LOG-001: calls and events are paired by request id, and what an event says wrongly is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.checks.support.call_events import (
    LEAST_SHARE,
    MANY,
    SLACK_SECONDS,
    LoggedCall,
    doubt_durations,
    find_wrong_facts,
    pair_calls,
)
from spec.target.answer_kinds import AnswerKind
from spec.target.circumstances import Circumstances, Identity
from spec.target.exchange import Exchange, Headers, Request, Response
from spec.target.windows.log_window import LogFields
from tests.support.samples import MOMENT

FIELDS = LogFields()
SOUND = {"request_id": "a", "method": "GET", "status": 200, "route": "/lamps", "duration_ms": 4.5, "user_id": None}
OWN = {**SOUND, "user_id": 7}


def call(
    identity: Identity = Identity.NOBODY,
    account: str = "",
    *,
    kind: AnswerKind = AnswerKind.DONE,
    request_id: str = "a",
    status: int = 200,
    seconds: float = 0.01,
) -> LoggedCall:
    response = Response(status, Headers([("X-Request-ID", request_id)]))
    circumstances = Circumstances(identity=identity, account=account)
    exchange = Exchange(Request("GET", "/lamps"), response, None, MOMENT, seconds, circumstances=circumstances)
    return LoggedCall(exchange, kind)


CUSTOMER = call(Identity.CUSTOMER, "7")


@pytest.mark.parametrize(
    ("made", "event"),
    [
        (call(), SOUND),
        (call(), {**SOUND, "user_id": ""}),
        (CUSTOMER, OWN),
        (CUSTOMER, {**SOUND, "user_id": "7"}),
        (call(Identity.STAFF), OWN),
        (call(Identity.SIGNED_OUT, "7"), OWN),
        (call(Identity.SIGNED_OUT, "7"), SOUND),
        (call(Identity.CUSTOMER, "7", kind=AnswerKind.UNAUTHENTICATED), SOUND),
        (call(), {**SOUND, "duration_ms": 10 + 1000 * SLACK_SECONDS - 0.1}),
        (call(), {**SOUND, "duration_ms": 0}),
    ],
)
def test_an_event_that_says_what_the_client_knows_has_nothing_wrong(made: LoggedCall, event: dict[str, Any]) -> None:
    assert find_wrong_facts(FIELDS, made, event) == []


@pytest.mark.parametrize(
    ("made", "changes", "wrong"),
    [
        (call(), {"method": "POST"}, "method"),
        (call(), {"status": 201}, "status"),
        (call(), {"route": ""}, "route"),
        (call(), {"route": None}, "route"),
        (call(), {"duration_ms": None}, "duration"),
        (call(), {"duration_ms": "4.5"}, "duration"),
        (call(), {"duration_ms": True}, "duration"),
        (call(), {"duration_ms": -1}, "duration"),
        (call(), {"duration_ms": 0.0}, "duration"),
        (call(), {"duration_ms": 45.0}, "duration"),
        (call(), {"user_id": 7}, "user id"),
        (call(Identity.FORGED, "7"), {"user_id": 7}, "user id"),
        (CUSTOMER, {"user_id": None}, "user id"),
        (CUSTOMER, {"user_id": 8}, "user id"),
        (call(Identity.CUSTOMER, "7", kind=AnswerKind.BUDGET), {"user_id": None}, "user id"),
        (call(Identity.STAFF), {"user_id": None}, "user id"),
        (call(Identity.EXPIRED, "7"), {"user_id": 8}, "user id"),
    ],
)
def test_what_an_event_says_wrongly_is_named(made: LoggedCall, changes: Mapping[str, object], wrong: str) -> None:
    assert find_wrong_facts(FIELDS, made, {**SOUND, **changes}) == [wrong]


def test_a_duration_is_read_in_the_unit_that_the_profile_declares() -> None:
    seconds = LogFields(duration="took", duration_unit="seconds")
    assert find_wrong_facts(seconds, call(), {**SOUND, "took": 0.0045}) == []
    assert find_wrong_facts(seconds, call(), {**SOUND, "took": 4.5}) == ["duration"]


def test_each_call_has_one_event_and_those_of_one_id_share_theirs() -> None:
    calls = [call(), call(request_id="b"), call(request_id="c"), call(request_id="same"), call(request_id="same")]
    events = [SOUND, *[{**SOUND, "request_id": one} for one in ("b", "b", "same", "same", "other")]]
    paired = list(pair_calls(calls, events, FIELDS))
    assert [(len(one.events), one.is_logged_once) for one in paired] == [
        (1, True),
        (2, False),
        (0, False),
        (2, True),
        (2, True),
    ]


def test_of_events_that_share_an_id_each_call_takes_the_one_that_fits() -> None:
    calls = [call(), CUSTOMER]
    assert [one.nearest(FIELDS) for one in pair_calls(calls, [OWN, SOUND], FIELDS)] == [(SOUND, []), (OWN, [])]


DURATIONS = st.lists(st.floats(LEAST_SHARE * 10, 10), min_size=MANY, max_size=2 * MANY, unique=True)


@given(DURATIONS)
def test_durations_that_were_measured_are_believed_and_in_another_unit_or_made_up_are_not(told: list[float]) -> None:
    calls = [call() for _ in told]
    events = [{**SOUND, "duration_ms": one} for one in told]
    assert doubt_durations(FIELDS, calls, events) == ""
    thousandths = [{**SOUND, "duration_ms": one / 1000} for one in told]
    assert "the unit is off" in doubt_durations(FIELDS, calls, thousandths)
    constant = [SOUND] * len(told)
    assert doubt_durations(FIELDS, calls, constant) == f"all {len(told)} calls took 0.0045 s"


def test_of_few_calls_nothing_is_said_together() -> None:
    assert doubt_durations(FIELDS, [call()] * (MANY - 1), [SOUND] * (MANY - 1)) == ""
