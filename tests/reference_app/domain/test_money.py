"""Money over generated carts: exact to the cent, in both versions (SHOP-013)."""

from __future__ import annotations

import re
from decimal import Decimal

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reference_app.cart.rendering import render_cart
from reference_app.cart.selectors import list_lines
from reference_app.catalogue.models import Product
from reference_app.catalogue.money import PRICE_PATTERN, spell_amount, spell_money
from reference_app.orders.checkout import place_order
from reference_app.orders.models import Order
from reference_app.orders.rendering import render_order
from tests.reference_app.domain.shelf import fill_cart, make_category, make_product, make_user

cents = st.integers(min_value=1, max_value=9_999_999_999)
quantities = st.integers(min_value=1, max_value=999)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(st.tuples(cents, quantities), min_size=1, max_size=6))
def test_the_totals_of_cart_and_order_are_exact(wanted: list[tuple[int, int]]) -> None:
    shelf, user = make_category().pk, make_user()
    for price, quantity in wanted:
        product = make_product(category_id=shelf, stock=999, price=str(Decimal(price).scaleb(-2)))
        fill_cart(user, (product, quantity))
    total = sum(price * quantity for price, quantity in wanted)
    spelt = f"{total // 100}.{total % 100:02}"

    cart = orjson.loads(orjson.dumps(render_cart("v2", list_lines(user_id=user.pk))))
    assert cart["total"] == {"amount": spelt, "currency": "EUR"}
    placed = place_order(user_id=user.pk)
    for line, (price, quantity) in zip(placed.lines, wanted, strict=True):
        assert line.unit_price * 100 == price
        assert line.line_total * 100 == price * quantity
    kept = Order.objects.get(pk=placed.order.pk)
    assert kept.total * 100 == total
    assert render_order("v2", kept, placed.lines)["total"] == {"amount": spelt, "currency": "EUR"}
    assert render_order("v1", kept, placed.lines)["total"] == spelt


@given(amount=cents)
def test_a_price_is_spelt_as_the_schema_says(amount: int) -> None:
    spelt = spell_amount(Decimal(amount).scaleb(-2))
    assert int(spelt.replace(".", "")) == amount
    assert re.fullmatch(PRICE_PATTERN, spelt)


def test_a_fraction_of_a_cent_is_never_rounded_away() -> None:
    with pytest.raises(ValueError, match=r"1\.005 is not whole cents"):
        spell_amount(Decimal("1.005"))


def test_each_version_has_its_spelling() -> None:
    amounts = {"price": Decimal("12.5")}
    assert spell_money("v1", amounts) == {"price": "12.50", "currency": "EUR"}
    assert spell_money("v2", amounts) == {"price": {"amount": "12.50", "currency": "EUR"}}


@pytest.mark.django_db
def test_a_price_is_stored_as_it_was_given() -> None:
    product = make_product(price="99999999.99")
    assert Product.objects.get(pk=product.pk).price == Decimal("99999999.99")
