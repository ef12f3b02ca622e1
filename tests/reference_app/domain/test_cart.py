"""The cart: all of it counted, none of it another account's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from reference_app.cart.models import Cart, CartLine
from reference_app.cart.services import add_line
from reference_app.catalogue.services import change_product
from reference_app.orders.checkout import PlacedOrder, place_order
from reference_app.orders.models import OrderLine
from tests.reference_app.client import Api
from tests.reference_app.domain.shelf import codes, fill_cart, make_product, make_user, make_variant, together


@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_additions_are_all_counted() -> None:
    product, user = make_product(), make_user()
    together([partial(add_line, user_id=user.pk, product_id=product.pk, quantity=1)] * 20)
    assert list(CartLine.objects.values_list("quantity")) == [(20,)]
    assert Cart.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_added_during_checkout_is_ordered_or_still_in_the_cart() -> None:
    product, user = make_product(stock=1000), make_user()
    for _ in range(5):
        fill_cart(user, (product, 1))
        add = partial(add_line, user_id=user.pk, product_id=product.pk, quantity=1)
        calls: list[Callable[[], object]] = [partial(place_order, user_id=user.pk), *[add] * 5]
        results = together(calls)
        assert isinstance(results[0], PlacedOrder)
    ordered = sum(OrderLine.objects.values_list("quantity", flat=True))
    left = sum(CartLine.objects.values_list("quantity", flat=True))
    assert ordered + left == 5 * 6


@pytest.mark.django_db(transaction=True)
def test_parallel_additions_stop_at_the_limit() -> None:
    product, user = make_product(), make_user()
    fill_cart(user, (product, 995))
    results = together([partial(add_line, user_id=user.pk, product_id=product.pk, quantity=1)] * 8)
    assert codes(results) == ["quantity_exceeded"] * 4
    assert CartLine.objects.get().quantity == 999


@pytest.mark.django_db
def test_a_cart_reads_back_as_written(customer: Api) -> None:
    product = make_product(price="19.99")
    line = customer.post("cart/lines", {"product_id": product.pk, "quantity": 2}).json()
    assert line == {
        "id": line["id"],
        "product_id": product.pk,
        "variant_id": None,
        "name": product.name,
        "quantity": 2,
        "unit_price": {"amount": "19.99", "currency": "EUR"},
        "line_total": {"amount": "39.98", "currency": "EUR"},
    }
    assert customer.post("cart/lines", {"product_id": product.pk, "quantity": 1}).json()["quantity"] == 3
    changed = customer.send("PATCH", f"cart/lines/{line['id']}", {"quantity": 5})
    assert changed.json()["line_total"] == {"amount": "99.95", "currency": "EUR"}
    assert customer.get("cart").json() == {
        "lines": [changed.json()],
        "total": {"amount": "99.95", "currency": "EUR"},
    }
    assert customer.send("DELETE", f"cart/lines/{line['id']}").status_code == 204
    assert customer.send("DELETE", f"cart/lines/{line['id']}").status_code == 404
    assert customer.send("DELETE", "cart").status_code == 204


@pytest.mark.django_db
def test_v1_spells_money_as_text_with_a_currency_beside(customer: Api) -> None:
    product = make_product(price="0.10")
    old = Api(access=customer.access, version="v1")
    line = old.post("cart/lines", {"product_id": product.pk, "quantity": 3}).json()
    assert (line["unit_price"], line["line_total"], line["currency"]) == ("0.10", "0.30", "EUR")
    cart = old.get("cart").json()
    assert (cart["total"], cart["currency"]) == ("0.30", "EUR")


@pytest.mark.django_db
def test_reading_a_cart_makes_none(customer: Api) -> None:
    assert customer.get("cart").json() == {"lines": [], "total": {"amount": "0.00", "currency": "EUR"}}
    assert Cart.objects.count() == 0


@pytest.mark.django_db
def test_a_line_names_a_thing_on_sale_in_a_form_that_exists(customer: Api) -> None:
    plain, withdrawn, formed = make_product(), make_product(is_active=False), make_product()
    variant = make_variant(formed)
    refused: list[tuple[dict[str, Any], str]] = [
        ({"product_id": 999_999}, "/product_id"),
        ({"product_id": withdrawn.pk}, "/product_id"),
        ({"product_id": formed.pk}, "/variant_id"),
        ({"product_id": plain.pk, "variant_id": variant.pk}, "/variant_id"),
        ({"product_id": formed.pk, "variant_id": 999_999}, "/variant_id"),
    ]
    for thing, pointer in refused:
        response = customer.post("cart/lines", {**thing, "quantity": 1})
        assert response.status_code == 422, thing
        assert [error["pointer"] for error in response.json()["errors"]] == [pointer]
    assert CartLine.objects.count() == 0
    assert (
        customer.post("cart/lines", {"product_id": formed.pk, "variant_id": variant.pk, "quantity": 1}).status_code
        == 201
    )


@pytest.mark.django_db
@pytest.mark.parametrize("quantity", [0, -1, 1.5, "2", True, None, 1000, 2**31, 2**63, 10**30, [], {}])
def test_a_quantity_that_is_none_is_refused_and_changes_nothing(customer: Api, quantity: object) -> None:
    product = make_product()
    line = customer.post("cart/lines", {"product_id": product.pk, "quantity": 7}).json()
    for response in (
        customer.post("cart/lines", {"product_id": product.pk, "quantity": quantity}),
        customer.send("PATCH", f"cart/lines/{line['id']}", {"quantity": quantity}),
    ):
        assert response.status_code == 400
        assert [error["pointer"] for error in response.json()["errors"]] == ["/quantity"]
    assert CartLine.objects.get().quantity == 7


@pytest.mark.django_db
def test_another_users_line_is_not_found_and_stays(customer: Api) -> None:
    stranger, product = make_user(), make_product()
    line = add_line(user_id=stranger.pk, product_id=product.pk, quantity=2)
    customer.post("cart/lines", {"product_id": product.pk, "quantity": 1})
    assert customer.send("PATCH", f"cart/lines/{line.pk}", {"quantity": 9}).status_code == 404
    assert customer.send("DELETE", f"cart/lines/{line.pk}").status_code == 404
    assert CartLine.objects.get(pk=line.pk).quantity == 2


@pytest.mark.django_db(transaction=True)
def test_a_cart_follows_the_present_price(customer: Api) -> None:
    product = make_product(price="10.00")
    customer.post("cart/lines", {"product_id": product.pk, "quantity": 2})
    assert customer.get("cart").json()["total"]["amount"] == "20.00"
    change_product(product_id=product.pk, values={"price": product.price + 1})
    assert customer.get("cart").json()["total"]["amount"] == "22.00"


@pytest.mark.django_db
def test_a_cart_holds_a_hundred_different_things(customer: Api, user_of: Any) -> None:
    shelf = make_product().category_id
    for _ in range(100):
        fill_cart(user_of(), (make_product(category_id=shelf), 1))
    response = customer.post("cart/lines", {"product_id": make_product(category_id=shelf).pk, "quantity": 1})
    assert (response.status_code, response.json()["code"]) == (409, "cart_full")
