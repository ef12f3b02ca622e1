"""Stock under parallel checkouts: never oversold, never stuck, never returned twice (SHOP-001 to SHOP-004, -010)."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from reference_app.cart.models import CartLine
from reference_app.cart.services import add_line
from reference_app.catalogue.models import Product, Variant
from reference_app.orders.checkout import PlacedOrder, place_order
from reference_app.orders.lifecycle import cancel_order, change_status
from reference_app.orders.models import Order, OrderLine, OrderStatus
from reference_app.orders.problems import InsufficientStock
from reference_app.orders.stock import Thing, take_stock
from tests.reference_app.domain.shelf import codes, fill_cart, make_product, make_user, make_variant, stock_of, together

pytestmark = pytest.mark.django_db(transaction=True)


def test_stock_of_five_makes_five_orders_of_twelve_parallel_checkouts() -> None:
    product = make_product(stock=5)
    users = [make_user() for _ in range(12)]
    for user in users:
        fill_cart(user, (product, 1))
    results = together([partial(place_order, user_id=user.pk) for user in users])
    assert codes(results) == ["insufficient_stock"] * 7
    assert (Order.objects.count(), OrderLine.objects.count(), stock_of(product)) == (5, 5, 0)
    assert CartLine.objects.count() == 7


def test_the_last_of_a_variant_is_sold_once_and_takes_the_product_out_of_stock() -> None:
    product = make_product(stock=0)
    variant = make_variant(product, stock=3)
    users = [make_user() for _ in range(8)]
    for user in users:
        add_line(user_id=user.pk, product_id=product.pk, variant_id=variant.pk, quantity=1)
    results = together([partial(place_order, user_id=user.pk) for user in users])
    assert codes(results) == ["insufficient_stock"] * 5
    variant.refresh_from_db()
    product.refresh_from_db()
    assert (variant.stock_quantity, product.in_stock) == (0, False)


def test_two_variants_that_sell_out_at_once_leave_the_product_out_of_stock() -> None:
    product = make_product(stock=0)
    users = [make_user(), make_user()]
    for user, variant in zip(users, [make_variant(product, stock=1), make_variant(product, stock=1)], strict=True):
        add_line(user_id=user.pk, product_id=product.pk, variant_id=variant.pk, quantity=1)
    assert codes(together([partial(place_order, user_id=user.pk) for user in users])) == []
    product.refresh_from_db()
    assert product.in_stock is False


@pytest.mark.parametrize(
    ("stocks", "in_stock"),
    [((1, 1, 0), False), ((1, 1, 1), True), ((1, 2, 0), True), ((2, 2, 0), True)],
    ids=["all sold", "one that is not bought is left", "one that is bought is left", "both are left"],
)
def test_the_flag_of_a_product_follows_the_variants_of_a_checkout(stocks: tuple[int, ...], in_stock: bool) -> None:
    product, user = make_product(stock=0), make_user()
    variants = [make_variant(product, stock=stock) for stock in stocks]
    for variant in variants[:2]:
        add_line(user_id=user.pk, product_id=product.pk, variant_id=variant.pk, quantity=1)
    place_order(user_id=user.pk)
    product.refresh_from_db()
    assert product.in_stock is in_stock
    left = Variant.objects.filter(product=product).order_by("pk").values_list("stock_quantity", flat=True)
    assert list(left) == [stocks[0] - 1, stocks[1] - 1, stocks[2]]


def test_an_order_keeps_the_order_of_the_cart_and_says_the_ids_that_are_stored() -> None:
    user = make_user()
    products = [make_product() for _ in range(5)]
    fill_cart(user, *((product, 1) for product in reversed(products)))
    placed = place_order(user_id=user.pk)
    stored = OrderLine.objects.filter(order__number=placed.order.number).order_by("pk")
    assert [(line.pk, line.order_id, line.name) for line in placed.lines] == [
        (line.pk, line.order_id, line.name) for line in stored
    ]
    assert [line.product_id for line in stored] == [product.pk for product in reversed(products)]


def test_carts_in_opposite_order_never_deadlock() -> None:
    first, second = make_product(stock=1000), make_product(stock=1000)
    for _ in range(6):
        there, back = [make_user() for _ in range(4)], [make_user() for _ in range(4)]
        for user in there:
            fill_cart(user, (first, 1), (second, 1))
        for user in back:
            fill_cart(user, (second, 1), (first, 1))
        results = together([partial(place_order, user_id=user.pk) for user in there + back])
        assert all(isinstance(result, PlacedOrder) for result in results)
    assert (stock_of(first), stock_of(second)) == (952, 952)


def test_one_cart_submitted_eight_times_at_once_becomes_one_order() -> None:
    product, user = make_product(stock=100), make_user()
    fill_cart(user, (product, 3))
    results = together([partial(place_order, user_id=user.pk)] * 8)
    assert codes(results) == ["cart_empty"] * 7
    assert (Order.objects.count(), stock_of(product)) == (1, 97)


def test_lines_of_one_thing_are_summed_before_stock_is_asked() -> None:
    product = make_product(stock=5)
    with pytest.raises(InsufficientStock), transaction.atomic():
        take_stock({Thing(product.pk, None): 3 + 3})
    assert stock_of(product) == 5


def test_a_refused_order_leaves_no_trace() -> None:
    plenty, scarce, user = make_product(stock=10), make_product(stock=1), make_user()
    fill_cart(user, (plenty, 2), (scarce, 2))
    with pytest.raises(InsufficientStock) as refusal:
        place_order(user_id=user.pk)
    assert refusal.value.detail == f"Not enough in stock of: {scarce.name}."
    assert (stock_of(plenty), stock_of(scarce), Order.objects.count(), CartLine.objects.count()) == (10, 1, 0, 2)


def test_cancelled_twice_at_once_returns_the_stock_once() -> None:
    product, user = make_product(stock=4), make_user()
    fill_cart(user, (product, 4))
    order = place_order(user_id=user.pk).order
    results = together([partial(cancel_order, user_id=user.pk, order_id=order.pk)] * 6)
    assert codes(results) == ["not_cancellable"] * 5
    product.refresh_from_db()
    assert (product.stock_quantity, product.in_stock) == (4, True)


def test_cancelling_while_it_ships_does_one_or_the_other() -> None:
    product, user = make_product(stock=5), make_user()
    for _ in range(5):
        fill_cart(user, (product, 1))
        order = place_order(user_id=user.pk).order
        change_status(order_id=order.pk, status=OrderStatus.PAID)
        results = together(
            [
                partial(cancel_order, user_id=user.pk, order_id=order.pk),
                partial(change_status, order_id=order.pk, status=OrderStatus.SHIPPED),
            ]
        )
        assert codes(results) in (["not_cancellable"], ["invalid_transition"])
    sold = Order.objects.filter(status=OrderStatus.SHIPPED).count()
    assert stock_of(product) == 5 - sold


def test_stock_of_a_variant_comes_back_to_the_variant() -> None:
    product, user = make_product(stock=0), make_user()
    variant = make_variant(product, stock=2)
    add_line(user_id=user.pk, product_id=product.pk, variant_id=variant.pk, quantity=2)
    order = place_order(user_id=user.pk).order
    assert Product.objects.get(pk=product.pk).in_stock is False
    cancel_order(user_id=user.pk, order_id=order.pk)
    assert Variant.objects.get(pk=variant.pk).stock_quantity == 2
    assert Product.objects.get(pk=product.pk).in_stock is True


@pytest.mark.parametrize(
    "change", [{"stock_quantity": -1, "in_stock": True}, {"price": 0}, {"in_stock": False}, {"rating_sum": 1}]
)
def test_the_database_itself_refuses_an_impossible_product(change: dict[str, object]) -> None:
    product = make_product(stock=5)
    with pytest.raises(IntegrityError):
        Product.objects.filter(pk=product.pk).update(**change)
