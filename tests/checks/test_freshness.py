"""CACHE-002: the price in the cart is judged by the declared policy, and what a shop has not is left out."""

from __future__ import annotations

import pytest

from spec.checking.examination import Examination
from spec.checking.outcomes import Outcome, Violation
from spec.checks.cache import test_racing_reads as racing_reads
from spec.checks.cache.test_freshness import test_nothing_is_stale_after_an_acknowledged_write as examine_life
from tests.checks.memory_desk import Habits
from tests.checks.memory_shop import memory_shop

KEPT = Habits(cart_price="kept")


def live(habits: Habits, policy: str | None, *lacks: str) -> Examination:
    """Examine a product's life at such a shop."""
    examine = Examination()
    policies = {} if policy is None else {"price_change": policy}
    with memory_shop(habits, lacks=frozenset(lacks), policies=policies) as shop:
        examine_life(shop, examine)
    return examine


@pytest.mark.parametrize(
    ("habits", "policy"),
    [
        (Habits(), "current"),
        (KEPT, "kept"),
        (Habits(cart_price="kept", refuses_changed_prices=True), "refused"),
        (Habits(refuses_changed_prices=True), "refused"),
        (Habits(), None),
        (KEPT, None),
    ],
)
def test_a_cart_that_shows_what_the_policy_says_is_fresh(habits: Habits, policy: str | None) -> None:
    examine = live(habits, policy)
    assert examine.done == examine.total >= 14


@pytest.mark.parametrize(("habits", "policy"), [(KEPT, "current"), (Habits(), "kept")])
def test_a_cart_that_shows_another_price_than_the_policy_says_is_stale(habits: Habits, policy: str) -> None:
    with pytest.raises(Violation) as violation:
        live(habits, policy)
    assert violation.value.outcome is Outcome.STALE
    assert violation.value.expected.startswith("the cart after a new price")


def test_surfaces_and_writes_that_a_shop_has_not_are_left_out_and_named() -> None:
    lacks = ("list_products.search", "list_products.category_id", "cancel_order", "withdraw_product")
    examine = live(Habits(), "current", *lacks)
    assert examine.done == examine.total == 13
    assert examine.notes[-1] == (
        "The target does not offer list_products.category_id, list_products.search, cancel_order, withdraw_product."
    )


@pytest.mark.parametrize(("habits", "policy", "surfaces"), [(Habits(), "current", 4), (KEPT, "kept", 3)])
def test_a_price_that_is_kept_in_the_cart_is_not_raced(
    habits: Habits, policy: str, surfaces: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    examine = Examination()
    monkeypatch.setattr(racing_reads, "WRITES", 2)
    with memory_shop(habits, policies={"price_change": policy}) as shop:
        racing_reads.test_nothing_is_stale_to_readers_who_race_the_write(shop, examine)
    assert f"prices were read on {surfaces} of 4 surfaces" in examine.notes


@pytest.mark.parametrize("lacking", ["create_category", "list_categories"])
def test_categories_that_nobody_adds_or_lists_are_not_raced(lacking: str, monkeypatch: pytest.MonkeyPatch) -> None:
    examine = Examination()
    monkeypatch.setattr(racing_reads, "WRITES", 2)
    with memory_shop() as shop:
        shop.category()
        shop.verbs.lacks |= {lacking}
        racing_reads.test_nothing_is_stale_to_readers_who_race_the_write(shop, examine)
    assert f"No categories were raced: the target does not offer {lacking}." in examine.notes


def test_no_list_is_asked_for_more_than_a_usual_page_holds() -> None:
    assert racing_reads.PAGE_SIZES == (50, 49, 48, 47, 46, 45)
    assert min(racing_reads.PAGE_SIZES) > racing_reads.CATEGORIES
