"""The indexes of roadmap 2.1, as they are written there and as the shop has them, each with the query it serves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from reference_app.catalogue.selectors import filter_products
from reference_app.orders.models import Order
from reference_app.orders.selectors import list_orders

PAGE = 21  # 20 entries, and one that shows whether there are more
LITERAL = "bench_literal"


@dataclass(frozen=True)
class RoadmapIndex:
    """One index and one query. `ours` is the name of the shop's index in its place, None where a constraint has it."""

    label: str
    query: str
    table: str
    columns: str
    ours: str | None
    select: Callable[[int], QuerySet[Any]]
    """Given the id of the reseller."""
    before: tuple[str, ...] = ()
    """Statements that change the content first, in the same transaction."""


def newest(products: QuerySet[Any]) -> QuerySet[Any]:
    """Return a first page, newest first."""
    return products.order_by("-created_at", "-id")[:PAGE]


PRODUCTS = (
    RoadmapIndex(
        label="Product(name)",
        query="first page by name",
        table="catalogue_product",
        columns="name",
        ours="product_name",
        select=lambda _: filter_products().order_by("name", "id")[:PAGE],
    ),
    RoadmapIndex(
        label="Product(category, is_active)",
        query="first page of a category",
        table="catalogue_product",
        columns="category_id, is_active",
        ours="product_category",
        select=lambda _: newest(filter_products(category_id=7)),
    ),
    RoadmapIndex(
        label="Product(price)",
        query="first page by price, within a range",
        table="catalogue_product",
        columns="price",
        ours="product_price",
        select=lambda _: filter_products(min_price=Decimal(400), max_price=Decimal(410)).order_by("price", "id")[:PAGE],
    ),
    RoadmapIndex(
        label="Product(created_at)",
        query="first page, newest first",
        table="catalogue_product",
        columns="created_at",
        ours="product_created_at",
        select=lambda _: newest(filter_products()),
    ),
    RoadmapIndex(
        label="Product(is_featured, is_bestseller)",
        query="first page of what is featured",
        table="catalogue_product",
        columns="is_featured, is_bestseller",
        ours="product_featured",
        select=lambda _: newest(filter_products(is_featured=True)),
    ),
    RoadmapIndex(
        label="Product(is_featured, is_bestseller)",
        query="first page of what is featured, of 10 in all",
        table="catalogue_product",
        columns="is_featured, is_bestseller",
        ours="product_featured",
        select=lambda _: newest(filter_products(is_featured=True)),
        before=(
            "UPDATE catalogue_product SET is_featured = (id <= 10) WHERE is_featured OR id <= 10",
            "ANALYZE catalogue_product",
        ),
    ),
    RoadmapIndex(
        label="Product(is_featured, is_bestseller)",
        query="featured bestsellers",
        table="catalogue_product",
        columns="is_featured, is_bestseller",
        ours="product_featured",
        select=lambda _: newest(filter_products(is_featured=True).filter(is_bestseller=True)),
    ),
)

ORDERS = (
    RoadmapIndex(
        label="Order(user, status)",
        query="a customer's unpaid orders",
        table="orders_order",
        columns="user_id, status",
        ours="order_user_status",
        select=lambda reseller: newest(list_orders(user_id=reseller + 7).filter(status="placed")),
    ),
    RoadmapIndex(
        label="Order(user, status)",
        query="a reseller's unpaid orders",
        table="orders_order",
        columns="user_id, status",
        ours="order_user_status",
        select=lambda reseller: newest(list_orders(user_id=reseller).filter(status="placed")),
    ),
    RoadmapIndex(
        label="Order(created_at)",
        query="the newest orders of all customers",
        table="orders_order",
        columns="created_at",
        ours="order_created_at",
        select=lambda _: newest(Order.objects.all()),
    ),
    RoadmapIndex(
        label="Order(order_number)",
        query="an order by its number",
        table="orders_order",
        columns="number",
        ours=None,
        select=lambda _: Order.objects.filter(number="B0000000007"),
    ),
)

INDEXES = (*PRODUCTS, *ORDERS)
