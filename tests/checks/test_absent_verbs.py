"""A verb that the shop lacks is missed by the requirement that promises it, and blocks none behind one that passes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import pytest

from reports.verdicts import Verdict
from spec.catalogue import load_catalogue
from spec.checking.examination import Examination
from spec.checking.judging import judge_exception
from spec.checks.acc import test_ownership as ownership
from spec.checks.cache import test_freshness as freshness
from spec.checks.cache import test_racing_reads as racing_reads
from spec.checks.flow import test_flow as flow
from spec.checks.flow import test_product_upkeep as product_upkeep
from spec.checks.flow import test_reviews as reviews
from spec.checks.flow import test_sessions as sessions
from spec.checks.shop import test_stock as stock
from spec.run.run_state import RunState
from spec.surface.verb_trials import list_trials, rehearse
from spec.target.adapter_context import NotOffered
from spec.target.adapters.rest import Verbs
from spec.target.shop import Shop
from spec.target.verbs import VERBS
from tests.checks.memory_shop import memory_shop

Check = Callable[[Shop], Examination]


def _of_shop(check: Callable[[Shop, Examination], None]) -> Check:
    def examined(shop: Shop) -> Examination:
        examine = Examination()
        check(shop, examine)
        return examine

    return examined


def _sell_out(shop: Shop) -> Examination:
    examine = Examination()
    run = RunState.__new__(RunState)
    run.quick = True
    stock.test_parallel_checkouts_sell_exactly_what_is_in_stock(shop, run, examine)
    return examine


FLOWS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "FLOW-001": _of_shop(flow.test_a_customer_registers_and_signs_in_and_a_wrong_password_is_refused),
        "FLOW-002": _of_shop(flow.test_products_are_listed_paged_filtered_searched_and_opened),
        "FLOW-003": _of_shop(flow.test_a_cart_is_filled_changed_and_emptied_and_reads_back),
        "FLOW-004": _of_shop(flow.test_an_order_is_placed_read_back_and_takes_its_stock),
        "FLOW-005": _of_shop(reviews.test_a_review_is_written_and_read),
        "FLOW-006": _of_shop(product_upkeep.test_staff_create_change_and_withdraw_a_product),
        "FLOW-007": _of_shop(sessions.test_access_is_refreshed_and_ends_with_sign_out),
    }
)
OTHERS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "ACC-001": _of_shop(ownership.test_what_belongs_to_one_customer_is_404_for_another_and_stays_unchanged),
        "CACHE-002": _of_shop(freshness.test_nothing_is_stale_after_an_acknowledged_write),
        "CACHE-002, raced": _of_shop(racing_reads.test_nothing_is_stale_to_readers_who_race_the_write),
        "SHOP-001": _sell_out,
    }
)
INSTEAD: Final[Mapping[str, str]] = MappingProxyType(
    {
        # A cart is emptied in one go or line by line.
        "empty_cart": "remove_line",
        "remove_line": "empty_cart",
        # The account that is signed in is known by its orders too.
        "whoami": "list_orders",
        # A shop whose categories are fixed has one already.
        "create_category": "list_categories",
        # Staff without a door of their own come in by the customers'.
        "sign_in_staff": "sign_in",
    }
)
"""Verbs in whose place another serves: no requirement promises them alone."""
PROMISED: Final = sorted(name for name, entry in VERBS.items() if entry.flow in FLOWS and name not in INSTEAD)
UNPROMISED: Final = sorted(set(VERBS) - set(PROMISED))


@pytest.fixture(autouse=True)
def few_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(racing_reads, "WRITES", 2)
    monkeypatch.setattr(racing_reads, "CATEGORIES", 2)


def examine_without(check: Check, *lacks: str) -> Examination:
    """Run a check on a shop that offers three products in one category, and lacks these verbs."""
    with memory_shop() as shop:
        for _ in range(3):
            shop.new_product(stock=5)
        shop.verbs.lacks |= set(lacks)
        return check(shop)


@pytest.mark.parametrize("name", FLOWS)
def test_a_whole_shop_passes_each_flow(name: str) -> None:
    assert examine_without(FLOWS[name]).stated


@pytest.mark.parametrize("name", PROMISED)
def test_a_flow_fails_without_any_verb_that_it_promises(name: str) -> None:
    promising = VERBS[name].flow
    with pytest.raises(NotOffered) as missed:
        examine_without(FLOWS[promising], name)
    judged = judge_exception(missed.value, load_catalogue().get(promising), Verbs)
    assert (missed.value.name, judged.verdict) == (name, Verdict.FAIL)


@pytest.mark.parametrize(("name", "other"), [("empty_cart", "remove_line"), ("whoami", "list_orders")])
def test_a_flow_fails_where_the_verb_that_serves_instead_is_lacking_too(name: str, other: str) -> None:
    with pytest.raises(NotOffered, match=other):
        examine_without(FLOWS[VERBS[other].flow], name, other)


@pytest.mark.parametrize("name", UNPROMISED)
@pytest.mark.parametrize("check", sorted({*FLOWS, *OTHERS}))
def test_a_verb_that_no_flow_promises_alone_blocks_nothing(check: str, name: str) -> None:
    assert examine_without({**FLOWS, **OTHERS}[check], name).stated


@pytest.mark.parametrize("name", UNPROMISED)
def test_every_verb_is_tried_without_such_a_verb(name: str) -> None:
    with memory_shop() as shop:
        shop.category()
        shop.verbs.lacks |= {name}
        rehearse(list_trials(shop, shop.customer()))


@pytest.mark.parametrize("name", PROMISED)
@pytest.mark.parametrize("check", OTHERS)
def test_others_are_blocked_by_that_flow_or_go_without_the_verb(check: str, name: str) -> None:
    with contextlib.suppress(NotOffered):
        assert examine_without(OTHERS[check], name).stated
