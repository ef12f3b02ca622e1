"""The parts of the tour: waiting, choosing, judging answers, telling bodies apart, finding the next page."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.surface import kinds_of_answer as kinds
from spec.surface.openapi import Document
from spec.surface.people import People
from spec.surface.provocations import ANY, DONE, NOT_FOUND, REFUSED, OutOfReach, Provocation, judge_answer, unchanged
from spec.surface.query_provocations import find_next
from spec.surface.stops import Patience, Stop
from spec.surface.tour import Cell, CellState
from spec.surface.tour_selection import choose_pairwise, interleave, pairs_of
from spec.surface.ways import tell_apart
from spec.target.answer_kinds import AnswerKind, settle_by_status
from spec.target.circumstances import Circumstances, Identity
from spec.target.exchange import Exchange, Failure, Headers, Request, Response
from tests.checks.memory_shop import memory_shop

CELLS = st.builds(
    Cell,
    st.sampled_from(["products", "orders", "cart"]),
    st.sampled_from(["/v1", "/v2"]),
    st.sampled_from(["GET", "HEAD", "POST"]),
    st.sampled_from(list(Identity)),
    st.sampled_from([kinds.SUCCESS, kinds.UNKNOWN_ID, kinds.HEAD, kinds.BUDGET_SPENT]),
)


def stop_at(cell: Cell) -> Stop:
    return Stop(cell, tuple)


def answered(status: int, *fields: tuple[str, str], body: bytes = b"", path: str = "/products") -> Exchange:
    return Exchange(Request("GET", path), Response(status, Headers(fields), body), None, datetime.now(UTC), 0.1)


@given(st.lists(CELLS, max_size=60), st.integers(0, 5))
def test_a_selection_has_every_pair_of_the_whole(cells: list[Cell], seed: int) -> None:
    stops = [stop_at(cell) for cell in cells]
    chosen = choose_pairwise(stops, Random(seed))
    assert set().union(*(pairs_of(stop.cell) for stop in chosen)) == set().union(*map(pairs_of, cells))
    assert {cell.kind for cell in cells} == {stop.cell.kind for stop in chosen}
    places = [next(place for place, one in enumerate(stops) if one is stop) for stop in chosen]
    assert places == sorted(places)


def test_a_thing_that_is_there_twice_is_chosen_once() -> None:
    cell = Cell("products", "/v1", "GET", Identity.NOBODY, kinds.SUCCESS)
    assert len(choose_pairwise([stop_at(cell), stop_at(cell)], Random(1))) == 1


@given(st.lists(CELLS, max_size=40))
def test_one_of_each_kind_comes_first_and_spent_budgets_keep_their_place(cells: list[Cell]) -> None:
    found = [stop.cell for stop in interleave(map(stop_at, cells))]
    assert sorted(found, key=repr) == sorted(cells, key=repr)
    others = {cell.kind for cell in cells} - {kinds.BUDGET_SPENT}
    assert {cell.kind for cell in found[: len(others)]} == others


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (404, CellState.EXAMINED), (200, CellState.ABSENT), (422, CellState.ABSENT), (501, CellState.ABSENT),
        (500, CellState.FAILED), (503, CellState.FAILED), (302, CellState.OUT_OF_REACH), (429, CellState.OUT_OF_REACH),
    ],
)  # fmt: skip
def test_an_answer_is_of_the_kind_or_allowed_instead_or_a_failure_or_of_no_use(status: int, state: CellState) -> None:
    exchange = answered(status)
    assert exchange.response is not None
    cell = Cell("products", "", "GET", Identity.NOBODY, kinds.UNKNOWN_ID)
    wanted = Provocation(kinds.UNKNOWN_ID, unchanged, frozenset({NOT_FOUND}), ANY)
    assert judge_answer(cell, exchange, settle_by_status(exchange.response), wanted).state is state


@pytest.mark.parametrize(
    ("kind", "failure", "state"),
    [
        (kinds.OVERSIZED_BODY, Failure.CLOSED, CellState.ABSENT),
        (kinds.OVERSIZED_BODY, Failure.TIMEOUT, CellState.OUT_OF_REACH),
        (kinds.BROKEN_BODY, Failure.CLOSED, CellState.OUT_OF_REACH),
    ],
)
def test_only_on_a_body_that_is_too_large_a_connection_may_be_closed(
    kind: str, failure: Failure, state: CellState
) -> None:
    exchange = replace(answered(200), response=None, failure=failure)
    cell = Cell("products", "", "POST", Identity.NOBODY, kind)
    assert judge_answer(cell, exchange, None, Provocation(kind, unchanged, REFUSED)).state is state


def test_a_session_by_cookies_is_not_given_away_and_one_by_tokens_need_not_be_made_anew() -> None:
    with memory_shop(effects=("reads", "writes", "signs in")) as shop:
        people = People(shop)
        for identity in (Identity.CUSTOMER, Identity.STAFF):
            kept = people.find(identity)
            assert people.passing(identity) is kept
            kept.session.cookies = {"session": "abcdefgh"}
            passing = people.passing(identity)
            assert passing is not kept
            assert (passing.session.identity, passing.email) == (identity, kept.email)
            assert people.find(identity) is kept


def test_a_success_that_fails_is_out_of_reach() -> None:
    cell = Cell("products", "", "GET", Identity.STAFF, kinds.SUCCESS)
    wanted = Provocation(kinds.SUCCESS, unchanged, frozenset({DONE}), ANY)
    assert judge_answer(cell, answered(500), AnswerKind.UNKNOWN, wanted).state is CellState.OUT_OF_REACH


@pytest.mark.parametrize("status", [200, 304])
def test_a_kind_that_is_a_status_is_no_other_answer(status: int) -> None:
    cell = Cell("products", "", "GET", Identity.NOBODY, kinds.NOT_MODIFIED)
    wanted = Provocation(kinds.NOT_MODIFIED, unchanged, ANY, statuses=frozenset({304}))
    visit = judge_answer(cell, answered(status), AnswerKind.UNKNOWN if status == 304 else DONE, wanted)
    assert visit.state is (CellState.EXAMINED if status == 304 else CellState.ABSENT)


def test_a_budget_is_waited_for_as_long_as_its_refusal_says() -> None:
    waited: list[float] = []
    patience = Patience(2, waited.append)
    patience.wait_for(answered(429, ("Retry-After", "40")))
    patience.wait_for(answered(429))
    assert waited == [40.0, 60.0]
    with pytest.raises(OutOfReach, match="tour_minutes"):
        patience.wait_for(answered(429, ("Retry-After", "21")))
    assert (patience.met, patience.waited) == (3, 100.0)


def test_the_lifetime_of_access_leaves_a_start_as_it_is_shipped() -> None:
    assert Circumstances(settings=frozenset({"access_lifetime"})).shipped
    assert not Circumstances(settings=frozenset({"access_lifetime", "burst_limit"})).shipped


@pytest.mark.parametrize(
    ("schema", "free"),
    [
        ({"type": "string"}, True), ({"type": "string", "maxLength": 6}, False),
        ({"type": "string", "enum": ["Kettle"]}, False), ({"type": "string", "pattern": "^[A-Za-z0-9-]+$"}, True),
        ({"type": "string", "pattern": "^[A-Z][a-z]+$", "maxLength": 8}, False), ({"type": "integer"}, False),
    ],
)  # fmt: skip
def test_a_text_gets_another_ending_where_its_schema_allows_one(schema: dict[str, object], free: bool) -> None:
    told = tell_apart({"name": "Kettle", "stock": 3}, {"properties": {"name": schema}}, Document({"paths": {}}))
    assert told["stock"] == 3
    assert told["name"].startswith("Kettle")
    assert (told["name"] != "Kettle") is free


@pytest.mark.parametrize(
    ("fields", "body", "target"),
    [
        ([("Link", '</products?page=2>; rel="next"')], {}, "/products?page=2"),
        ([("Link", '</products?page=1>; rel="prev"')], {}, None),
        ([], {"results": [], "next": "http://target/products?cursor=abc"}, "http://target/products?cursor=abc"),
        ([], {"links": {"next": "?page=2"}}, "?page=2"),
        ([], {"results": [{"next": "/products?page=9"}], "next": None}, None),
        ([], {"next": "the word"}, None),
    ],
)
def test_the_next_page_is_where_the_answer_says(
    fields: list[tuple[str, str]], body: dict[str, object], target: str | None
) -> None:
    assert find_next(answered(200, *fields, body=json.dumps(body).encode())) == target


def test_a_refusal_names_no_next_page() -> None:
    assert find_next(answered(404, body=b'{"next": "?page=2"}')) is None
