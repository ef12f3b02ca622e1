"""The tour of a shop with two documented versions, and with operations that only its documents know."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from spec.surface import kinds_of_answer as kinds
from spec.surface.tour import CellState, Tour
from spec.surface.touring import Tourist
from spec.target.circumstances import Identity
from tests.checks.memory_desk import Habits
from tests.checks.memory_shop import memory_shop
from tests.surface.test_touring import WRITES


def operation(*statuses: str, public: bool = True, **more: Any) -> dict[str, Any]:
    return {
        "responses": {status: {"description": "so"} for status in statuses},
        "security": [{}] if public else [{"bearer": []}],
        **more,
    }


def document(version: str) -> dict[str, Any]:
    """Describe the categories, the products and the orders."""
    number = [{"name": "page_size", "in": "query", "schema": {"type": "integer"}}]
    paths = {
        "/categories": {"get": operation("200"), "post": operation("201", public=False)},
        "/categories/{category_id}": {"get": operation("200"), "delete": operation("204", public=False)},
        "/products": {"get": operation("200", parameters=number), "post": operation("201", public=False)},
        "/products/{product_id}": {"get": operation("200"), "patch": operation("200", public=False)},
        "/orders": {"get": operation("200", public=False), "post": operation("201", public=False)},
        "/orders/{order_id}": {"get": operation("200", public=False)},
        "/refunds": {"post": operation("201", public=False)},
    }
    return {"openapi": "3.1.0", "servers": [{"url": f"/api/{version}"}], "paths": paths}


@pytest.fixture(scope="module")
def tour() -> Iterator[Tour]:
    with memory_shop(Habits(documents={"v1": document("v1"), "v2": document("v2")}), effects=WRITES) as shop:
        tour = Tour()
        Tourist(shop, shop, tour, quick=False, chance=Random(1)).travel()
        yield tour


def examined(tour: Tour, kind: str) -> set[tuple[str, str, Identity]]:
    return {
        (visit.cell.method, visit.cell.resource, visit.cell.identity)
        for visit in tour.of_kind(kind)
        if visit.state is CellState.EXAMINED
    }


def test_an_older_version_is_asked_what_the_verbs_ask_of_the_current_one(tour: Tour) -> None:
    done = examined(tour, kinds.SUCCESS)
    for version in ("v1", "v2"):
        assert ("POST", f"/api/{version}/orders", Identity.CUSTOMER) in done
        assert ("GET", f"/api/{version}/orders/{{order_id}}", Identity.CUSTOMER) in done


def test_what_only_the_document_knows_is_asked_for_things_that_are_there(tour: Tour) -> None:
    assert ("GET", "/api/v2/categories/{category_id}", Identity.NOBODY) in examined(tour, kinds.SUCCESS)


def test_what_takes_a_thing_away_is_given_one_of_its_own(tour: Tour) -> None:
    for version in ("v1", "v2"):
        gone = ("DELETE", f"/api/{version}/categories/{{category_id}}", Identity.STAFF)
        assert gone in examined(tour, kinds.SUCCESS)
    asked = ("GET", "/api/v1/categories/{category_id}", Identity.NOBODY)
    assert asked in examined(tour, kinds.DELETED_THING)


def test_a_documented_operation_that_nothing_makes_succeed_is_out_of_reach(tour: Tour) -> None:
    (visit, *_) = [one for one in tour.visits if one.cell.resource == "/api/v2/refunds"]
    assert visit.state is CellState.OUT_OF_REACH
    assert visit.reason == "it was not seen to succeed: POST /api/v2/refunds → 404"


def test_a_version_that_is_not_served_is_unknown(tour: Tour) -> None:
    # A forged token may be what is refused first.
    sound = [visit for visit in tour.of_kind(kinds.UNKNOWN_VERSION) if visit.cell.identity is not Identity.FORGED]
    assert {visit.state for visit in sound} == {CellState.EXAMINED}
    assert {visit.cell.method for visit in sound} == {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    paths = {visit.exchange.request.path for visit in tour.of_kind(kinds.UNKNOWN_VERSION) if visit.exchange}
    assert paths == {"/api/v98/products", "/api/v99/products"}


def test_every_request_says_what_it_is_to_provoke_but_those_that_succeed_and_spend(tour: Tour) -> None:
    asked = [(visit.cell.kind, visit.exchange.request.provokes) for visit in tour.visits if visit.exchange]
    # What is asked once more with an Origin is to provoke the same as before.
    told = {(kind, provokes) for kind, provokes in asked if kind not in {kinds.FOREIGN_ORIGIN, kinds.DECLARED_ORIGIN}}
    assert {(kind, provokes) for kind, provokes in told if kind != provokes} <= {
        (kinds.SUCCESS, ""), (kinds.SUCCESS, kinds.PAGE), (kinds.BUDGET_SPENT, "")
    }  # fmt: skip
    assert (kinds.UNKNOWN_ID, kinds.UNKNOWN_ID) in told
