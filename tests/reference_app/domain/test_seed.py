"""Seeding: the same number, the same shop; and every list of a large shop is served by an index (QRY-001, QRY-002)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from reference_app.accounts.models import User
from reference_app.catalogue.input_shapes import ORDERINGS
from reference_app.catalogue.models import Category, Product, ProductImage, Variant
from reference_app.catalogue.selectors import filter_products
from reference_app.orders.selectors import list_orders
from reference_app.reviews.models import Review
from tests.reference_app.client import Api

pytestmark = pytest.mark.django_db(transaction=True)


def seed(products: int) -> str:
    """Return what the command says."""
    output = StringIO()
    call_command("seed", products=products, stdout=output)
    return output.getvalue()


def fingerprint() -> str:
    """Return all that was seeded."""
    rows = [list(kind.objects.order_by("pk").values_list()) for kind in (Category, Product, Variant, ProductImage)]
    said = Review.objects.order_by("pk").values_list("product_id", "user__email", "rating", "title", "created_at")
    return hashlib.sha256(json.dumps([rows, list(said)], default=str).encode()).hexdigest()


def test_the_same_number_makes_the_same_shop() -> None:
    assert seed(300) == "300 products in 6 categories, 90 variants, 120 reviews\n"
    first = fingerprint()
    call_command("flush", interactive=False, verbosity=0)  # as a reset does between two runs
    seed(300)
    assert fingerprint() == first


def test_the_seeded_shop_is_whole(api: Api) -> None:
    seed(100)
    assert Category.objects.count() == 5
    assert set(Product.objects.values_list("in_stock", flat=True)) == {True}
    assert {product.has_variants for product in Product.objects.filter(pk__in=[10, 20])} == {True}
    assert set(Variant.objects.values_list("stock_quantity", flat=True)) == {1000}
    for product in Product.objects.prefetch_related("reviews"):
        ratings = [review.rating for review in product.reviews.all()]
        assert (product.rating_sum, product.rating_count) == (sum(ratings), len(ratings))
    series = api.get("products?search=S000002").json()["results"]
    assert [entry["id"] for entry in series] == list(range(40, 20, -1))
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_what_is_created_afterwards_gets_a_free_id(staff: Api) -> None:
    seed(10)
    body = {"name": "x", "price": {"amount": "1.00", "currency": "EUR"}, "stock_quantity": 1, "category_id": 1}
    assert staff.post("products", body).json()["id"] == 11


def test_a_shop_with_products_is_not_seeded_again() -> None:
    seed(10)
    with pytest.raises(CommandError, match="empty"):
        seed(10)
    with pytest.raises(CommandError, match="between 1 and"):
        seed(0)
    assert Product.objects.count() == 10


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a plan and everything below it."""
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def plan_of(queryset: Any) -> list[dict[str, Any]]:
    """Return the nodes of the plan that PostgreSQL makes."""
    return list(nodes(json.loads(queryset.explain(format="json"))[0]["Plan"]))


def test_every_filter_and_ordering_is_served_by_an_index() -> None:
    seed(20_000)
    filters: list[dict[str, Any]] = [
        {},
        {"category_id": 7},
        {"search": "S000100"},
        {"search": "oak table"},
        {"min_price": 499},
        {"max_price": 3},
        {"min_price": 100, "max_price": 101},
        {"in_stock": False},
        {"in_stock": True},
        {"is_featured": False},
        {"category_id": 7, "in_stock": True, "max_price": 400},
        {"is_featured": True},
    ]
    for given in filters:
        for names in ORDERINGS.values():
            plan = plan_of(filter_products(**given).order_by(*names)[:21])
            assert [node["Node Type"] for node in plan if node["Node Type"] == "Seq Scan"] == [], (given, names)


@pytest.mark.parametrize("word", ["S000100", "M0000007", "nowhere"])
def test_a_rare_word_is_looked_up_whatever_the_ordering(word: str) -> None:
    seed(5_000)
    for names in ORDERINGS.values():
        plan = plan_of(filter_products(search=word).order_by(*names)[:21])
        assert "product_search" in {node.get("Index Name") for node in plan}, (word, names)


def test_orders_of_a_user_and_their_status_are_indexed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        indexed = {(table, text.split("btree ")[-1].split("gin ")[-1]) for table, text in cursor.fetchall()}
    assert {
        ("catalogue_product", "(name, id)"),
        ("catalogue_product", "(category_id, is_active, created_at, id)"),
        ("catalogue_product", "(price, id)"),
        ("catalogue_product", "(created_at, id)"),
        ("catalogue_product", "(is_featured, is_bestseller, created_at, id)"),
        ("catalogue_product", "(search)"),
        ("orders_order", "(user_id, status)"),
        ("orders_order", "(created_at, id)"),
        ("orders_order", "(number)"),
    } <= indexed
    assert list_orders(user_id=1).count() == 0
