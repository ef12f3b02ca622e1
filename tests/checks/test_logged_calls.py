"""LOG-001: the calls are of every kind that the shop has, and the kinds that it has not are known."""

from __future__ import annotations

import pytest

from spec.checks.log.test_events import KINDS, Calls, list_toured, make_calls
from spec.surface.tour import Cell, CellState, Tour, Visit
from spec.target.answer_kinds import AnswerKind
from spec.target.circumstances import Circumstances, Identity
from spec.target.exchange import Request
from spec.target.values import UNTOLD
from spec.target.visitor import PreparationFailed
from spec.target.windows.staff_window import Credentials
from tests.checks.answers import answered, known
from tests.checks.memory_desk import Habits
from tests.checks.memory_shop import memory_shop


def calls_at(habits: Habits, *lacks: str, brought: tuple[Credentials, ...] = ()) -> Calls:
    """Make the calls at such a shop, which offers two products."""
    with memory_shop(habits, lacks=frozenset(lacks), brought=brought) as shop:
        for _ in range(2):
            shop.new_product(stock=1)
        return make_calls(shop)


def test_calls_of_every_kind_are_made_by_strangers_and_a_customer() -> None:
    calls = calls_at(Habits(limit=30))
    kinds = {one.kind for one in calls.made}
    assert (kinds >= set(KINDS), calls.absent, len(calls.opened)) == (True, set(), 2)
    customers = {one.user for one in calls.made} - {None}
    assert len(customers) == 1
    assert [one.exchange.request.path for one in calls.made if one.user][:2] == ["/api/v2/accounts/me", "/api/v2/cart"]


@pytest.mark.parametrize(
    ("habits", "absent"),
    [
        (Habits(), {AnswerKind.BUDGET}),
        (Habits(limit=30, stranger=403), {AnswerKind.UNAUTHENTICATED}),
        (Habits(limit=30, stranger=404), {AnswerKind.UNAUTHENTICATED}),
    ],
)
def test_kinds_that_the_shop_has_not_are_absent(habits: Habits, absent: set[AnswerKind]) -> None:
    assert calls_at(habits).absent == absent


def test_a_brought_customer_whose_account_is_not_told_is_a_user_unknown() -> None:
    calls = calls_at(Habits(limit=30), "register", "whoami", brought=(Credentials("ann@shop.example", "password"),))
    assert {one.user for one in calls.made} == {None, UNTOLD}


def test_a_call_that_has_to_work_and_does_not_is_a_failed_preparation() -> None:
    with pytest.raises(PreparationFailed) as failed, memory_shop(Habits(limit=0)) as shop:
        make_calls(shop)
    assert failed.value.flow == "FLOW-002"


@pytest.mark.parametrize(
    ("path", "headers", "circumstances", "malformed", "counts"),
    [
        ("/v2/lamps", (), Circumstances(), False, True),
        ("/v2/nothing", (), Circumstances(roomy=True, identity=Identity.FORGED), False, True),
        ("/static/lamp.png", (), Circumstances(), False, False),
        ("/v2/lamps", (("Host", "another.example"),), Circumstances(), False, False),
        ("/v2/lamps", (), Circumstances(settings=frozenset({"access_lifetime"})), False, False),
        ("/v2/lamps", (), Circumstances(), True, False),
    ],
)
def test_of_a_tour_the_calls_of_the_interface_are_counted(
    path: str, headers: tuple[tuple[str, str], ...], circumstances: Circumstances, *, malformed: bool, counts: bool
) -> None:
    facts = known({"servers": [{"url": "/v2"}], "paths": {"/lamps": {"get": {}}}})
    request = Request("GET", path, headers=headers, malformed=malformed)
    answer = answered(facts, request, 404, circumstances=circumstances)
    cell = Cell("/v2/lamps", "/v2", "GET", Identity.NOBODY, "success")
    tour = Tour([Visit(cell, CellState.EXAMINED, answer.exchange), Visit(cell, CellState.OUT_OF_REACH)])
    assert [one.kind for one in list_toured(tour, facts)] == [AnswerKind.NOT_FOUND] * counts
