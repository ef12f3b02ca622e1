"""Orders: placed once, kept as they were, moved on in one direction."""

from __future__ import annotations

import re
from typing import Any

import pytest

from reference_app.cart.models import CartLine
from reference_app.catalogue.services import change_product, withdraw_product
from reference_app.orders.checkout import place_order
from reference_app.orders.lifecycle import COMES_FROM
from reference_app.orders.models import Order, OrderStatus
from tests.reference_app.client import Api
from tests.reference_app.domain.shelf import fill_cart, make_product, make_user, make_variant, stock_of

pytestmark = pytest.mark.django_db


def test_an_order_is_placed_read_back_and_listed(customer: Api) -> None:
    product = make_product(stock=10, price="12.50")
    customer.post("cart/lines", {"product_id": product.pk, "quantity": 3})
    placed = customer.post("orders", {})
    assert placed.status_code == 201
    order = placed.json()
    assert order == {
        "id": order["id"],
        "number": order["number"],
        "status": "placed",
        "total": {"amount": "37.50", "currency": "EUR"},
        "created_at": order["created_at"],
        "lines": [
            {
                "id": order["lines"][0]["id"],
                "product_id": product.pk,
                "variant_id": None,
                "name": product.name,
                "quantity": 3,
                "unit_price": {"amount": "12.50", "currency": "EUR"},
                "line_total": {"amount": "37.50", "currency": "EUR"},
            }
        ],
    }
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", order["number"])
    assert customer.get(f"orders/{order['id']}").json() == order
    summary = {name: value for name, value in order.items() if name != "lines"}
    assert customer.get("orders").json() == {"results": [summary], "next": None, "previous": None}
    assert stock_of(product) == 7
    assert customer.get("cart").json()["lines"] == []


def test_an_empty_cart_is_no_order(customer: Api) -> None:
    response = customer.post("orders", {})
    assert (response.status_code, response.json()["code"]) == (409, "cart_empty")


def test_an_order_takes_the_price_of_checkout_and_keeps_it(customer: Api) -> None:
    product = make_product(price="10.00")
    customer.post("cart/lines", {"product_id": product.pk, "quantity": 2})
    change_product(product_id=product.pk, values={"price": product.price + 5})
    order = customer.post("orders", {}).json()
    assert order["total"]["amount"] == "30.00"
    change_product(product_id=product.pk, values={"price": product.price + 50, "name": "Another name"})
    assert customer.get(f"orders/{order['id']}").json() == order


def test_a_withdrawn_product_in_a_cart_is_unavailable(customer: Api) -> None:
    product = make_product()
    customer.post("cart/lines", {"product_id": product.pk, "quantity": 1})
    withdraw_product(product_id=product.pk)
    response = customer.post("orders", {})
    assert (response.status_code, response.json()["code"]) == (409, "product_unavailable")
    assert (CartLine.objects.count(), stock_of(product)) == (1, 10)


def test_a_product_that_got_variants_meanwhile_is_unavailable_as_it_was(customer: Api) -> None:
    product = make_product()
    customer.post("cart/lines", {"product_id": product.pk, "quantity": 1})
    make_variant(product)
    assert customer.post("orders", {}).json()["code"] == "product_unavailable"


def test_another_users_order_is_neither_seen_nor_cancelled(customer: Api, staff: Api) -> None:
    stranger, product = make_user(), make_product()
    fill_cart(stranger, (product, 1))
    order = place_order(user_id=stranger.pk).order
    for client in (customer, staff):
        assert client.get(f"orders/{order.pk}").status_code == 404
        assert client.post(f"orders/{order.pk}/cancel").status_code == 404
        assert client.get("orders").json()["results"] == []
    assert Order.objects.get().status == "placed"


def test_cancelling_a_second_time_is_refused(customer: Api) -> None:
    product = make_product(stock=2)
    customer.post("cart/lines", {"product_id": product.pk, "quantity": 2})
    order = customer.post("orders", {}).json()
    cancelled = customer.post(f"orders/{order['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"], stock_of(product)) == (200, "cancelled", 2)
    again = customer.post(f"orders/{order['id']}/cancel")
    assert (again.status_code, again.json()["code"], stock_of(product)) == (409, "not_cancellable", 2)


@pytest.mark.parametrize("source", list(OrderStatus))
@pytest.mark.parametrize("target", list(OrderStatus))
def test_an_order_moves_only_where_it_may(staff: Api, source: OrderStatus, target: OrderStatus) -> None:
    user = make_user()
    fill_cart(user, (make_product(), 1))
    order = place_order(user_id=user.pk).order
    Order.objects.filter(pk=order.pk).update(status=source)
    response = staff.post(f"orders/{order.pk}/status", {"status": target.value})
    allowed = source in COMES_FROM[target]
    assert response.status_code == (200 if allowed else 409)
    assert Order.objects.get().status == (target if allowed else source)


def test_only_staff_moves_orders(customer: Api) -> None:
    customer.post("cart/lines", {"product_id": make_product().pk, "quantity": 1})
    order = customer.post("orders", {}).json()
    assert customer.post(f"orders/{order['id']}/status", {"status": "paid"}).status_code == 403
    assert Order.objects.get().status == "placed"


@pytest.mark.parametrize("body", [{"total": "1.00"}, {"status": "paid"}, {"user_id": 1}, [], "x"])
def test_a_client_sets_nothing_of_an_order(customer: Api, body: Any) -> None:
    customer.post("cart/lines", {"product_id": make_product().pk, "quantity": 1})
    assert customer.post("orders", body).status_code == 400
    assert Order.objects.count() == 0
