"""Lists with and without prefetching (roadmap 2.2): statements and time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from reference_app.catalogue.models import Product
from reference_app.catalogue.rendering import render_summary
from reference_app.catalogue.selectors import filter_products
from reference_app.orders.models import Order
from reference_app.orders.selectors import list_orders

PRODUCTS = 50
ORDERS = 20


def newest_products() -> QuerySet[Product]:
    """Return a page of products."""
    return Product.objects.filter(is_active=True).order_by("-created_at", "-id")[:PRODUCTS]


def read_products(products: QuerySet[Product]) -> list[Any]:
    """Return everything that the roadmap's list shows of products."""
    return [
        (
            product.name,
            product.category.name,
            [image.url for image in product.images.all()],
            [variant.name for variant in product.variants.all()],
            [review.rating for review in product.reviews.all()],
        )
        for product in products
    ]


def read_orders(orders: QuerySet[Order]) -> list[Any]:
    """Return everything that the roadmap's list shows of orders."""
    return [
        (
            order.number,
            order.user.name,
            [(line.product.name, line.variant.name if line.variant else None) for line in order.lines.all()],
        )
        for order in orders
    ]


def products_one_by_one() -> list[Any]:
    """Read products as the ORM does by default."""
    return read_products(newest_products())


def products_prefetched() -> list[Any]:
    """Read products as the roadmap says."""
    related = ("images", "variants", "reviews")
    return read_products(newest_products().select_related("category").prefetch_related(*related))


def products_of_the_shop() -> list[Any]:
    """Read products as the shop's list does, which is all in the row of the product."""
    page = filter_products().order_by("-created_at", "-id")[:PRODUCTS]
    return [render_summary("v2", product) for product in page]


PRODUCT_ARMS: dict[str, Callable[[], list[Any]]] = {
    "one by one": products_one_by_one,
    "select_related and prefetch_related": products_prefetched,
    "the shop's list: one row a product": products_of_the_shop,
}


@pytest.mark.parametrize("arm", PRODUCT_ARMS)
def test_a_page_of_fifty_products(arm: str, note_time: Callable[..., None]) -> None:
    read = PRODUCT_ARMS[arm]
    assert len(read()) == PRODUCTS
    note_time(f"List of {PRODUCTS} products", arm, read, statements=count_statements(read), rounds=40)


@pytest.mark.parametrize("prefetches", [False, True])
def test_a_page_of_twenty_orders(prefetches: bool, note_time: Callable[..., None], reseller: int) -> None:
    def read() -> list[Any]:
        orders = list_orders(user_id=reseller + 8).order_by("-created_at", "-id")[:ORDERS]
        if prefetches:
            orders = orders.select_related("user").prefetch_related("lines__product", "lines__variant")
        return read_orders(orders)

    arm = "select_related and prefetch_related" if prefetches else "one by one"
    assert any(lines for _, _, lines in read())
    note_time(
        f"List of up to {ORDERS} orders with their lines", arm, read, statements=count_statements(read), rounds=40
    )


def count_statements(call: Callable[[], Any]) -> int:
    """Return how many statements one call issues."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured.captured_queries)
