"""The tour of a shop without a document: what it examines, what is absent, and what it cannot reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from spec.checking.outcomes import Blocked
from spec.surface import kinds_of_answer as kinds
from spec.surface.tour import CellState, Tour
from spec.surface.touring import UNPROVEN, Tourist
from spec.target.circumstances import Identity
from spec.target.client import Client
from spec.target.exchange import Exchange, Failure, Headers, Request, Response
from spec.target.shop import Shop
from tests.checks.memory_desk import Habits
from tests.checks.memory_shop import memory_shop

WRITES = ("reads", "writes", "signs in")
EXAMINED, ABSENT, OUT_OF_REACH = CellState.EXAMINED, CellState.ABSENT, CellState.OUT_OF_REACH


def take_tour(shop: Shop, *, quick: bool = False, seed: int = 1) -> Tour:
    tour = Tour()
    Tourist(shop, shop, tour, quick=quick, chance=Random(seed)).travel()
    return tour


@pytest.fixture(scope="module")
def whole() -> Iterator[Tour]:
    with memory_shop(effects=WRITES) as shop:
        yield take_tour(shop)


def states(tour: Tour, kind: str) -> set[CellState]:
    return {visit.state for visit in tour.of_kind(kind)}


@pytest.mark.parametrize(
    "kind",
    [
        kinds.NO_CREDENTIALS, kinds.FORGED_CREDENTIALS, kinds.NOT_ALLOWED, kinds.FOREIGN_THING, kinds.UNKNOWN_PATH,
        kinds.UNKNOWN_PATH_OUTSIDE, kinds.UNKNOWN_ID, kinds.METHOD_NOT_SUPPORTED, kinds.BROKEN_BODY,
        kinds.BODY_OF_ANOTHER_TYPE, kinds.UNSUPPORTED_MEDIA_TYPE, kinds.OVERSIZED_BODY, kinds.UNKNOWN_HOST,
        kinds.CONFLICT, kinds.CANCELLED_THING, kinds.WITHDRAWN_THING, kinds.DELETED_THING, kinds.PROBE,
        kinds.FOREIGN_ORIGIN, kinds.REQUEST_ID_SENT, kinds.SECOND_PAGE,
    ],
)  # fmt: skip
def test_each_kind_that_the_shop_has_is_examined(whole: Tour, kind: str) -> None:
    assert EXAMINED in states(whole, kind)


@pytest.mark.parametrize("kind", [kinds.PAGE, kinds.STATIC_FILE, kinds.DECLARED_ORIGIN, kinds.BUDGET_SPENT])
def test_what_the_shop_lacks_is_absent(whole: Tour, kind: str) -> None:
    assert states(whole, kind) == {ABSENT}


def test_every_operation_of_the_verbs_succeeds(whole: Tour) -> None:
    done = {(visit.cell.method, visit.cell.resource) for visit in whole.of_kind(kinds.SUCCESS)}
    assert {("POST", "/api/v2/orders"), ("GET", "/api/v2/orders/{}"), ("PATCH", "/api/v2/cart/lines/{}")} <= done
    first = {visit.state for visit in whole.of_kind(kinds.SUCCESS) if visit.cell.identity is not Identity.STAFF}
    assert first == {EXAMINED}


def test_exchanges_say_as_whom_they_were_sent(whole: Tour) -> None:
    told = {visit.exchange.circumstances.identity for visit in whole.visits if visit.exchange}
    assert told == set(Identity) - {Identity.EXPIRED}
    assert all(v.cell.identity is v.exchange.circumstances.identity for v in whole.visits if v.exchange)


def test_access_that_ends_is_out_of_reach_where_no_start_can_be_had(whole: Tour) -> None:
    assert [visit.state for visit in whole.of_kind(kinds.EXPIRED_CREDENTIALS)] == [OUT_OF_REACH]


def test_the_tour_says_how_many_requests_it_took(whole: Tour) -> None:
    assert whole.notes[-1].split(" s; ")[1].startswith(f"{len(whole.in_state(EXAMINED))} of {len(whole.there)} points")


def test_a_quick_tour_has_every_kind_of_the_whole_and_far_fewer_visits(whole: Tour) -> None:
    with memory_shop(effects=WRITES) as shop:
        quick = take_tour(shop, quick=True)
    assert {visit.cell.kind for visit in quick.visits} == {visit.cell.kind for visit in whole.visits}
    assert 2 * len(quick.visits) < len(whole.visits)


def test_the_same_seed_visits_the_same_cells() -> None:
    cells = []
    for _ in range(2):
        with memory_shop(effects=WRITES) as shop:
            cells.append([visit.cell for visit in take_tour(shop, quick=True, seed=5).visits])
    assert cells[0] == cells[1]


def test_without_staff_what_is_theirs_is_out_of_reach() -> None:
    with memory_shop(staffed=False, effects=WRITES) as shop:
        tour = take_tour(shop)
    by_staff = {visit.state for visit in tour.visits if visit.cell.identity is Identity.STAFF}
    assert by_staff == {OUT_OF_REACH}
    assert EXAMINED in states(tour, kinds.NO_CREDENTIALS)


def test_where_writes_are_not_allowed_nothing_is_written() -> None:
    with memory_shop(effects=("reads",)) as shop:
        tour = take_tour(shop)
    asked = {(visit.cell.method, visit.cell.kind) for visit in tour.visits if visit.exchange}
    assert {kind for method, kind in asked if method in {"PUT", "PATCH", "DELETE"}} <= {
        kinds.UNKNOWN_PATH, kinds.UNKNOWN_PATH_OUTSIDE
    }  # fmt: skip


def test_a_spent_budget_is_met_by_every_operation() -> None:
    with memory_shop(Habits(limit=40), effects=WRITES) as limited, memory_shop(effects=WRITES) as roomy:
        tour = Tour()
        Tourist(roomy, limited, tour, quick=False, chance=Random(1)).travel()
    assert states(tour, kinds.BUDGET_SPENT) == {EXAMINED}
    assert {visit.cell.identity for visit in tour.of_kind(kinds.BUDGET_SPENT)} == {
        Identity.NOBODY, Identity.CUSTOMER, Identity.STAFF
    }  # fmt: skip


def test_inside_limits_that_cannot_be_lifted_one_of_each_kind_comes_first_and_the_rest_is_out_of_reach() -> None:
    with memory_shop(Habits(limit=150), effects=WRITES) as shop:
        tour = take_tour(shop)
    assert EXAMINED in states(tour, kinds.UNKNOWN_ID)
    refused = [visit for visit in tour.in_state(OUT_OF_REACH) if visit.cell.identity is Identity.CUSTOMER]
    assert refused
    assert all("tour_minutes" in visit.reason or "429" in visit.reason for visit in refused)
    assert "its limits were met" in tour.notes[-1]


def answering(monkeypatch: pytest.MonkeyPatch, make: Callable[[Exchange], Exchange]) -> None:
    """Replace what is answered to requests under examination."""
    send = Client.send

    def sent(self: Client, request: Request, *, examined: bool = False, **told: Any) -> Exchange:
        exchange = send(self, request, examined=examined, **told)
        return make(exchange) if examined else exchange

    monkeypatch.setattr(Client, "send", sent)


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b'{"status": "ok", "results": [], "next": null}'), (404, b""), (500, b'{"status": "error"}'), (401, b"")],
)
def test_of_a_server_that_answers_one_thing_nothing_is_examined(
    monkeypatch: pytest.MonkeyPatch, status: int, body: bytes
) -> None:
    answer = Response(status, Headers([("Content-Type", "application/json")]), body)
    answering(monkeypatch, lambda exchange: replace(exchange, response=answer, failure=None))
    with memory_shop(effects=WRITES) as shop:
        tour = take_tour(shop, quick=True)
    assert {visit.state for visit in tour.visits} == {OUT_OF_REACH}
    assert {visit.reason for visit in tour.visits} == {UNPROVEN}


def test_a_tour_that_has_shown_enough_ends_before_its_next_stop() -> None:
    with memory_shop(effects=WRITES) as shop:
        tour, asked = Tour(), Tour()
        assert Tourist(shop, shop, asked, quick=True, chance=Random(1)).travel()
        tourist = Tourist(shop, shop, tour, quick=True, chance=Random(1), enough=lambda: len(tour.visits) >= 100)
        assert not tourist.travel()
    assert 100 <= len(tour.visits) < len(asked.visits)


def test_what_was_out_of_reach_for_a_moment_is_reached_at_the_second_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    silent: list[Request] = []

    def once(exchange: Exchange) -> Exchange:
        if exchange.request.provokes != kinds.BROKEN_BODY or silent:
            return exchange
        silent.append(exchange.request)
        return replace(exchange, response=None, failure=Failure.TIMEOUT)

    answering(monkeypatch, once)
    with memory_shop(effects=WRITES) as roomy, memory_shop(effects=WRITES) as shipped:
        tour = Tour()
        Tourist(roomy, shipped, tour, quick=True, chance=Random(1)).travel()
    assert len(silent) == 1
    assert states(tour, kinds.BROKEN_BODY) == {EXAMINED}
    notes = [note for note in tour.notes if note.startswith("reached at the second attempt: ")]
    assert len(notes) == 1
    assert "broken body (there was no answer: " in notes[0]


def test_what_stays_out_of_reach_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(exchange: Exchange) -> Exchange:
        is_lost = exchange.request.provokes == kinds.BROKEN_BODY and exchange.request.path.endswith("/accounts")
        return replace(exchange, response=None, failure=Failure.TIMEOUT) if is_lost else exchange

    answering(monkeypatch, never)
    with memory_shop(effects=WRITES) as roomy, memory_shop(effects=WRITES) as shipped:
        tour = Tour()
        Tourist(roomy, shipped, tour, quick=False, chance=Random(1)).travel()
    lost = [visit.cell for visit in tour.of_kind(kinds.BROKEN_BODY) if visit.state is OUT_OF_REACH]
    assert lost
    assert len(lost) == len(set(lost))


def test_a_target_that_falls_silent_ends_the_tour(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, lambda exchange: replace(exchange, response=None, failure=Failure.TIMEOUT))
    with memory_shop(effects=WRITES) as shop, pytest.raises(Blocked, match="answered none of 5 requests"):
        take_tour(shop)
