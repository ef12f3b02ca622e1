"""Budgets are counted by verbs of one request, and only for clients whose budget no other has touched."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from spec.checking.examination import Examination
from spec.checking.outcomes import Blocked, Violation
from spec.checks.rate.test_rate_limits import test_no_identity_gets_more_than_60_requests_in_a_minute as examine_minute
from spec.checks.rate.test_rate_restart import expect_limit
from spec.checks.support import budgets
from spec.checks.support.budgets import AdmissionProbe, catalogue_probe, customer_with_probe, spend_whole, was_admitted
from spec.target.exchange import Request
from spec.target.session import Session
from spec.target.shop import Shop
from spec.target.steps import Ask, Part, Steps, Verb
from spec.target.windows.staff_window import Credentials
from tests.checks.memory_desk import Habits
from tests.checks.memory_shop import memory_shop


@contextmanager
def listing_takes_two(shop: Shop) -> Iterator[None]:
    """Let each list of products be followed by a look at something else."""
    right = shop.verbs.list_products

    def list_products(**options: Any) -> Verb[Any]:
        verb = right(**options)

        def steps(session: Session) -> Steps[Any]:
            page = yield from verb.steps(session)
            yield Ask(Request("GET", "/livez"), Part.LOOK)
            return page

        return Verb(verb.operation, verb.flow, steps)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shop.verbs, "list_products", list_products)
        yield


def test_a_list_of_one_request_is_the_probe() -> None:
    with memory_shop() as shop:
        probe = catalogue_probe(shop)
        assert (probe.verb.operation, probe.answer) == ("list products", shop.visitor().must(probe.verb))


def test_a_list_of_several_requests_is_not() -> None:
    with memory_shop() as shop, listing_takes_two(shop):
        assert catalogue_probe(shop).verb.operation == "list categories"


def test_without_any_verb_of_one_request_nothing_can_be_counted() -> None:
    lacks = frozenset({"list_categories"})
    with memory_shop(lacks=lacks) as shop, listing_takes_two(shop), pytest.raises(Blocked, match=r"list products$"):
        catalogue_probe(shop)


@pytest.mark.parametrize(("lacks", "operation"), [((), "who am I"), (("whoami",), "view cart")])
def test_a_customer_is_counted_by_what_is_their_own(lacks: tuple[str, ...], operation: str) -> None:
    with memory_shop(lacks=frozenset(lacks)) as shop:
        customer, probe = customer_with_probe(shop)
        assert (probe.verb.operation, customer.must(probe.verb)) == (operation, probe.answer)


def test_a_brought_customer_is_not_counted() -> None:
    brought = (Credentials("ann@shop.example", "password"),)
    with (
        memory_shop(lacks=frozenset({"register"}), brought=brought) as shop,
        pytest.raises(Blocked, match=r"is whole$"),
    ):
        customer_with_probe(shop)


def test_a_limit_of_sessions_is_counted_where_there_are_no_tokens_to_renew() -> None:
    examine = Examination()
    with memory_shop(Habits(limit=60), lacks=frozenset({"refresh", "whoami"})) as shop:
        examine_minute(shop, examine)
    assert examine.stated > 2 * 60


def test_a_budget_of_another_size_is_spent_to_its_end() -> None:
    with memory_shop(Habits(limit=90)) as shop:
        visitor, probe = shop.visitor(), AdmissionProbe(shop.verbs.list_categories(), ())
        admitted, exchanges = spend_whole(Examination(), visitor, probe, 61)
    assert (admitted, len(exchanges)) == ([True] * 90 + [False], 91)


def test_a_shop_without_a_limit_has_no_budget_to_renew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "MOST_SPENT", 70)
    with memory_shop() as shop, pytest.raises(Blocked, match=r"^the client's budget was not spent by 70 requests in "):
        spend_whole(Examination(), shop.visitor(), AdmissionProbe(shop.verbs.list_categories(), ()), 61)


@pytest.mark.parametrize(("limit", "admitted"), [(None, 65), (30, 30)])
def test_a_limit_that_is_wrong_without_a_restart_is_no_matter_of_restarts(limit: int | None, admitted: int) -> None:
    wanted = rf"^RATE-003: {admitted} of 65 requests were admitted without any restart, instead of 60$"
    with memory_shop(Habits(limit=limit)) as shop, pytest.raises(Blocked, match=wanted):
        expect_limit(shop, Examination(), tolerance=0)


def test_another_answer_is_told_by_the_first_place_that_differs() -> None:
    with memory_shop() as shop:
        product = shop.new_product(stock=1)
        probe, visitor = catalogue_probe(shop), shop.visitor()
        shop.staff.must(shop.verbs.change_product(product.id, name="x" * 100))
        with pytest.raises(Violation) as violation:
            was_admitted(Examination(), probe, visitor.do(probe.verb))
    place = f"products[0].name is {reprlib.repr('x' * 100)}, not {product.name!r}"
    assert violation.value.observed == f"GET /api/v2/products?page_size=3 → 200, where {place}"
