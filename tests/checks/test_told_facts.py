"""A fact that a list leaves untold is not compared; one that it tells is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from spec.checks.support.told_facts import Entry, as_told, price_in_cart, read_entry
from spec.target.values import UNTOLD, ListedProduct, Money, Product
from tests.checks.profiles import declaring

LAMP = Entry("7", "Lamp", Decimal("12.50"), True)


def test_the_facts_of_a_page_and_of_a_list_are_read_alike() -> None:
    page = Product("7", "Lamp", Money(Decimal("12.50"), "EUR"), True, None)
    listed = ListedProduct("7", "Lamp", Money(Decimal("12.50"), "EUR"), True, UNTOLD)
    assert read_entry(page) == read_entry(listed) == LAMP
    assert read_entry(ListedProduct("7", "Lamp", UNTOLD, UNTOLD, None)) == Entry("7", "Lamp", UNTOLD, UNTOLD)


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (LAMP, LAMP),
        (LAMP._replace(price=Decimal(1)), LAMP),
        (LAMP._replace(price=UNTOLD), LAMP._replace(price=UNTOLD)),
        (LAMP._replace(in_stock=UNTOLD), LAMP._replace(in_stock=UNTOLD)),
        (Entry("8", "Chair", UNTOLD, UNTOLD), Entry("7", "Lamp", UNTOLD, UNTOLD)),
    ],
)
def test_an_entry_is_wanted_without_what_the_one_shown_leaves_untold(shown: Entry, told: Entry) -> None:
    assert as_told([LAMP], [shown]) == [told]


@pytest.mark.parametrize("shown", [[], [LAMP, LAMP]])
def test_entries_that_are_too_few_or_too_many_stay_so(shown: list[Entry]) -> None:
    assert as_told([LAMP], shown) == [LAMP]


@pytest.mark.parametrize(
    ("policies", "price"),
    [
        ({"price_change": "current"}, Decimal(2)),
        ({"price_change": "kept"}, Decimal(1)),
        ({"price_change": "refused"}, UNTOLD),
        ({}, UNTOLD),
    ],
)
def test_the_price_in_a_cart_is_the_declared_one(policies: dict[str, object], price: object) -> None:
    assert price_in_cart(declaring(policies), now=Decimal(2), when_added=Decimal(1)) == price
